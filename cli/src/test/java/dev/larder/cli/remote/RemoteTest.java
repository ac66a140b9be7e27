package dev.larder.cli.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.larder.tls.ClientTls;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

final class RemoteTest {
  private static final ClientTls FROM_OPTIONS = new ClientTls(List.of("ca"), "c", "k", false);

  @Command
  private static final class Asking {
    @Mixin private RemoteOptions options = new RemoteOptions();
  }

  private static Remote remote(Map<String, String> environment, String... arguments) {
    Asking asking = new Asking();
    CommandLine line = new CommandLine(asking);
    line.parseArgs(arguments);
    return asking.options.remote(line.getCommandSpec(), environment);
  }

  @Test
  void optionsAreStrongerThanTheEnvironment() {
    Map<String, String> environment = Map.of("LARDER_PORT", "7000");
    assertThat(remote(environment)).isEqualTo(new Remote("127.0.0.1", 7000, 5, null));
    Map<String, String> ofKubernetes = Map.of("LARDER_PORT", "tcp://10.0.0.9:7000");
    assertThat(remote(ofKubernetes).port()).isEqualTo(6379);
    assertThat(remote(environment, "-h", "a", "-p", "7", "-t", "2"))
        .isEqualTo(new Remote("a", 7, 2, null));
    assertThat(remote(environment, "--tls", "--cacert", "ca", "--cert", "c", "--key", "k").tls())
        .isEqualTo(FROM_OPTIONS);
  }

  @Test
  void aServerWithoutAPlainPortIsAskedByTls() {
    Map<String, String> environment =
        Map.of(
            "LARDER_PORT", "0",
            "LARDER_TLS_PORT", "6380",
            "LARDER_TLS_CA_CERT_FILE", "ca",
            "LARDER_TLS_CERT_FILE", "crt",
            "LARDER_TLS_KEY_FILE", "key");
    ClientTls tls = new ClientTls(List.of("ca", "crt"), "crt", "key", false);
    assertThat(remote(environment)).isEqualTo(new Remote("127.0.0.1", 6380, 5, tls));
    assertThat(remote(environment, "-p", "7").tls()).isNull();
  }

  @Test
  void whoAsksIsInTheEnvironment() {
    assertThat(Remote.login(Map.of("LARDER_PING_USER", "watch"))).isEmpty();
    assertThat(Remote.login(Map.of("LARDER_REQUIREPASS", "b", "REDISCLI_AUTH", "a")))
        .containsExactly("AUTH", "default", "a");
    assertThat(Remote.login(Map.of("LARDER_PING_USER", "watch", "LARDER_PING_PASSWORD", "c")))
        .containsExactly("AUTH", "watch", "c");
  }

  @ParameterizedTest
  @CsvSource({
    "-p 0, a port is a number from 1 to 65535",
    "-t 0, a timeout is a number of seconds from 1 to 2147483",
    "--cacert ca, '--cacert, --cert, --key and --insecure go with --tls'",
    "--tls --cert c, --cert and --key go together"
  })
  void whatMakesNoSenseIsSaid(String arguments, String complaint) {
    assertThatThrownBy(() -> remote(Map.of(), arguments.split(" ")))
        .isInstanceOf(CommandLine.ParameterException.class)
        .hasMessage(complaint);
  }
}
