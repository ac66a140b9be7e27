package dev.larder.cli.top;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.LarderServer;
import dev.larder.cli.LarderCommand;
import dev.larder.config.Config;
import dev.larder.config.Options;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

final class TopCommandTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter errors = new StringWriter();

  private int top(int port, String... more) {
    CommandLine line = LarderCommand.commandLine();
    line.setOut(new PrintWriter(out));
    line.setErr(new PrintWriter(errors, true));
    String[] arguments = new String[more.length + 4];
    arguments[0] = "top";
    arguments[1] = "--batch";
    arguments[2] = "--port";
    arguments[3] = String.valueOf(port);
    System.arraycopy(more, 0, arguments, 4, more.length);
    return line.execute(arguments);
  }

  @Test
  void showsWhatAServerHasDone() throws IOException {
    try (LarderServer server = LarderServer.start(new Config().set(Options.PORT, 0L));
        Socket client = new Socket("127.0.0.1", server.port())) {
      client.getOutputStream().write("SET k v\r\nGET k\r\n".getBytes(UTF_8));
      assertThat(client.getInputStream().read()).isEqualTo('+');
      assertThat(top(server.port(), "-n", "2", "--sort", "calls")).isZero();
    }
    assertThat(errors.toString()).isEmpty();
    assertThat(out.toString())
        .contains("larder ", "keys 1", "clients 2", "COMMAND", "by calls", "info  ");
  }

  @Test
  void aServerThatWantsAPasswordIsNamed() {
    Config config = new Config().set(Options.PORT, 0L).set(Options.REQUIREPASS, "secret");
    try (LarderServer server = LarderServer.start(config)) {
      assertThat(top(server.port())).isEqualTo(1);
    }
    assertThat(errors.toString()).startsWith("larder: 127.0.0.1:").contains("REDISCLI_AUTH");
  }

  @Test
  void whatIsNotThereIsNamed() throws IOException {
    int port;
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = taken.getLocalPort();
    }
    assertThat(top(port)).isEqualTo(1);
    assertThat(errors.toString()).startsWith("larder: cannot reach 127.0.0.1:" + port);
  }

  @Test
  void anotherProtocolIsNamed() throws Exception {
    try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Thread server =
          Thread.ofVirtual()
              .start(() -> {
                try (Socket client = other.accept()) {
                  client.getOutputStream().write("HTTP/1.1 400 Bad\r\n".getBytes(UTF_8));
                } catch (IOException e) {
                  throw new AssertionError(e);
                }
              });
      assertThat(top(other.getLocalPort())).isEqualTo(1);
      server.join();
    }
    assertThat(errors.toString()).contains("no server that speaks RESP");
  }

  @Test
  void numbersHaveBounds() {
    assertThat(top(70_000)).isEqualTo(2);
    assertThat(errors.toString()).contains("a port is a number from 1 to 65535");
  }
}
