package dev.larder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.larder.config.Config;
import dev.larder.config.MonitoringOptions;
import dev.larder.config.Options;
import dev.larder.net.StartException;
import java.net.ConnectException;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import org.junit.jupiter.api.Test;

/** When a server says over HTTP that it is ready. */
final class MonitoringTest {

  private static Config config(int port) {
    return new Config()
        .set(Options.PORT, 0L)
        .set(Options.IO_THREADS, 1L)
        .set(MonitoringOptions.METRICS_PORT, (long) port);
  }

  private static int freePort() throws Exception {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private static String get(int port, String path) throws Exception {
    HttpURLConnection connection =
        (HttpURLConnection) URI.create("http://127.0.0.1:" + port + path).toURL().openConnection();
    boolean isGood = connection.getResponseCode() == 200;
    try (var body = isGood ? connection.getInputStream() : connection.getErrorStream()) {
      return connection.getResponseCode() + " " + new String(body.readAllBytes()).strip();
    }
  }

  @Test
  void isReadyWhileItServes() throws Exception {
    int port = freePort();
    try (LarderServer server = LarderServer.start(config(port))) {
      assertThat(get(port, "/healthz")).isEqualTo("200 ok");
      assertThat(get(port, "/readyz")).isEqualTo("200 ok");

      server.stats().load().begin(1000, () -> 420);
      assertThat(get(port, "/readyz")).isEqualTo("503 Loading data, 42 %");
      assertThat(get(port, "/healthz")).isEqualTo("200 ok");
      assertThat(get(port, "/metrics"))
          .contains("redis_loading_dump_file 1.0", "larder_loading_loaded_bytes 420.0");
      server.stats().load().end(0, 0);
      assertThat(get(port, "/readyz")).isEqualTo("200 ok");
    }
    assertThatThrownBy(() -> get(port, "/healthz")).isInstanceOf(ConnectException.class);
  }

  @Test
  void aPortThatIsInUseIsSaid() throws Exception {
    int port = freePort();
    try (LarderServer server = LarderServer.start(config(port))) {
      assertThatThrownBy(() -> LarderServer.start(config(port)))
          .isInstanceOf(StartException.class)
          .hasMessageContaining("larder-metrics-port " + port);
      assertThat(server.port()).isPositive();
    }
  }

  @Test
  void anAddressThatIsNotHereIsSaid() {
    assertThatThrownBy(() ->
            LarderServer.start(config(9121).set(MonitoringOptions.METRICS_BIND, "203.0.113.7")))
        .isInstanceOf(StartException.class)
        .hasMessageContaining("larder-metrics-bind 203.0.113.7");
  }
}
