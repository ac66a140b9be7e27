package dev.larder.cli;

import static java.util.Objects.requireNonNull;

import dev.larder.ServerProcess;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Unmatched;

/**
 * {@code larder server}: its arguments are those of redis-server, which the server itself reads.
 */
@Command(
    name = "server",
    description = "Starts the server: server [FILE | -] [--OPTION VALUE ...].",
    customSynopsis = "larder server [FILE | -] [--OPTION VALUE ...]")
final class ServerCommand implements Callable<Integer> {
  @Unmatched private List<String> arguments = new ArrayList<>();

  /** Set by Picocli before anything is called. */
  @Spec private @Nullable CommandSpec spec;

  @Option(names = "--help", usageHelp = true, description = "Shows this text.")
  private boolean help;

  @Override
  public Integer call() {
    return ServerProcess.run(arguments, System.in, requireNonNull(spec).commandLine().getErr());
  }
}
