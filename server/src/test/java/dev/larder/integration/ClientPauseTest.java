package dev.larder.integration;

import static dev.larder.net.TestClients.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.LarderServer;
import dev.larder.config.Config;
import dev.larder.config.Options;
import dev.larder.net.TestClient;
import dev.larder.resp.ByteString;
import dev.larder.resp.RespValue;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** CLIENT PAUSE, and other waits that something else may end. */
@Timeout(60)
final class ClientPauseTest {
  private static final String LONG = "600000";

  private final LarderServer server = LarderServer.start(new Config().set(Options.PORT, 0L));
  private TestClient admin;
  private TestClient client;

  @BeforeEach
  void connect() throws IOException {
    admin = new TestClient(server.port());
    client = new TestClient(server.port());
  }

  @AfterEach
  void close() throws IOException {
    admin.close();
    client.close();
    server.close();
  }

  private String info(String field) throws IOException {
    admin.send("INFO", "clients", "stats");
    RespValue.BulkString text = (RespValue.BulkString) admin.read();
    return text.value()
        .toString()
        .lines()
        .filter(line -> line.startsWith(field + ":"))
        .findFirst()
        .orElseThrow()
        .substring(field.length() + 1);
  }

  private void awaitBlocked(int count) throws IOException {
    await(() -> info("blocked_clients").equals(Integer.toString(count)));
  }

  private static RespValue bulk(String text) {
    return new RespValue.BulkString(ByteString.of(text));
  }

  private static RespValue listOf(long number) {
    return new RespValue.Array(List.of(new RespValue.Int(number)));
  }

  private void awaitReply(String reply, String... command) throws IOException {
    await(() -> client.call(command).equals(reply));
  }

  private void pauseWrites() throws IOException {
    assertThat(admin.call("CLIENT", "PAUSE", LONG, "WRITE")).isEqualTo("+OK");
  }

  private void unpause() throws IOException {
    assertThat(admin.call("CLIENT", "UNPAUSE")).isEqualTo("+OK");
  }

  @Test
  void writesWaitAndReadsDoNot() throws IOException {
    pauseWrites();
    client.sendRaw("ECHO a\r\nDEL x\r\nINCR n\r\nGET n\r\n");
    assertThat(client.read()).isEqualTo(bulk("a"));
    awaitBlocked(1);
    assertThat(admin.call("EXISTS", "n")).isEqualTo(":0");
    unpause();
    assertThat(client.readLine()).isEqualTo(":0");
    assertThat(client.readLine()).isEqualTo(":1");
    assertThat(client.read()).isEqualTo(bulk("1"));
    awaitBlocked(0);
  }

  @Test
  void whatWouldBeReplicatedWaitsToo() throws IOException {
    pauseWrites();
    client.send("PFCOUNT", "h");
    awaitBlocked(1);
    unpause();
    assertThat(client.readLine()).isEqualTo(":0");
    pauseWrites();
    client.send("PUBLISH", "channel", "x");
    awaitBlocked(1);
    unpause();
    assertThat(client.readLine()).isEqualTo(":0");
  }

  @Test
  void errorsNeedNotWait() throws IOException {
    pauseWrites();
    assertThat(client.call("SET", "x")).startsWith("-ERR wrong number");
    assertThat(client.call("FOO")).startsWith("-ERR unknown command");
  }

