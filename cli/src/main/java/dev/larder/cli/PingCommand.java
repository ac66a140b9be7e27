package dev.larder.cli;

import static java.util.Objects.requireNonNull;

import dev.larder.cli.remote.Remote;
import dev.larder.cli.remote.RemoteOptions;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code larder ping}, as help and manual show it; plain arguments do not come here. */
@Command(
    name = "ping",
    description = "Asks a server whether it serves: prints PONG and exits with 0 if it does.",
    footer = {
      "",
      "Exits with 1 and a message when the server cannot be reached, is still loading its data, or"
          + " refuses the password. That is taken from the environment: LARDER_PING_PASSWORD, or"
          + " else REDISCLI_AUTH, or LARDER_REQUIREPASS; the user from LARDER_PING_USER."
    })
final class PingCommand implements Callable<Integer> {
  @Mixin private RemoteOptions options = new RemoteOptions();

  /** Set by Picocli before anything is called. */
  @Spec private @Nullable CommandSpec spec;

  @Option(names = "--help", usageHelp = true, description = "Shows this text.")
  private boolean help;

  @Override
  public Integer call() {
    Map<String, String> environment = System.getenv();
    Remote remote = options.remote(requireNonNull(spec), environment);
    return new Ping(remote).run(environment, System.out, System.err);
  }
}
