package dev.larder.cli;

import static java.util.Objects.requireNonNull;

import dev.larder.config.DefaultFile;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code larder config}: what can be said of the configuration without a server. */
@Command(name = "config", description = "Prints a configuration file with every option explained.")
final class ConfigCommand implements Callable<Integer> {
  @Option(
      names = "--print-default",
      required = true,
      description = "Prints it, with every option at its default, as a comment.")
  private boolean printsDefault;

  /** Set by Picocli before anything is called. */
  @Spec private @Nullable CommandSpec spec;

  @Option(names = "--help", usageHelp = true, description = "Shows this text.")
  private boolean help;

  @Override
  public Integer call() {
    PrintWriter out = requireNonNull(spec).commandLine().getOut();
    out.print(DefaultFile.text());
    out.flush();
    return 0;
  }
}
