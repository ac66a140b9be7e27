package dev.larder.cli.remote;

import dev.larder.tls.ClientTls;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** The options of commands that ask a server, named like those of redis-cli where it has them. */
public final class RemoteOptions {
  @Option(
      names = {"-h", "--host"},
      paramLabel = "HOST",
      description = "Where the server is (default: ${DEFAULT-VALUE}).")
  private String host = Remote.DEFAULT_HOST;

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
  private int timeoutSeconds = Remote.DEFAULT_TIMEOUT_SECONDS;

  @Option(
      names = "--tls",
      description =
          "Connects by TLS, as is the default if LARDER_PORT is 0 and LARDER_TLS_PORT is not.")
  private boolean usesTls;

  @Option(
      names = "--cacert",
      paramLabel = "FILE",
      description = "The authority of the server's certificate (default: those that Java knows).")
  private String authority = "";

  @Option(
      names = "--cert",
      paramLabel = "FILE",
      description = "The certificate to show, if the server wants one.")
  private String certificate = "";

  @Option(names = "--key", paramLabel = "FILE", description = "The key of that certificate.")
  private String key = "";

  @Option(names = "--insecure", description = "Believes any certificate of the server.")
  private boolean isInsecure;

  /**
   * The server they name.
   *
   * @param environment tells what they do not
   * @throws ParameterException if they make no sense
   */
  public Remote remote(CommandSpec spec, Map<String, String> environment) {
    Remote usual = Remote.ofEnvironment(environment);
    ClientTls tls = port == null ? usual.tls() : null;
    if (usesTls) {
      List<String> authorities = authority.isEmpty() ? List.of() : List.of(authority);
      tls = new ClientTls(authorities, certificate, key, isInsecure);
    }
    Remote remote = new Remote(host, port == null ? usual.port() : port, timeoutSeconds, tls);
    String complaint = remote.complaint();
    if (complaint == null && !usesTls && hasFiles()) {
      complaint = "--cacert, --cert, --key and --insecure go with --tls";
    }
    if (complaint == null && certificate.isEmpty() != key.isEmpty()) {
      complaint = "--cert and --key go together";
    }
    if (complaint != null) {
      throw new ParameterException(spec.commandLine(), complaint);
    }
    return remote;
  }

  private boolean hasFiles() {
    return isInsecure || !authority.isEmpty() || !certificate.isEmpty() || !key.isEmpty();
  }
}
