package dev.larder.cli;

import dev.larder.ServerProcess;
import dev.larder.cli.top.TopCommand;
import dev.larder.config.Version;
import java.io.PrintWriter;
import java.util.Arrays;
import java.util.List;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.ParameterException;

/** The {@code larder} command: finds the subcommand, prints help and version. */
@Command(
    name = "larder",
    description = "A cache server that any Redis client can use.",
    mixinStandardHelpOptions = true,
    versionProvider = Main.Versions.class,
    subcommands = {
      ServerCommand.class,
      PingCommand.class,
      TopCommand.class,
      ConfigCommand.class,
      CheckRdbCommand.class,
      CheckAofCommand.class,
      SimulateCommand.class
    },
    synopsisSubcommandLabel = "COMMAND")
public final class Main {
  private Main() {}

  /** Runs the subcommand named by the first argument; ends the process with its exit code. */
  public static void main(String[] args) {
    int status = isServer(args) ? serve(args) : commandLine().execute(args);
    if (status != 0) {
      System.exit(status);
    }
  }

  /** Whether a server starts, whose arguments are not Picocli's: loading that takes 0.2 s. */
  private static boolean isServer(String[] args) {
    return args.length > 0 && args[0].equals("server") && !Arrays.asList(args).contains("--help");
  }

  private static int serve(String[] args) {
    List<String> arguments = Arrays.asList(args).subList(1, args.length);
    try {
      return ServerProcess.run(arguments, System.in, new PrintWriter(System.err, true));
    } catch (RuntimeException | Error e) {
      LoggerFactory.getLogger(Main.class).error("The server has failed", e);
      return 1;
    }
  }

  /** All commands, as they parse their arguments. */
  public static CommandLine commandLine() {
    CommandLine line = new CommandLine(new Main());
    // A password may begin with @: never read arguments from files.
    line.setExpandAtFiles(false);
    // Nor does -- mean anything here: the server sees all of its arguments.
    line.setEndOfOptionsDelimiter("\0");
    line.setCaseInsensitiveEnumValuesAllowed(true);
    line.setParameterExceptionHandler((e, _) -> complain(e));
    return line;
  }

  /** What is wrong stands alone, so that it is seen; without a command there is all help. */
  private static int complain(ParameterException e) {
    CommandLine failed = e.getCommandLine();
    PrintWriter err = failed.getErr();
    err.println("larder: " + e.getMessage());
    if (failed.getParent() == null) {
      failed.usage(err);
    } else {
      err.println("Try larder " + failed.getCommandName() + " --help.");
    }
    return failed.getCommandSpec().exitCodeOnInvalidInput();
  }

  /** Names Larder's release, the Redis release it follows and the Java that runs it. */
  static final class Versions implements IVersionProvider {
    @Override
    public String[] getVersion() {
      return new String[] {
        "larder " + Version.LARDER,
        "redis  " + Version.REDIS + " (commands and replies)",
        "java   " + Runtime.version()
      };
    }
  }
}
