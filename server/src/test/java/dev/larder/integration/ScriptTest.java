package dev.larder.integration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.config.Options;
import dev.larder.net.TestClient;
import dev.larder.net.TestClients;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Scripts that clients call, on two event loops. */
@Timeout(120)
final class ScriptTest extends WithServer {
  private static final String FOREVER = "while true do end";

  ScriptTest() {
    super(loops(2).set(Options.BUSY_REPLY_THRESHOLD, 50L).set(Options.ENABLE_DEBUG_COMMAND, "yes"));
  }

  @Test
  void theyHaveTheirKeysAndArguments() throws IOException {
    TestClient client = connect();
    client.send("EVAL", "return redis.call('SET', KEYS[1], ARGV[1])", "1", "k", "v");
    assertThat(client.readLine()).isEqualTo("+OK");
    client.send("EVAL", "return redis.call('GET', KEYS[1]) .. #ARGV", "1", "k");
    assertThat(CachingClient.text(client.read())).isEqualTo("v0");
  }

  @Test
  void keysThatTheyDoNotNameAreChangedAtOneMoment() throws IOException {
    TestClient client = connect();
    String script =
        "redis.call('INCR', KEYS[1]) redis.call('INCR', 'a') redis.call('INCR', 'b')"
            + " return redis.call('GET', KEYS[1])";
    for (int i = 1; i < 4; i++) {
      client.send("EVAL", script, "1", "k");
      assertThat(CachingClient.text(client.read())).isEqualTo(Integer.toString(i));
    }
    client.send("GET", "b");
    assertThat(CachingClient.text(client.read())).isEqualTo("3");
  }

  @Test
  void theyDoNotSeeAttributes() throws IOException {
    TestClient client = connect();
    String script = "redis.setresp(3) return redis.call('DEBUG', 'PROTOCOL', 'attrib')";
    assertThat(client.call("EVAL", script, "0")).contains("not allowed from script");
    client.call("DEBUG", "SET-DISABLE-DENY-SCRIPTS", "1");
    client.send("EVAL", script, "0");
    assertThat(CachingClient.text(client.read()))
        .isEqualTo("Some real reply following the attribute");
  }

  @Test
  void shortRepliesToTheirCommandsComeAfterLongOnes() throws IOException {
    TestClient client = connect();
    client.call(
        "EVAL", "for i = 1, 30 do redis.call('RPUSH', KEYS[1], i) end return 1", "1", "short");
    client.call(
        "EVAL",
        "for i = 1, 5e4 do redis.call('RPUSH', KEYS[1], ('x'):rep(20)) end return 1",
        "1",
        "long");
    String script =
        "local ok = 0 for i = 1, 20 do"
            + " local long = redis.call('LRANGE', KEYS[1], 0, -1)"
            + " local short = redis.call('LRANGE', KEYS[2], 0, -1)"
            + " if #long == 5e4 and long[5e4] == ('x'):rep(20) and #short == 30"
            + " and short[30] == '30' then ok = ok + 1 end end return ok";
    assertThat(client.call("EVAL", script, "2", "long", "short")).isEqualTo(":20");
  }

  @Test
  void thoseThatTakeLongCanBeEnded() throws IOException {
    TestClient client = connect();
    TestClient other = connect();
    client.send("EVAL", FOREVER, "1", "k");
    TestClients.await(() -> other.call("EXISTS", "k").startsWith("-BUSY"));
    assertThat(other.call("SET", "another", "v")).isEqualTo("+OK");
    assertThat(other.call("SCRIPT", "KILL")).isEqualTo("+OK");
    assertThat(client.readLine()).startsWith("-ERR").contains("Script killed by user");
    assertThat(other.call("SCRIPT", "KILL")).startsWith("-NOTBUSY");
    assertThat(other.call("SET", "k", "v")).isEqualTo("+OK");
  }

  @Test
  void theyRunInTransactions() throws IOException {
    TestClient client = connect();
    client.call("MULTI");
    client.send("EVAL", "return redis.call('INCR', 'n')", "0");
    assertThat(client.readLine()).isEqualTo("+QUEUED");
    client.send("EVAL", "return redis.call('nonsense')", "0");
    assertThat(client.readLine()).isEqualTo("+QUEUED");
    client.send("EXEC");
    assertThat(String.valueOf(client.read()))
        .contains("Int[value=1]", "ERR Unknown Redis command called from script");
  }

  @Test
  void whatTheyLookUpIsCounted() throws IOException {
    TestClient client = connect();
    client.call("SET", "k", "v");
    client.call("EVAL", "redis.call('GET', 'k') redis.call('GET', 'none') return 1", "0");
    client.call("MULTI");
    client.call("EVAL", "redis.call('GET', 'k') return 1", "0");
    client.call("GET", "none");
    client.send("EXEC");
    client.read();
    client.send("INFO", "stats");
    assertThat(CachingClient.text(client.read()))
        .containsPattern("keyspace_hits:2\\D")
        .containsPattern("keyspace_misses:2\\D");
  }

  @Test
  void manyThatTakeLongEndAll() throws IOException {
    String script =
        "redis.call('INCR', KEYS[1]) for i = 1, 1000000 do end return redis.call('GET', KEYS[1])";
    TestClient[] all = new TestClient[12];
    for (int i = 0; i < all.length; i++) {
      all[i] = connect();
      all[i].send("EVAL", script, "1", "k" + i % 10);
    }
    int sum = 0;
    for (TestClient client : all) {
      String reply = String.valueOf(client.read());
      assertThat(reply).doesNotContain("ERR");
      sum += reply.contains("BUSY") ? 0 : 1;
    }
    TestClient client = connect();
    int counted = 0;
    for (int i = 0; i < 10; i++) {
      client.send("EVAL", "return redis.call('GET', KEYS[1]) or '0'", "1", "k" + i);
      counted += Integer.parseInt(CachingClient.text(client.read()));
    }
    assertThat(counted).isEqualTo(sum);
  }
}
