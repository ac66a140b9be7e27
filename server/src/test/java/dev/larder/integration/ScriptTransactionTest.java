package dev.larder.integration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.config.Options;
import dev.larder.net.TestClient;
import dev.larder.net.TestClients;
import dev.larder.resp.RespValue;
import java.io.IOException;
import java.util.Locale;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Transactions whose scripts take long, on the only event loop. */
@Tag("slow")
@Timeout(120)
final class ScriptTransactionTest extends WithServer {
  private static final String FOREVER = "while true do end";
  private static final String FUNCTION =
      "#!lua name=lib\nredis.register_function('forever', function() while true do end end)";

  private final TestClient client = connect();
  private final TestClient other = connect();

  ScriptTransactionTest() throws IOException {
    super(loops(1).set(Options.BUSY_REPLY_THRESHOLD, 50L));
  }

  private static void queue(TestClient client, String... command) throws IOException {
    assertThat(client.call(command)).isEqualTo("+QUEUED");
  }

  /** Two changes with a script between them that does not end. */
  private void begin(TestClient by) throws IOException {
    assertThat(by.call("MULTI")).isEqualTo("+OK");
    queue(by, "INCR", "n");
    queue(by, "EVAL", FOREVER, "0");
    queue(by, "INCR", "n");
    by.send("EXEC");
  }

  private void kill(String whose) throws IOException {
    TestClients.await(() -> other.call(whose, "KILL").equals("+OK"));
  }

  @Test
  void aScriptCanBeEndedAndTheOthersGoOn() throws IOException {
    begin(client);
    TestClients.await(() -> other.call("EXISTS", "n").startsWith("-BUSY"));
    assertThat(other.call("PING")).isEqualTo("+PONG");
    assertThat(other.call("FUNCTION", "KILL")).startsWith("-BUSY");
    kill("SCRIPT");
    assertThat(String.valueOf(client.read()))
        .contains("Int[value=1]", "Script killed by user", "Int[value=2]");
    assertThat(other.call("INCR", "n")).isEqualTo(":3");
    assertThat(other.call("SCRIPT", "KILL")).startsWith("-NOTBUSY");
  }

  @Test
  void aFunctionCanBeEnded() throws IOException {
    client.send("FUNCTION", "LOAD", FUNCTION);
    client.read();
    client.call("MULTI");
    queue(client, "FCALL", "forever", "0");
    client.send("EXEC");
    TestClients.await(() -> other.call("EXISTS", "n").contains("FUNCTION KILL"));
    assertThat(other.call("SCRIPT", "KILL")).startsWith("-BUSY");
    kill("FUNCTION");
    assertThat(String.valueOf(client.read())).contains("Script killed by user");
  }

  /** The buffer that a long reply has made large is given back. */
  @Test
  void repliesMayFollowLongOnes() throws IOException {
    for (int i = 0; i < 5; i++) {
      client.call("MULTI");
      queue(client, "EVAL", "return string.rep('x', 1e6)", "0");
      queue(client, "EVAL", "return 'short'", "0");
      client.send("EXEC");
      String reply = String.valueOf(client.read());
      assertThat(reply).hasSizeGreaterThan(1_000_000).contains("xxx").contains("short");
    }
  }

  /** What comes before it does not count. */
  @Test
  void aScriptThatHasWrittenGoesOn() throws IOException {
    client.call("MULTI");
    queue(client, "EVAL", "redis.call('SET', 'n', 5)", "0");
    queue(client, "EVAL", FOREVER, "0");
    queue(
        client,
        "EVAL",
        "redis.call('INCR', 'n') for i = 1, 3e7 do end return redis.call('INCR', 'n')",
        "0");
    client.send("EXEC");
    kill("SCRIPT");
    TestClients.await(() -> other.call("SCRIPT", "KILL").startsWith("-UNKILLABLE"));
    assertThat(String.valueOf(client.read())).contains("Int[value=7]");
  }

  @Test
  void itGoesOnWithoutItsClient() throws IOException {
    begin(client);
    TestClients.await(() -> other.call("EXISTS", "n").startsWith("-BUSY"));
    client.close();
    assertThat(other.call("EXISTS", "n")).startsWith("-BUSY");
    kill("SCRIPT");
    TestClients.await(() -> other.call("INCR", "n").equals(":3"));
  }

  @Test
  void itsClientCanBeKilled() throws IOException {
    String id = client.call("CLIENT", "ID").substring(1);
    begin(client);
    TestClients.await(() -> other.call("EXISTS", "n").startsWith("-BUSY"));
    assertThat(other.call("CLIENT", "KILL", "ID", id)).isEqualTo(":1");
    client.awaitEnd();
    kill("SCRIPT");
    TestClients.await(() -> other.call("INCR", "n").equals(":3"));
  }

  /** Who has gone must not be subscribed for ever. */
  @Test
  void aClientThatHasGoneListensToNothing() throws IOException {
    String id = client.call("CLIENT", "ID").substring(1);
    client.call("MULTI");
    queue(client, "EVAL", FOREVER, "0");
    queue(client, "SUBSCRIBE", "channel");
    queue(client, "CLIENT", "TRACKING", "ON", "BCAST");
    queue(client, "SET", "last", "1");
    client.send("EXEC");
    TestClients.await(() -> other.call("EXISTS", "n").startsWith("-BUSY"));
    assertThat(other.call("CLIENT", "KILL", "ID", id)).isEqualTo(":1");
    client.awaitEnd();
    kill("SCRIPT");
    TestClients.await(() -> other.call("EXISTS", "last").equals(":1"));
    assertThat(other.call("PUBLISH", "channel", "x")).isEqualTo(":0");
    other.send("INFO", "clients");
    assertThat(CachingClient.text(other.read())).contains("tracking_clients:0");
  }

