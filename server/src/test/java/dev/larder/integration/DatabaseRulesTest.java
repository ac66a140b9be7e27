package dev.larder.integration;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.LarderServer;
import dev.larder.config.ConfigLoader;
import java.io.ByteArrayInputStream;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.util.SafeEncoder;

/** Users who may use some databases only, by the rules of Valkey 9.1. */
final class DatabaseRulesTest {
  private static final String DENIED = "NOPERM No permissions to access database";

  private LarderServer server;
  private Jedis admin;
  private Jedis client;

  @BeforeEach
  void start() throws Exception {
    byte[] lines = "port 0\nuser u on nopass +@all ~* &* db=1,3\n".getBytes(UTF_8);
    server =
        LarderServer.start(
            ConfigLoader.load(List.of("-"), Map.of(), new ByteArrayInputStream(lines)).config());
    admin = new Jedis("127.0.0.1", server.port());
    client = new Jedis("127.0.0.1", server.port());
    admin.set("k", "zero");
    client.auth("u", "");
  }

  @AfterEach
  void close() {
    client.close();
    admin.close();
    server.close();
  }

  /** A reply as text; an error as its message. */
  private static String call(Jedis jedis, String line) {
    String[] words = line.split(" ");
    byte[][] arguments = new byte[words.length - 1][];
    for (int i = 1; i < words.length; i++) {
      arguments[i - 1] = SafeEncoder.encode(words[i].replace('_', ' '));
    }
    try {
      Object reply = jedis.sendCommand(() -> SafeEncoder.encode(words[0]), arguments);
      return String.valueOf(SafeEncoder.encodeObject(reply));
    } catch (JedisDataException e) {
      return e.getMessage();
    }
  }

  private String call(String line) {
    return call(client, line);
  }

  @Test
  void theSelectedDatabaseDecidesForWhatUsesIt() {
    for (String line :
        List.of("get k", "set k x", "dbsize", "keys *", "scan 0", "randomkey", "flushdb")) {
      assertThat(call(line)).as(line).isEqualTo(DENIED);
    }
    assertThat(call("ping")).isEqualTo("PONG");
    assertThat(call("select 1")).isEqualTo("OK");
    assertThat(call("set k one")).isEqualTo("OK");
    assertThat(call("dbsize")).isEqualTo("1");
    assertThat(admin.get("k")).isEqualTo("zero");
  }

  @Test
  void databasesThatArgumentsNameDecide() {
    assertThat(call("select 2")).isEqualTo(DENIED);
    assertThat(call("select nothing")).startsWith("ERR ");
    assertThat(call("move k 1")).isEqualTo(DENIED);
    assertThat(call("copy k c DB 1")).isEqualTo(DENIED);
    assertThat(call("swapdb 0 1")).isEqualTo(DENIED);
    assertThat(call("swapdb 1 3")).isEqualTo("OK");
    assertThat(call("flushall")).isEqualTo(DENIED);
    assertThat(call("select 1")).isEqualTo("OK");
    assertThat(call("set a 1")).isEqualTo("OK");
    assertThat(call("move a 0")).isEqualTo(DENIED);
    assertThat(call("move a 3")).isEqualTo("1");
    assertThat(call("set a 1")).isEqualTo("OK");
    assertThat(call("copy a b REPLACE db 2")).isEqualTo(DENIED);
    assertThat(call("copy a b DB 3")).isEqualTo("1");
    assertThat(call("copy a b")).isEqualTo("1");
  }

  @Test
  void transactionsAndScriptsAreNoWayAround() {
    assertThat(call("multi")).isEqualTo("OK");
    assertThat(call("get k")).isEqualTo("QUEUED");
    assertThat(call("select 1")).isEqualTo("QUEUED");
    assertThat(call("incr n")).isEqualTo("QUEUED");
    assertThat(call("exec")).contains(DENIED).endsWith("OK, 1]");
    assertThat(call("multi")).isEqualTo("OK");
    assertThat(call("select 0")).isEqualTo(DENIED);
    assertThat(call("exec")).startsWith("EXECABORT");
    String select = "eval return_redis.call('select','0') 0";
    assertThat(call(select)).contains("can't access the database");
    assertThat(call("eval return_redis.call('incr',KEYS[1]) 1 n")).isEqualTo("2");
    assertThat(call(client, "select 3")).isEqualTo("OK");
    admin.aclSetUser("u", "db=1");
    assertThat(call("eval return_redis.call('incr',KEYS[1]) 1 n"))
        .contains("can't access the database");
    assertThat(call("get n")).isEqualTo(DENIED);
  }

  @Test
  void rulesAreToldAsTheyAreWritten() {
    assertThat(admin.aclList().getLast()).endsWith(" ~* &* db=1,3 +@all");
    assertThat(call(admin, "acl getuser u")).contains("databases, db=1,3");
    assertThat(call(admin, "acl getuser default")).doesNotContain("databases");
    call(admin, "acl setuser u db=5,0,5 (+get_~*_db=2)");
    assertThat(admin.aclList().getLast())
        .endsWith(" ~* &* db=0,5 +@all (~* resetchannels db=2 -@all +get)");
    assertThat(call("get k")).isEqualTo("zero");
    assertThat(call("acl dryrun u select 2"))
        .isEqualTo("User u has no permissions to access database 2");
    call(admin, "acl setuser u resetdbs clearselectors");
    assertThat(admin.aclList().getLast()).endsWith(" ~* &* resetdbs +@all");
    assertThat(call("get k")).isEqualTo(DENIED);
    call(admin, "acl setuser u alldbs");
    assertThat(admin.aclList().getLast()).endsWith(" ~* &* +@all");
    assertThat(call("flushall")).isEqualTo("OK");
    for (String rule : List.of("db=", "db=1,", "db=-1", "db=x", "db=1234567890")) {
      assertThat(call(admin, "acl setuser u " + rule))
          .isEqualTo("ERR Error in ACL SETUSER modifier '" + rule + "': Syntax error");
    }
  }

  @Test
  void denialsAreLoggedAndCounted() {
    call("get k");
    call("flushall");
    assertThat(call(admin, "acl log"))
        .contains("reason, database, context, toplevel, object, 0")
        .contains("reason, database, context, toplevel, object, flushall");
    assertThat(admin.info("stats")).contains("acl_access_denied_db:2");
  }
}
