package dev.larder.integration;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.LarderServer;
import dev.larder.config.ConfigException;
import dev.larder.config.ConfigLoader;
import dev.larder.net.TestClient;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.params.XAddParams;
import redis.clients.jedis.util.SafeEncoder;

/** Who has no password, or few rights, tries every command there is. */
final class IntrusionTest {
  private static final String SECRET = "s3cret:treasure";

  /** What a client needs to get in, or to leave; what they reply is told elsewhere. */
  private static final Set<String> FOR_STRANGERS = Set.of("auth", "hello", "quit", "reset");

  /** They end the connection, or keep it for themselves. */
  private static final Set<String> ENDING =
      Set.of("quit", "shutdown", "monitor", "sync", "psync", "client|reply", "reset");

  private static LarderServer start(String lines) throws ConfigException {
    byte[] file = ("port 0\n" + lines).getBytes(UTF_8);
    LarderServer server =
        LarderServer.start(
            ConfigLoader.load(List.of("-"), Map.of(), new ByteArrayInputStream(file)).config());
    return server;
  }

  /** Each command and subcommand with so many arguments as it needs at least, and one more. */
  private static List<String[]> calls(Jedis admin, String argument) {
    List<String[]> calls = new ArrayList<>();
    for (Object name : (List<?>) admin.sendCommand(() -> bytes("command"), "list")) {
      String fullName = SafeEncoder.encode((byte[]) name);
      List<?> info =
          (List<?>) ((List<?>) admin.sendCommand(() -> bytes("command"), "info", fullName)).get(0);
      int least = (int) Math.abs((long) info.get(1));
      for (int length = least; length <= least + 2; length++) {
        String[] words = fullName.split("\\|");
        String[] call = Arrays.copyOf(words, Math.max(length, words.length));
        Arrays.fill(call, words.length, call.length, argument);
        calls.add(call);
      }
    }
    assertThat(calls).hasSizeGreaterThan(900);
    return calls;
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  private static boolean is(String[] call, Set<String> names) {
    return names.contains(call[0]) || (call.length > 1 && names.contains(call[0] + "|" + call[1]));
  }

  private static String reply(TestClient client, String... call) throws IOException {
    client.send(call);
    return client.read().toString();
  }

  @Test
  void strangersGetNothing() throws Exception {
    try (LarderServer server = start("requirepass pw\n");
        Jedis admin = new Jedis("127.0.0.1", server.port())) {
      admin.auth("pw");
      admin.set("1", SECRET);
      List<String[]> calls = calls(admin, "1");
      try (TestClient stranger = new TestClient(server.port())) {
        for (String[] call : calls) {
          if (!is(call, FOR_STRANGERS)) {
            assertThat(reply(stranger, call))
                .as(String.join(" ", call))
                .containsAnyOf("NOAUTH", "wrong number of arguments", "ERR unknown subcommand");
          }
        }
        assertThat(reply(stranger, "auth", "1")).contains("WRONGPASS");
        assertThat(reply(stranger, "hello", "3", "auth", "default", "1")).contains("WRONGPASS");
        assertThat(reply(stranger, "hello", "3", "setname", "x")).contains("NOAUTH");
        assertThat(reply(stranger, "reset")).contains("RESET");
        assertThat(reply(stranger, "get", "1")).contains("NOAUTH");
      }
      assertThat(admin.get("1")).isEqualTo(SECRET);
      assertThat(admin.dbSize()).isOne();
    }
  }

  @Test
  void strangersCannotTakeMemory() throws Exception {
    try (LarderServer server = start("requirepass pw\n");
        Jedis admin = new Jedis("127.0.0.1", server.port())) {
      admin.auth("pw");
      for (String head : List.of("*2\r\n$4\r\nAUTH\r\n$1000000\r\n", "*1000000\r\n")) {
        try (TestClient stranger = new TestClient(server.port())) {
          stranger.sendRaw(head);
          assertThat(stranger.readToEnd()).startsWith("-ERR Protocol error: unauthenticated");
        }
      }
      List<TestClient> slow = new ArrayList<>();
      try {
        for (int i = 0; i < 200; i++) {
          TestClient stranger = new TestClient(server.port());
          stranger.sendRaw("*2\r\n$4\r\nAUTH\r\n$16384\r\n" + "x".repeat(16_000));
          slow.add(stranger);
        }
        assertThat(admin.ping()).isEqualTo("PONG");
        String clients = admin.clientList();
        assertThat(clients.lines().mapToLong(IntrusionTest::memory).max().orElse(0))
            .isLessThan(64 * 1024);
      } finally {
        for (TestClient stranger : slow) {
          stranger.close();
        }
      }
    }
  }

  private static long memory(String clientLine) {
    return Long.parseLong(clientLine.replaceFirst(".* tot-mem=(\\d+) .*", "$1"));
  }

  @Test
  void keysOfOthersAreOutOfReach() throws Exception {
    try (LarderServer server = start("user u on nopass ~mine:* &mine:* +@all -@admin\n");
        Jedis admin = new Jedis("127.0.0.1", server.port())) {
      List<String[]> calls = calls(admin, "theirs");
      for (String type : List.of("string", "list", "zset", "hash", "stream")) {
        admin.flushAll();
        make(admin, type);
        byte[] before = admin.dump("theirs");
        for (String[] call : calls) {
          if (is(call, ENDING) || call[0].startsWith("flush") || call[0].equals("swapdb")) {
            continue;
          }
          try (TestClient intruder = new TestClient(server.port())) {
            assertThat(reply(intruder, "auth", "u", "")).contains("OK");
            assertThat(answer(intruder, call))
                .as("%s of a %s", String.join(" ", call), type)
                .doesNotContain(SECRET);
          }
        }
        assertThat(admin.dump("theirs")).as(type).isEqualTo(before);
      }
    }
  }

  /** What is replied, up to the reply of a PING behind it, which may be queued. */
  private static String answer(TestClient intruder, String[] call) throws IOException {
    intruder.send(call);
    intruder.send("ping", "over");
    StringBuilder replies = new StringBuilder();
    String reply;
    do {
      reply = intruder.read().toString();
      replies.append(reply);
    } while (!reply.contains("over") && !reply.contains("QUEUED"));
    return replies.toString();
  }

  private static void make(Jedis admin, String type) {
    switch (type) {
      case "string" -> admin.set("theirs", SECRET);
      case "list" -> admin.rpush("theirs", SECRET);
      case "zset" -> admin.zadd("theirs", 1, SECRET);
      case "hash" -> admin.hset("theirs", "theirs", SECRET);
      default -> admin.xadd("theirs", Map.of("field", SECRET), XAddParams.xAddParams());
    }
  }

  @Test
  void otherWaysToKeysAreClosed() throws Exception {
    try (LarderServer server = start("user u on nopass ~mine:* &mine:* +@all -@admin\n");
        Jedis admin = new Jedis("127.0.0.1", server.port());
        TestClient intruder = new TestClient(server.port())) {
      admin.set("theirs", SECRET);
      admin.functionLoad(
          "#!lua name=l\nredis.register_function('peek', function(k) return redis.call('get', k[1])"
              + " end)");
      assertThat(reply(intruder, "auth", "u", "")).contains("OK");
      assertThat(reply(intruder, "rpush", "mine:l", "theirs")).contains("1");
      for (String line :
          List.of(
              "sort mine:l by nosort get *",
              "sort_ro mine:l get theirs",
              "sort mine:l by theirs*",
              "sort mine:l store theirs",
              "eval return_redis.call('get','theirs') 0",
              "eval return_redis.pcall('get','theirs') 0",
              "eval return_redis.call('get',KEYS[1]) 1 theirs",
              "eval_ro return_redis.call('get','theirs') 0",
              "fcall peek 1 theirs",
              "copy theirs mine:c",
              "rename theirs mine:c",
              "lcs theirs mine:l",
              "object encoding theirs",
              "memory usage theirs",
              "dump theirs",
              "monitor",
              "config get *",
              "acl list",
              "acl setuser u allkeys",
              "client list",
              "debug object theirs",
              "subscribe theirs",
              "psubscribe *",
              "publish theirs x",
              "client tracking on bcast prefix mine:")) {
        String[] call = line.split(" ");
        for (int i = 0; i < call.length; i++) {
          call[i] = call[i].replace('_', call[0].startsWith("eval") && i == 1 ? ' ' : '_');
        }
        String reply = reply(intruder, call);
        assertThat(reply).as(line).doesNotContain(SECRET);
        if (!line.startsWith("client tracking")) {
          assertThat(reply).as(line).containsAnyOf("NOPERM", "denied");
        }
      }
      // Rights that were taken away meanwhile do not hold for what was queued.
      assertThat(reply(intruder, "multi")).contains("OK");
      assertThat(reply(intruder, "lrange", "mine:l", "0", "-1")).contains("QUEUED");
      admin.aclSetUser("u", "-lrange");
      assertThat(reply(intruder, "exec")).contains("NOPERM");
      assertThat(reply(intruder, "command", "getkeys", "get", "theirs")).contains("theirs");
    }
  }
}
