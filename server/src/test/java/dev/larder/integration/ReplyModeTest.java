package dev.larder.integration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.LarderServer;
import dev.larder.config.Config;
import dev.larder.config.Options;
import dev.larder.net.TestClient;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** CLIENT REPLY, also for what is replied in pieces, or by others. */
@Timeout(60)
final class ReplyModeTest {
  private final LarderServer server = LarderServer.start(new Config().set(Options.PORT, 0L));
  private TestClient client;
  private TestClient other;

  @BeforeEach
  void connect() throws IOException {
    client = new TestClient(server.port());
    other = new TestClient(server.port());
  }

  @AfterEach
  void close() throws IOException {
    client.close();
    other.close();
    server.close();
  }

  /** Sends lines, and checks that the replies to them are exactly these lines. */
  private void check(String sent, String... replies) throws IOException {
    client.sendRaw(sent.replace(";", "\r\n") + "\r\nTIME x\r\n");
    for (String reply : replies) {
      assertThat(client.readLine()).isEqualTo(reply);
    }
    assertThat(client.readLine()).startsWith("-ERR wrong number of arguments for 'time'");
  }

  @Test
  void skipsOneReply() throws IOException {
    check("CLIENT REPLY SKIP;PING;PING", "+PONG");
    check("CLIENT REPLY SKIP;CLIENT REPLY SKIP;PING;PING", "+PONG");
    check("CLIENT REPLY SKIP;FOO;PING", "+PONG");
    check("CLIENT REPLY SKIP;CLIENT REPLY ON;PING", "+OK", "+PONG");
    check("CLIENT REPLY SKIP;CLIENT REPLY x;PING", "+PONG");
  }

  @Test
  void isSilentUntilToldOtherwise() throws IOException {
    check("CLIENT REPLY OFF;PING;FOO;GET;CLIENT REPLY SKIP;PING;CLIENT REPLY ON", "+OK");
    check("CLIENT REPLY OFF;PING;RESET;PING", "+RESET", "+PONG");
  }

  @Test
  void rejectsNonsense() throws IOException {
    check("CLIENT REPLY x", "-ERR syntax error");
    check(
        "CLIENT NO-TOUCH x;CLIENT NO-EVICT",
        "-ERR syntax error",
        "-ERR wrong number of arguments for 'client|no-evict' command");
  }

  @Test
  void longRepliesAreDropped() throws IOException {
    check("SETRANGE s 3000000 x;CLIENT REPLY SKIP;GET s;PING", ":3000001", "+PONG");
    check(
        "DEBUG x;CLIENT REPLY SKIP;KEYS *;PING;CLIENT REPLY OFF;GET s;CLIENT REPLY ON",
        "-ERR DEBUG command not allowed. If the enable-debug-command option is set to \"local\","
            + " you can run it from a local connection, otherwise you need to set this option in"
            + " the configuration file, and then restart the server.",
        "+PONG",
        "+OK");
  }

  @Test
  void whatOthersServeIsDropped() throws IOException {
    String id = client.call("CLIENT", "ID").substring(1);
    client.sendRaw("CLIENT REPLY SKIP\r\nBLPOP l 0\r\nLLEN l\r\n");
    int attempts = 0;
    while (other.call("CLIENT", "UNBLOCK", id).equals(":0")) {
      assertThat(attempts++).isLessThan(20_000);
    }
    assertThat(client.readLine()).isEqualTo(":0");
    client.sendRaw("CLIENT REPLY SKIP\r\nBLPOP l 0\r\nLLEN l\r\n");
    assertThat(other.call("RPUSH", "l", "x".repeat(100_000))).isEqualTo(":1");
    assertThat(client.readLine()).isEqualTo(":0");
  }

  @Test
  void modesAreListed() throws IOException {
    check("CLIENT NO-EVICT ON;CLIENT NO-TOUCH on", "+OK", "+OK");
    client.send("CLIENT", "INFO");
    assertThat(client.read().toString()).contains(" flags=eT ");
    check("CLIENT NO-EVICT off;CLIENT NO-TOUCH off", "+OK", "+OK");
    client.send("CLIENT", "INFO");
    assertThat(client.read().toString()).contains(" flags=N ");
  }
}
