package dev.larder.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;

/** The result on the screen and as a Markdown file. */
final class Report {
  private static final DateTimeFormatter STAMP =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HHmmss", Locale.ROOT);

  private Report() {}

  static Table summary(List<Row> rows) {
    Table table = new Table("Result", "row", "goal", "measured", "", "note");
    for (Row row : rows) {
      table.add(row.name(), row.goal(), row.measured(), row.verdict().label(), row.note());
    }
    return table;
  }

  /** Writes the report and returns its path. */
  static Path save(Bench bench, String[] args, List<Row> rows) throws IOException {
    Path directory = bench.options().home().resolve("bench-results");
    Files.createDirectories(directory);
    LocalDateTime now = Clock.localTime();
    StringBuilder text =
        new StringBuilder("# Benchmark of ").append(now.toLocalDate()).append("\n\n");
    text.append("Command: `./larder bench ").append(String.join(" ", args)).append("`\n\n");
    if (bench.options().quick()) {
      text.append("Run with `--quick`: a glance, not evidence.\n\n");
    }
    text.append(machine(bench).markdown());
    text.append(summary(rows).markdown());
    bench.details().forEach(table -> text.append(table.markdown()));
    Path file = directory.resolve(STAMP.format(now) + ".md");
    Files.writeString(file, text);
    return file;
  }

  static Table machine(Bench bench) {
    Options options = bench.options();
    Table table = new Table("Machine", "what", "is");
    table.add(
        "CPU",
        "%s, %d cores, %d MB"
            .formatted(Machine.cpuModel(), Machine.cores(), Machine.memoryMegabytes()));
    table.add("kernel", Machine.kernel());
    table.add("load average at start of report", Machine.loadAverage());
    table.add(
        "JDK", System.getProperty("java.vm.name") + " " + System.getProperty("java.vm.version"));
    table.add("server under test", String.join(" ", bench.larder().command()));
    table.add(
        "redis", Machine.firstLineOf(List.of(options.redisCommand().getFirst(), "--version")));
    if (!options.memcachedCommand().isEmpty()) {
      table.add(
          "memcached", Machine.firstLineOf(List.of(options.memcachedCommand().getFirst(), "-V")));
    }
    table.add(
        "pinning",
        bench.pinned()
            ? "server on core %d, load on core %d"
                .formatted(options.serverCore(), options.loadCore())
            : "none: servers and load share the cores");
    return table;
  }
}
