package dev.larder.cli;

import static java.util.Objects.requireNonNull;

import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
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
  @Option(
      names = {"-h", "--host"},
      paramLabel = "HOST",
      description = "Where the server is (default: ${DEFAULT-VALUE}).")
  private String host = Ping.DEFAULT_HOST;

  @Option(
      names = {"-p", "--port"},
      paramLabel = "PORT",
      description =
          "The port it listens on (default: LARDER_PORT of the environment, or else 6379).")
  private @Nullable Integer port;

  @Option(
      names = {"-t", "--timeout"},
      paramLabel = "SECONDS",
      description = "For how long to wait for it (default: ${DEFAULT-VALUE}).")
  private int timeoutSeconds = Ping.DEFAULT_TIMEOUT_SECONDS;

  /** Set by Picocli before anything is called. */
  @Spec private @Nullable CommandSpec spec;

  @Option(names = "--help", usageHelp = true, description = "Shows this text.")
  private boolean help;

  @Override
  public Integer call() {
    Map<String, String> environment = System.getenv();
    int asked = port == null ? Ping.defaultPort(environment) : port;
    Ping ping = new Ping(host, asked, timeoutSeconds);
    String complaint = ping.complaint();
    if (complaint != null) {
      throw new ParameterException(requireNonNull(spec).commandLine(), complaint);
    }
    return ping.run(environment, System.out, System.err);
  }
}