  @Test
  void manyGoOn() throws IOException {
    pauseWrites();
    List<TestClient> clients = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      TestClient waiting = new TestClient(server.port());
      clients.add(waiting);
      waiting.send("INCR", "n");
      awaitBlocked(i + 1);
    }
    unpause();
    for (TestClient each : clients) {
      assertThat(each.readLine()).startsWith(":");
    }
    assertThat(admin.call("INCR", "n")).isEqualTo(":21");
    for (TestClient each : clients) {
      each.close();
    }
  }

  @Test
  void scriptsThatSayTheyWriteNothingDoNotWait() throws IOException {
    String reads = "#!lua flags=no-writes\nreturn 1";
    client.send("SCRIPT", "LOAD", reads);
    String sha = ((RespValue.BulkString) client.read()).value().toString();
    String library =
        "#!lua name=l\nredis.register_function{function_name='f',callback=function() return 4 end,"
            + " flags={'no-writes'}}\n redis.register_function('g', function() return 5 end)";
    client.send("FUNCTION", "LOAD", library);
    assertThat(client.read()).isEqualTo(bulk("l"));
    pauseWrites();
    assertThat(client.call("EVAL", "#!lua flags=no-writes\nreturn 2", "0")).isEqualTo(":2");
    assertThat(client.call("EVALSHA", sha, "0")).isEqualTo(":1");
    assertThat(client.call("EVAL_RO", "return 3", "0")).isEqualTo(":3");
    assertThat(client.call("FCALL", "f", "0")).isEqualTo(":4");
    client.call("MULTI");
    client.call("EVALSHA", sha, "0");
    client.send("EXEC");
    assertThat(client.read()).isEqualTo(listOf(1));
    assertThat(info("blocked_clients")).isEqualTo("0");
  }

  @Test
  void scriptsThatMayWriteWait() throws IOException {
    try (TestClient other = new TestClient(server.port());
        TestClient third = new TestClient(server.port())) {
      third.call("MULTI");
      third.call("EVAL", "#!lua\nreturn 3", "0");
      pauseWrites();
      client.send("EVAL", "return 1", "0");
      other.send("EVAL", "#!lua\nreturn 2", "0");
      third.send("EXEC");
      awaitBlocked(3);
      unpause();
      assertThat(client.readLine()).isEqualTo(":1");
      assertThat(other.readLine()).isEqualTo(":2");
      assertThat(third.read()).isEqualTo(listOf(3));
    }
  }

  @Test
  void everythingWaitsUntilTheTimeIsOver() throws IOException {
    assertThat(admin.call("CLIENT", "PAUSE", "50")).isEqualTo("+OK");
    client.sendRaw("PING\r\nPING x\r\n");
    assertThat(client.readLine()).isEqualTo("+PONG");
    assertThat(client.read()).isEqualTo(bulk("x"));
    assertThat(info("paused_actions")).isEqualTo("none");
  }

  @Test
  void longerAndStricterPausesCount() throws IOException {
    pauseWrites();
    assertThat(admin.call("CLIENT", "PAUSE", "1", "WRITE")).isEqualTo("+OK");
    assertThat(info("paused_reason")).isEqualTo("client_pause");
    assertThat(info("paused_actions")).isEqualTo("write");
    assertThat(Long.parseLong(info("paused_timeout_milliseconds"))).isBetween(1L, 600_000L);
    unpause();
    assertThat(info("paused_reason")).isEqualTo("none");
    assertThat(info("paused_timeout_milliseconds")).isEqualTo("0");
  }

  @Test
  void aPausedClientMayLeave() throws IOException {
    pauseWrites();
    client.send("SET", "a", "1");
    awaitBlocked(1);
    client.close();
    awaitBlocked(0);
    unpause();
    assertThat(admin.call("EXISTS", "a")).isEqualTo(":0");
  }

  @Test
  void aPausedClientIsNotUnblocked() throws IOException {
    String id = client.call("CLIENT", "ID").substring(1);
    pauseWrites();
    client.send("SET", "a", "1");
    awaitBlocked(1);
    assertThat(admin.call("CLIENT", "UNBLOCK", id)).isEqualTo(":0");
    unpause();
    assertThat(client.readLine()).isEqualTo("+OK");
  }

  @Test
  void keysDoNotExpireMeanwhile() throws IOException {
    assertThat(client.call("SET", "a", "1", "PX", "300")).isEqualTo("+OK");
    pauseWrites();
    awaitReply(":0", "EXISTS", "a");
    for (int i = 0; i < 100; i++) {
      assertThat(info("expired_keys")).isEqualTo("0");
      assertThat(client.call("DBSIZE")).isEqualTo(":1");
    }
    unpause();
    awaitReply(":0", "DBSIZE");
    assertThat(info("expired_keys")).isEqualTo("1");
  }

  @Test
  void aLongWaitThatWasEndedLeavesNothingBehind() throws IOException {
    String id = client.call("CLIENT", "ID").substring(1);
    client.send("WAIT", "1", LONG);
    awaitBlocked(1);
    assertThat(admin.call("CLIENT", "UNBLOCK", id)).isEqualTo(":1");
    assertThat(client.readLine()).isEqualTo(":0");
    client.send("WAIT", "1", "0");
    awaitBlocked(1);
    assertThat(admin.call("CLIENT", "UNBLOCK", id, "ERROR")).isEqualTo(":1");
    assertThat(client.readLine()).startsWith("-UNBLOCKED");
    // More than a client may have executed in one turn.
    client.sendRaw("PING\r\n".repeat(50_000));
    for (int i = 0; i < 50_000; i++) {
      assertThat(client.readLine()).isEqualTo("+PONG");
    }
  }
}
