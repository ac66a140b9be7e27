package dev.larder.integration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.net.TestClient;
import java.io.IOException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is counted and noted of the commands that scripts call. */
@Timeout(60)
final class ScriptCountingTest extends WithServer {
  private TestClient client;

  ScriptCountingTest() {
    super(loops(2));
  }

  @BeforeEach
  void begin() throws IOException {
    client = connect();
  }

  private String info(String section) throws IOException {
    client.send("INFO", section);
    return CachingClient.text(client.read());
  }

  @Test
  void aScriptThatBeginsAgainHasDoneNothingBefore() throws IOException {
    String script =
        "redis.call('INCR', KEYS[1]) redis.pcall('LPUSH', KEYS[1], 'x') redis.pcall('nosuch')"
            + " redis.call('GET', KEYS[1]) redis.call('GET', 'a') redis.call('GET', 'b')"
            + " redis.call('GET', 'c') return redis.call('GET', KEYS[1])";
    client.send("EVAL", script, "1", "k");
    assertThat(CachingClient.text(client.read())).isEqualTo("1");
    assertThat(info("commandstats"))
        .containsPattern("cmdstat_incr:calls=1,")
        .containsPattern("cmdstat_get:calls=5,")
        .containsPattern("cmdstat_lpush:calls=1,.*failed_calls=1");
    assertThat(info("errorstats")).contains("WRONGTYPE:count=1", "ERR:count=1");
    assertThat(info("stats"))
        .contains("keyspace_hits:2", "keyspace_misses:3", "total_error_replies:2");
  }

  @Test
  void manyCommandsAreAllCounted() throws IOException {
    client.send("EVAL", "for i = 1, 1000 do redis.call('INCR', KEYS[1]) end", "1", "k");
    client.read();
    String counts = info("commandstats");
    assertThat(counts).contains("cmdstat_incr:calls=1000,");
    assertThat(counts).doesNotContain("cmdstat_incr:calls=1000,usec=0,");
    assertThat(info("latencystats")).contains("latency_percentiles_usec_incr:");
  }

  @Test
  void slowOnesAreLoggedBesideTheScript() throws IOException {
    assertThat(client.call("CONFIG", "SET", "slowlog-log-slower-than", "0")).isEqualTo("+OK");
    client.send("EVAL", "redis.call('GET', KEYS[1])", "1", "k");
    client.read();
    client.send("SLOWLOG", "GET");
    assertThat(String.valueOf(client.read()))
        .contains("redis.call('GET', KEYS[1])", "BulkString[value=GET], BulkString[value=k]");
  }

  @Test
  void forgottenScriptsAreCounted() throws IOException {
    for (int i = 0; i < 503; i++) {
      client.send("EVAL", "return " + i, "0");
      client.read();
    }
    assertThat(info("stats")).contains("evicted_scripts:3");
    assertThat(info("memory")).contains("number_of_cached_scripts:500");
    assertThat(client.call("CONFIG", "RESETSTAT")).isEqualTo("+OK");
    assertThat(info("stats")).contains("evicted_scripts:0");
  }

  @Test
  void settingsOfJsonEndWithTheScriptsThatAreKnown() throws IOException {
    String sparse = "return cjson.encode({[1]=1,[100]=2})";
    client.send("EVAL", "cjson.encode_sparse_array(true, 1, 1) " + sparse, "0");
    assertThat(CachingClient.text(client.read())).contains("100");
    client.send("EVAL", sparse, "0");
    assertThat(CachingClient.text(client.read())).contains("100");
    assertThat(client.call("SCRIPT", "FLUSH", "ASYNC")).isEqualTo("+OK");
    assertThat(client.call("EVAL", sparse, "0")).contains("excessively sparse array");
  }
}
