package dev.larder.cli;

import dev.larder.cli.top.TopCommand;
import dev.larder.config.Version;
import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.ParameterException;

/** The {@code larder} command: finds the subcommand, prints help and version. */
@Command(
    name = "larder",
    description = "A cache server that any Redis client can use.",
    mixinStandardHelpOptions = true,
    versionProvider = LarderCommand.Versions.class,
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
public final class LarderCommand {
  private LarderCommand() {}

  /** All commands, as they parse their arguments. */
  public static CommandLine commandLine() {
    CommandLine line = new CommandLine(new LarderCommand());
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
