package dev.larder.cli;

import dev.larder.config.Version;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;

/** The {@code larder} command: finds the subcommand, prints help and version. */
@Command(
    name = "larder",
    description = "A cache server that any Redis client can use.",
    mixinStandardHelpOptions = true,
    versionProvider = Main.Versions.class,
    subcommands = {ServerCommand.class, CheckRdbCommand.class, CheckAofCommand.class},
    synopsisSubcommandLabel = "COMMAND")
public final class Main {
  private Main() {}

  /** Runs the subcommand named by the first argument; ends the process with its exit code. */
  public static void main(String[] args) {
    int status = commandLine().execute(args);
    if (status != 0) {
      System.exit(status);
    }
  }

  static CommandLine commandLine() {
    CommandLine line = new CommandLine(new Main());
    // A password may begin with @: never read arguments from files.
    line.setExpandAtFiles(false);
    // Nor does -- mean anything here: the server sees all of its arguments.
    line.setEndOfOptionsDelimiter("\0");
    return line;
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
