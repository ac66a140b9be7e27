package dev.larder.bench;

import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What every measurement works with: options, servers to start, where to print. */
final class Bench {
  private final Options options;
  private final PrintStream console;
  private final boolean pinned;
  private final List<Table> details = new ArrayList<>();

  Bench(Options options, PrintStream console) {
    this.options = options;
    this.console = console;
    this.pinned = Machine.cores() >= 2 && Machine.canRun("taskset");
  }

  Options options() {
    return options;
  }

  /** Whether servers and load have cores of their own. */
  boolean pinned() {
    return pinned;
  }

  void say(String line) {
    console.println(line);
  }

  /** Prints a table and keeps it for the report. */
  void detail(Table table) {
    if (!table.isEmpty()) {
      console.println();
      console.println(table.aligned());
      details.add(table);
    }
  }

  List<Table> details() {
    return details;
  }

  /** The server under test with its default options, on the server's core. */
  ServerSpec larder(String... serverOptions) {
    List<String> command = prioritized(larderCommand());
    command.addAll(options.larderOptions());
    command.addAll(List.of(serverOptions));
    return new ServerSpec("larder", Protocol.RESP, command, "--port", serverCore());
  }

  /** Whether the server under test knows options that are Larder's own. */
  boolean hasOwnOptions() {
    return !options.plain();
  }

  /** Options that only Larder knows: these, or none when something else stands in for it. */
  String[] own(String... serverOptions) {
    return options.plain() ? new String[0] : serverOptions;
  }

  ServerSpec redis(String... serverOptions) {
    List<String> command = prioritized(options.redisCommand());
    command.addAll(List.of("--save", "", "--appendonly", "no"));
    command.addAll(List.of(serverOptions));
    return new ServerSpec("redis", Protocol.RESP, command, "--port", serverCore());
  }

  /** {@code null} when memcached is not installed. */
  @Nullable ServerSpec memcached() {
    String program =
        options.memcachedCommand().isEmpty() ? "" : options.memcachedCommand().getFirst();
    if (program.isEmpty() || !Machine.canRun(program)) {
      return null;
    }
    List<String> command = prioritized(options.memcachedCommand());
    command.addAll(List.of("-l", "127.0.0.1", "-U", "0", "-t", "1", "-m", "16384", "-u", "root"));
    return new ServerSpec("memcached", Protocol.MEMCACHED, command, "-p", serverCore());
  }

  boolean hasRedis() {
    return Machine.canRun(options.redisCommand().getFirst());
  }

  private List<String> prioritized(List<String> command) {
    List<String> longer = new ArrayList<>();
    if (options.priority()) {
      longer.addAll(List.of("nice", "-n", Machine.PRIORITY));
    }
    longer.addAll(command);
    return longer;
  }

  private String serverCore() {
    return pinned ? Integer.toString(options.serverCore()) : "";
  }

  private List<String> larderCommand() {
    List<String> given = options.larderCommand();
    if (given != null) {
      return given;
    }
    Path cli = options.home().resolve("cli");
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("@" + cli.resolve("src/main/dist/larder.jvmargs"));
    command.add("-XX:AOTCache=" + cli.resolve("target/larder.aot"));
    command.add("-Xlog:aot*=off");
    String more = System.getenv("LARDER_JAVA_OPTS");
    if (more != null && !more.isBlank()) {
      command.addAll(List.of(more.trim().split("\\s+")));
    }
    command.add("-cp");
    command.add(cli.resolve("target/larder-cli.jar") + ":" + cli.resolve("target/lib") + "/*");
    command.addAll(List.of("dev.larder.cli.Main", "server"));
    return command;
  }
}
