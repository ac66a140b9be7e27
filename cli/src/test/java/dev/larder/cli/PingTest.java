package dev.larder.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.LarderServer;
import dev.larder.cli.remote.Remote;
import dev.larder.config.Config;
import dev.larder.config.Options;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class PingTest {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream errors = new ByteArrayOutputStream();

  private int ping(int port, Map<String, String> environment) {
    Ping ping = new Ping(new Remote("127.0.0.1", port, 1, null));
    return ping.run(
        environment, new PrintStream(out, true, UTF_8), new PrintStream(errors, true, UTF_8));
  }

  @Test
  void aServerAnswers() {
    try (LarderServer server = LarderServer.start(new Config().set(Options.PORT, 0L))) {
      assertThat(ping(server.port(), Map.of())).isZero();
      assertThat(out.toString(UTF_8).strip()).isEqualTo("PONG");
      assertThat(errors.toString(UTF_8)).isEmpty();
    }
  }

  @Test
  void aPasswordComesFromTheEnvironment() {
    Config config = new Config().set(Options.PORT, 0L).set(Options.REQUIREPASS, "gehéim");
    try (LarderServer server = LarderServer.start(config)) {
      assertThat(ping(server.port(), Map.of())).isEqualTo(1);
      assertThat(errors.toString(UTF_8)).contains("NOAUTH", "LARDER_PING_PASSWORD");
      assertThat(ping(server.port(), Map.of("LARDER_PING_PASSWORD", "wrong"))).isEqualTo(1);
      assertThat(errors.toString(UTF_8)).contains("WRONGPASS");
      assertThat(ping(server.port(), Map.of("LARDER_PING_PASSWORD", "gehéim"))).isZero();
      assertThat(ping(server.port(), Map.of("REDISCLI_AUTH", "gehéim"))).isZero();
      assertThat(
              ping(
                  server.port(),
                  Map.of("LARDER_PING_PASSWORD", "gehéim", "LARDER_PING_USER", "nobody")))
          .isEqualTo(1);
    }
  }

  @Test
  void whatIsNotThereIsNamed() throws Exception {
    int port;
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = taken.getLocalPort();
      assertThat(ping(port, Map.of())).isEqualTo(1);
      assertThat(errors.toString(UTF_8)).contains("no answer from 127.0.0.1:" + port + " in 1 s");
    }
    assertThat(ping(port, Map.of())).isEqualTo(1);
    assertThat(errors.toString(UTF_8)).contains("cannot reach 127.0.0.1:" + port);
    assertThat(
            new Ping(new Remote("no-such-host.invalid", port, 1, null))
                .run(Map.of(), stream(), stream()))
        .isEqualTo(1);
    assertThat(errors.toString(UTF_8)).contains("no-such-host.invalid");
  }

  private PrintStream stream() {
    return new PrintStream(errors, true, UTF_8);
  }

  @Test
  void anotherKindOfServerIsNone() throws Exception {
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Thread.ofPlatform().daemon().start(() -> answer(server));
      assertThat(ping(server.getLocalPort(), Map.of())).isEqualTo(1);
      assertThat(errors.toString(UTF_8)).contains("no reply of a Redis server");
    }
  }

  private static void answer(ServerSocket server) {
    try (Socket socket = server.accept()) {
      socket.getOutputStream().write("HTTP/1.1 400 Bad Request\r\n".getBytes(UTF_8));
      socket.getInputStream().readAllBytes();
    } catch (IOException e) {
      // Then the test fails by what it sees.
    }
  }

  @Test
  void plainArgumentsAreReadWithoutPicocli() {
    assertThat(Ping.parse(List.of(), Map.of()))
        .isEqualTo(new Ping(new Remote("127.0.0.1", 6379, 5, null)));
    assertThat(Ping.parse(List.of("-h", "a", "--port", "7", "-t", "2"), Map.of()))
        .isEqualTo(new Ping(new Remote("a", 7, 2, null)));
    for (List<String> others :
        List.of(
            List.of("--help"),
            List.of("-p"),
            List.of("-p", "x"),
            List.of("-p", "70000"),
            List.of("-t", "0"),
            List.of("--tls", "x"))) {
      assertThat(Ping.parse(others, Map.of())).as("%s", others).isNull();
    }
  }

  @Test
  void wrongArgumentsAreExplained() {
    assertThat(
            LarderCommand.commandLine()
                .setErr(new java.io.PrintWriter(errors, true, UTF_8))
                .execute("ping", "-p", "0"))
        .isEqualTo(2);
    assertThat(errors.toString(UTF_8)).contains("larder: a port is a number from 1 to 65535");
  }
}