  @Test
  void anotherOneIsRefusedOrWaits() throws IOException {
    begin(client);
    TestClients.await(() -> other.call("EXISTS", "n").startsWith("-BUSY"));
    assertThat(other.call("MULTI")).isEqualTo("+OK");
    queue(other, "GET", "n");
    assertThat(other.call("EXEC"))
        .startsWith("-EXECABORT Transaction discarded because of: BUSY Redis is busy");
    assertThat(other.call("MULTI")).isEqualTo("+OK");
    queue(other, "EVAL", "return 1", "0");
    assertThat(other.call("EXEC"))
        .startsWith("-EXECABORT Transaction discarded because of: BUSY Redis is busy");
    assertThat(other.call("CONFIG", "SET", "busy-reply-threshold", "100000")).isEqualTo("+OK");
    kill("SCRIPT");
    client.read();
    begin(client);
    TestClient third = connect();
    begin(third);
    kill("SCRIPT");
    assertThat(String.valueOf(client.read())).contains("Int[value=3]", "Int[value=4]");
    kill("SCRIPT");
    assertThat(String.valueOf(third.read())).contains("Int[value=5]", "Int[value=6]");
  }

  /**
   * As many as may take long wait for nothing that the transaction has, and it for nothing else.
   */
  @Test
  void scriptsThatTakeLongAreNoObstacle() throws IOException {
    TestClient[] all = new TestClient[6];
    for (int i = 0; i < all.length; i++) {
      all[i] = connect();
      all[i].send("EVAL", "for i = 1, 3e6 do end return redis.call('INCR', KEYS[1])", "1", "k" + i);
    }
    client.call("MULTI");
    queue(client, "EVAL", "for i = 1, 3e6 do end return redis.call('INCR', 'n')", "0");
    TestClients.await(() -> {
      client.send("EXEC");
      String reply = String.valueOf(client.read());
      if (reply.contains("Int[value=1]")) {
        return true;
      }
      assertThat(reply).contains("BUSY");
      client.call("MULTI");
      queue(client, "EVAL", "for i = 1, 3e6 do end return redis.call('INCR', 'n')", "0");
      return false;
    });
    for (TestClient each : all) {
      assertThat(each.readLine()).containsAnyOf(":1", "BUSY");
    }
  }

  @Test
  void whoWaitsForAKeyIsServedAfterIt() throws IOException {
    TestClient waiting = connect();
    waiting.send("BLPOP", "list", "0");
    other.send("INFO", "clients");
    TestClients.await(() -> {
      boolean waits = CachingClient.text(other.read()).contains("blocked_clients:1");
      other.send("INFO", "clients");
      return waits;
    });
    other.read();
    client.call("MULTI");
    queue(client, "EVAL", "return redis.call('RPUSH', 'list', 'a')", "0");
    queue(client, "EVAL", FOREVER, "0");
    queue(client, "EVAL", "return redis.call('RPUSH', 'list', 'b')", "0");
    queue(client, "LLEN", "list");
    client.send("EXEC");
    kill("SCRIPT");
    assertThat(String.valueOf(client.read())).endsWith("Int[value=2], Int[value=2]]]");
    assertThat(String.valueOf(waiting.read())).contains("list", "a");
    assertThat(other.call("LLEN", "list")).isEqualTo(":1");
  }

  @Test
  void watchedKeysCount() throws IOException {
    client.call("WATCH", "n");
    other.call("WATCH", "n");
    client.call("MULTI");
    queue(client, "EVAL", "return redis.call('SET', 'n', 1)", "0");
    client.send("EXEC");
    assertThat(String.valueOf(client.read())).contains("OK");
    other.call("MULTI");
    queue(other, "EVAL", "return redis.call('SET', 'n', 2)", "0");
    other.send("EXEC");
    assertThat(other.read()).isEqualTo(RespValue.Null.ARRAY);
    assertThat(other.call("INCR", "n")).isEqualTo(":2");
  }

  @Test
  void whatItDoesIsHeardInOrder() throws IOException {
    TestClient monitor = connect();
    TestClient listener = connect();
    listener.call("CONFIG", "SET", "notify-keyspace-events", "KA");
    listener.send("PSUBSCRIBE", "*");
    listener.read();
    assertThat(monitor.call("MONITOR")).isEqualTo("+OK");
    begin(client);
    kill("SCRIPT");
    client.read();
    assertThat(String.valueOf(listener.read())).contains("__keyspace@0__:n", "incrby");
    assertThat(String.valueOf(listener.read())).contains("__keyspace@0__:n", "incrby");
    StringBuilder seen = new StringBuilder();
    while (!seen.toString().endsWith("exec ")) {
      String line = monitor.readLine().toLowerCase(Locale.ROOT);
      String command = line.substring(line.indexOf('"')).replace("\"", "");
      if (!command.equals("script kill")) {
        seen.append(command.split(" ")[0]).append(' ');
      }
    }
    assertThat(seen.toString()).startsWith("multi incr ").endsWith(" incr exec ");
  }

  @Test
  void itsReplyMayBeLong() throws IOException {
    client.call("MULTI");
    for (int i = 0; i < 20; i++) {
      queue(client, "EVAL", "for i = 1, 1e5 do end return ('x'):rep(100000)", "0");
    }
    queue(client, "SET", "large", "y".repeat(100_000));
    queue(client, "GET", "large");
    client.send("EXEC");
    assertThat(String.valueOf(client.read())).hasSizeGreaterThan(2_100_000);
  }
}
