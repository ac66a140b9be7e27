package dev.larder.integration;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.LarderServer;
import dev.larder.config.Config;
import dev.larder.config.Options;
import dev.larder.config.PersistenceOptions;
import dev.larder.net.TestClient;
import dev.larder.net.TestClients;
import dev.larder.resp.RespValue;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Functions that clients load and call, on two event loops. */
@Timeout(120)
final class FunctionTest extends WithServer {
  private static final String COUNTER =
      """
      #!lua name=counter
      local step = 2
      local function add(keys, args)
        return redis.call('INCRBY', keys[1], step * args[1])
      end
      redis.register_function('add', add)
      redis.register_function{
        function_name = 'look',
        callback = function(keys) return redis.call('GET', keys[1]) end,
        flags = {'no-writes'},
        description = 'Looks'
      }
      """;

  @TempDir private Path folder;

  FunctionTest() {
    super(config());
  }

  private static Config config() {
    return loops(2).set(Options.BUSY_REPLY_THRESHOLD, 50L);
  }

  /** Starts it again, on a folder. */
  private LarderServer start(boolean hasAof) {
    return LarderServer.start(
        config().set(Options.DIR, folder.toString()).set(PersistenceOptions.APPENDONLY, hasAof));
  }

  private void restart(boolean hasAof) throws IOException {
    clients.close();
    server.close();
    server = start(hasAof);
    TestClient client = connect();
    TestClients.await(() -> !client.call("STRLEN", "k").startsWith("-LOADING"));
  }

  private static String load(TestClient client, String library) throws IOException {
    client.send("FUNCTION", "LOAD", "REPLACE", library);
    return switch (client.read()) {
      case RespValue.BulkString name -> latin1(name);
      case RespValue.SimpleError error -> "-" + error.message();
      case RespValue other -> String.valueOf(other);
    };
  }

  private static String latin1(RespValue reply) {
    return new String(((RespValue.BulkString) reply).value().toArray(), ISO_8859_1);
  }

  private static byte[] restore(String payload) {
    return ("*3\r\n$8\r\nFUNCTION\r\n$7\r\nRESTORE\r\n$"
            + (payload.length() + "\r\n" + payload + "\r\n"))
        .getBytes(ISO_8859_1);
  }

  private static String list(TestClient client) throws IOException {
    client.send("FUNCTION", "LIST");
    return String.valueOf(client.read());
  }

  @Test
  void theyAreCalledByName() throws IOException {
    TestClient client = connect();
    assertThat(load(client, COUNTER)).isEqualTo("counter");
    assertThat(client.call("FCALL", "add", "1", "k", "3")).isEqualTo(":6");
    client.send("FCALL_RO", "look", "1", "k");
    assertThat(CachingClient.text(client.read())).isEqualTo("6");
    assertThat(client.call("FCALL_RO", "add", "1", "k", "3"))
        .isEqualTo("-ERR Can not execute a script with write flag using *_ro command.");
    assertThat(client.call("FCALL", "none", "0")).isEqualTo("-ERR Function not found");
  }

  @Test
  void allLoopsSeeChanges() throws IOException {
    TestClient client = connect();
    TestClient other = connect();
    for (int i = 1; i < 5; i++) {
      String library =
          "#!lua name=l\nredis.register_function('f', function() return " + i + " end)";
      assertThat(load(client, library)).isEqualTo("l");
      assertThat(client.call("FCALL", "f", "0")).isEqualTo(":" + i);
      assertThat(other.call("FCALL", "F", "0")).isEqualTo(":" + i);
    }
    assertThat(other.call("FUNCTION", "DELETE", "l")).isEqualTo("+OK");
    assertThat(client.call("FCALL", "f", "0")).isEqualTo("-ERR Function not found");
  }

  @Test
  void librariesCanDoNothingWhileTheyAreLoaded() throws IOException {
    TestClient client = connect();
    assertThat(load(client, "#!lua name=l\nredis.call('PING')"))
        .isEqualTo(
            "-ERR Error registering functions: ERR user_function:2: Script attempted to access"
                + " nonexistent global variable 'call'");
    assertThat(load(client, "#!lua name=l\nwhile true do end"))
        .isEqualTo("-ERR Error registering functions: ERR FUNCTION LOAD timeout");
    String late =
        "#!lua name=l\nlocal r = redis.register_function\n"
            + "r('f', function() r('g', function() end) end)";
    assertThat(load(client, late)).isEqualTo("l");
    assertThat(client.call("FCALL", "f", "0"))
        .isEqualTo(
            "-ERR redis.register_function can only be called on FUNCTION LOAD command script: f,"
                + " on @user_function:3.");
  }

