package dev.larder.cli;

import dev.larder.ServerProcess;
import java.io.PrintWriter;
import java.util.Arrays;
import java.util.List;

/**
 * Where the program begins. Nothing of Picocli is named here: the JVM would look for it in every
 * library before a server starts, which has no use for it.
 */
public final class Main {
  private Main() {}

  /** Runs the subcommand named by the first argument; ends the process with its exit code. */
  public static void main(String[] args) {
    int status = isServer(args) ? serve(args) : LarderCommand.commandLine().execute(args);
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
      ServerProcess.report(e);
      return 1;
    }
  }
}
