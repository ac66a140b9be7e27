package dev.larder.config;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class ConfigReloadTest {
  private static Config config(String text) throws ConfigException {
    ByteArrayInputStream in = new ByteArrayInputStream(text.getBytes(UTF_8));
    return ConfigLoader.load(List.of("-"), Map.of(), in).config();
  }

  private static ConfigReload reloadOf(Config running) {
    return new ConfigReload(running, running);
  }

  @Test
  void mutableOptionsChangeAndOthersAreNamed() throws Exception {
    Config running = config("timeout 5\nmaxmemory 1mb\nport 7000\n");
    List<Long> applied = new ArrayList<>();
    running.onChange(Options.TIMEOUT, applied::add);
    ConfigReload.Outcome outcome =
        reloadOf(running).apply(config("timeout 6\nmaxmemory 1mb\nport 7001\n"));
    assertThat(outcome.failure()).isNull();
    assertThat(outcome.changed()).containsExactly("timeout");
    assertThat(outcome.fixed()).containsExactly("port");
    assertThat(running.get(Options.TIMEOUT)).isEqualTo(6);
    assertThat(running.get(Options.PORT)).isEqualTo(7000);
    assertThat(applied).containsExactly(6L);
  }

  @Test
  void nothingChangesWhenOneIsRefused() throws Exception {
    Config running = config("timeout 5\n");
    running.onChange(
        Options.MAXCLIENTS,
        value -> {
          throw new ConfigException("too many");
        });
    ConfigReload reload = reloadOf(running);
    ConfigReload.Outcome outcome = reload.apply(config("timeout 6\nmaxclients 7\n"));
    assertThat(outcome.failure()).isEqualTo(new Config.Failure("maxclients", "too many"));
    assertThat(outcome.changed()).isEmpty();
    assertThat(running.get(Options.TIMEOUT)).isEqualTo(5);
    assertThat(running.get(Options.MAXCLIENTS)).isEqualTo(10_000);
    assertThat(reload.apply(config("timeout 6\n")).changed()).containsExactly("timeout");
  }

  @Test
  void aCertificateIsReadAgainFromTheSameFile() throws Exception {
    Config running = config("tls-cert-file /a.crt\n");
    List<String> applied = new ArrayList<>();
    running.onChange(TlsOptions.TLS_CERT_FILE, applied::add);
    ConfigReload.Outcome outcome = reloadOf(running).apply(config("tls-cert-file /a.crt\n"));
    assertThat(outcome.changed()).containsExactly("tls-cert-file");
    assertThat(applied).containsExactly("/a.crt");
  }

  @Test
  void whatClientsHaveSetStaysUnlessTheFileSpeaksOfIt() throws Exception {
    Config running = config("timeout 5\n");
    ConfigReload reload = reloadOf(running);
    running.change(Map.of("timeout", "8", "maxclients", "9"));
    assertThat(reload.apply(config("timeout 5\n")).changed()).containsExactly("timeout");
    assertThat(running.get(Options.MAXCLIENTS)).isEqualTo(9);
  }

  @Test
  void aRemovedLineMeansTheDefault() throws Exception {
    Config running = config("timeout 5\nsave 900 1\n");
    ConfigReload.Outcome outcome = reloadOf(running).apply(config("# nothing\n"));
    assertThat(outcome.changed()).containsExactly("timeout", "save");
    assertThat(running.get(Options.TIMEOUT)).isZero();
    assertThat(running.get(Options.SAVE)).isEmpty();
  }

  @Test
  void usersNeedARestartButMayMoveWithinTheFile() throws Exception {
    Config running = config("user a on nopass\n");
    ConfigReload reload = reloadOf(running);
    assertThat(reload.apply(config("\n\nuser a on nopass\n")).fixed()).isEmpty();
    assertThat(reload.apply(config("user a off\n")).fixed()).containsExactly("user");
    assertThat(reload.apply(config("user a off\n")).fixed()).containsExactly("user");
  }
}