  @Test
  void othersGoOnWhileALibraryIsLoaded() throws IOException {
    TestClient client = connect();
    TestClient other = connect();
    client.send("FUNCTION", "LOAD", "#!lua name=l\nwhile true do end");
    for (int i = 0; i < 100; i++) {
      assertThat(other.call("SET", "k" + i, "v")).isEqualTo("+OK");
    }
    assertThat(client.readLine()).contains("FUNCTION LOAD timeout");
    assertThat(load(other, COUNTER)).isEqualTo("counter");
  }

  @Test
  void loadingDoesNotWaitForAScriptThatTakesLong() throws IOException {
    TestClient client = connect();
    TestClient other = connect();
    client.send("EVAL", "while true do end", "1", "k");
    TestClients.await(() -> other.call("STRLEN", "k").startsWith("-BUSY"));
    assertThat(load(other, COUNTER)).startsWith("-BUSY");
    assertThat(other.call("SCRIPT", "KILL")).isEqualTo("+OK");
    assertThat(client.readLine()).contains("killed by user");
    assertThat(load(other, COUNTER)).isEqualTo("counter");
  }

  @Test
  void librariesAreLoadedInTransactions() throws IOException {
    TestClient client = connect();
    client.call("MULTI");
    client.send("FUNCTION", "LOAD", COUNTER);
    client.send("FUNCTION", "LOAD", COUNTER);
    client.send("FCALL", "add", "1", "k", "3");
    client.send("FUNCTION", "LOAD", "#!lua name=l\nwhile true do end");
    for (int i = 0; i < 4; i++) {
      assertThat(client.readLine()).isEqualTo("+QUEUED");
    }
    client.send("EXEC");
    assertThat(String.valueOf(client.read()))
        .contains("counter", "Library 'counter' already exists", "value=6", "timeout");
  }

  @Test
  void thoseThatTakeLongCanBeEnded() throws IOException {
    TestClient client = connect();
    TestClient other = connect();
    load(client, "#!lua name=l\nredis.register_function('f', function() while true do end end)");
    client.send("FCALL", "f", "1", "k");
    TestClients.await(() -> other.call("STRLEN", "k").startsWith("-BUSY"));
    assertThat(other.call("STRLEN", "k")).contains("FUNCTION KILL");
    assertThat(other.call("SCRIPT", "KILL")).startsWith("-BUSY").contains("FUNCTION KILL");
    other.send("FUNCTION", "STATS");
    assertThat(String.valueOf(other.read())).contains("duration_ms");
    assertThat(other.call("FUNCTION", "KILL")).isEqualTo("+OK");
    assertThat(client.readLine()).contains("killed by user with FUNCTION KILL");
    assertThat(other.call("FUNCTION", "KILL")).startsWith("-NOTBUSY");
  }

  @Test
  void payloadsBringThemBack() throws IOException {
    TestClient client = connect();
    load(client, COUNTER);
    String before = list(client);
    client.send("FUNCTION", "DUMP");
    String payload = latin1(client.read());
    assertThat(client.call("FUNCTION", "FLUSH")).isEqualTo("+OK");
    client.sendRaw(restore(payload));
    assertThat(client.readLine()).isEqualTo("+OK");
    assertThat(list(client)).isEqualTo(before);
    client.sendRaw(restore(payload));
    assertThat(client.readLine()).isEqualTo("-ERR Library counter already exists");
  }

  @Test
  void filesKeepThem() throws IOException {
    restart(false);
    load(connect(), COUNTER);
    assertThat(connect().call("SAVE")).isEqualTo("+OK");
    restart(false);
    assertThat(connect().call("FCALL", "add", "1", "k", "3")).isEqualTo(":6");
  }

  @Test
  void theJournalKeepsThem() throws IOException {
    restart(true);
    TestClient client = connect();
    load(client, COUNTER);
    load(client, "#!lua name=l\nredis.register_function('f', function() return 1 end)");
    assertThat(client.call("FCALL", "add", "1", "k", "3")).isEqualTo(":6");
    restart(true);
    assertThat(connect().call("FCALL", "add", "1", "k", "3")).isEqualTo(":12");
    assertThat(connect().call("FUNCTION", "DELETE", "l")).isEqualTo("+OK");
    restart(true);
    assertThat(connect().call("FCALL", "f", "0")).isEqualTo("-ERR Function not found");
    assertThat(connect().call("FCALL", "add", "1", "k", "3")).isEqualTo(":18");
    assertThat(connect().call("BGREWRITEAOF")).startsWith("+");
    assertThat(connect().call("FUNCTION", "FLUSH")).isEqualTo("+OK");
    restart(true);
    assertThat(connect().call("FCALL", "add", "1", "k", "3")).isEqualTo("-ERR Function not found");
  }
}
