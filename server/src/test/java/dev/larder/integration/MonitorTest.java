package dev.larder.integration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.LarderServer;
import dev.larder.config.Config;
import dev.larder.config.Options;
import dev.larder.net.TestClient;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** MONITOR: who is told what. */
@Timeout(60)
final class MonitorTest {
  private final LarderServer server = LarderServer.start(new Config().set(Options.PORT, 0L));
  private TestClient monitor;
  private TestClient client;

  @BeforeEach
  void connect() throws IOException {
    monitor = new TestClient(server.port());
    client = new TestClient(server.port());
    assertThat(monitor.call("MONITOR")).isEqualTo("+OK");
  }

  @AfterEach
  void close() throws IOException {
    monitor.close();
    client.close();
    server.close();
  }

  /** What the monitor is told next, without the time. */
  private String told() throws IOException {
    String line = monitor.readLine();
    assertThat(line).matches("\\+\\d{10}\\.\\d{6} \\[\\d+ 127\\.0\\.0\\.1:\\d+\\] .*");
    return line.substring(line.indexOf("] ") + 2);
  }

  @Test
  void isToldInOrder() throws IOException {
    client.sendRaw("SET foo bar\r\nGET foo\r\nSELECT 1\r\nPING\r\n");
    assertThat(told()).isEqualTo("\"SET\" \"foo\" \"bar\"");
    assertThat(told()).isEqualTo("\"GET\" \"foo\"");
    assertThat(told()).isEqualTo("\"SELECT\" \"1\"");
    assertThat(monitor.readLine()).contains(" [1 127.0.0.1:").endsWith("] \"PING\"");
  }

  @Test
  void argumentsAreQuoted() throws IOException {
    client.send("ECHO", "a \"\\\n\r\t\u0007\b\u0000\u007f~");
    assertThat(told()).isEqualTo("\"ECHO\" \"a \\\"\\\\\\n\\r\\t\\a\\b\\x00\\x7f~\"");
  }

  @Test
  void secretsAndAdministrationAreHidden() throws IOException {
    client.sendRaw("AUTH a b\r\nHELLO 3 AUTH a b\r\nCONFIG GET port\r\nCLIENT LIST\r\nPING x\r\n");
    assertThat(told()).isEqualTo("\"AUTH\" \"(redacted)\" \"(redacted)\"");
    assertThat(told()).isEqualTo("\"HELLO\" \"3\" \"AUTH\" \"(redacted)\" \"(redacted)\"");
    assertThat(told()).isEqualTo("\"PING\" \"x\"");
  }

  @Test
  void transactionsAreToldAsTheyRun() throws IOException {
    client.sendRaw("MULTI\r\nSET a 1\r\nMONITOR\r\nEXEC\r\nMULTI\r\nFOO\r\nEXEC\r\n");
    for (String expected :
        List.of("\"MULTI\"", "\"SET\" \"a\" \"1\"", "\"EXEC\"", "\"MULTI\"", "\"EXEC\"")) {
      assertThat(told()).isEqualTo(expected);
    }
  }

  @Test
  void commandsOfScriptsAreToldBehindTheScript() throws IOException {
    // It comes to a key that it does not name, and yet nothing is told twice.
    String script = "redis.call('incr',KEYS[1]) redis.pcall('nosuch') return redis.call('get','b')";
    String told = "\"" + script + "\" \"1\" \"a\"";
    client.send("EVAL", script, "1", "a");
    client.read();
    client.sendRaw("EVALSHA none 0\r\nMULTI\r\n");
    client.send("EVAL", script, "1", "a");
    client.sendRaw("EXEC\r\n");
    assertThat(told()).isEqualTo("\"EVAL\" " + told);
    assertThat(monitor.readLine()).endsWith(" [0 lua] \"incr\" \"a\"");
    assertThat(monitor.readLine()).endsWith(" [0 lua] \"get\" \"b\"");
    assertThat(told()).isEqualTo("\"EVALSHA\" \"none\" \"0\"");
    assertThat(told()).isEqualTo("\"MULTI\"");
    assertThat(told()).isEqualTo("\"EVAL\" " + told);
    assertThat(monitor.readLine()).endsWith(" [0 lua] \"incr\" \"a\"");
    assertThat(monitor.readLine()).endsWith(" [0 lua] \"get\" \"b\"");
    assertThat(told()).isEqualTo("\"EXEC\"");
  }

  @Test
  void isAListedClientUntilReset() throws IOException {
    client.send("CLIENT", "LIST");
    assertThat(client.read().toString()).contains(" flags=O ");
    // A second time changes nothing, and is not answered.
    monitor.sendRaw("MONITOR\r\nRESET\r\nPING\r\n");
    assertThat(monitor.readLine()).isEqualTo("+RESET");
    assertThat(monitor.readLine()).isEqualTo("+PONG");
    assertThat(client.call("SET", "a", "1")).isEqualTo("+OK");
    assertThat(monitor.call("PING")).isEqualTo("+PONG");
    client.send("CLIENT", "LIST");
    assertThat(client.read().toString()).doesNotContain(" flags=O ");
  }

  @Test
  void oneThatLeavesIsForgotten() throws IOException {
    monitor.close();
    for (int i = 0; i < 1000; i++) {
      assertThat(client.call("SET", "a", "1")).isEqualTo("+OK");
    }
  }
}
