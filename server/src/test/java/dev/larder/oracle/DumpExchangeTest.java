package dev.larder.oracle;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.LarderServer;
import dev.larder.config.Config;
import dev.larder.config.Options;
import dev.larder.metrics.Clock;
import dev.larder.resp.RespValue;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What redis-server dumps, Larder restores, and the other way round. */
@Tag("slow")
final class DumpExchangeTest {
  private static final long SEED = Long.getLong("seed", Clock.nanos());
  private static final int STRINGS = 400;
  private static final int COLLECTIONS = 10;
  private static final int MUTATIONS = 600;
  private static final int RDB_TYPES_OF_7_0 = 19;

  private final Random random = new Random(SEED);

  @Test
  void stringsGoBothWays() throws IOException {
    try (RedisProcess redis = RedisProcess.start();
        LarderServer larder = LarderServer.start(new Config().set(Options.PORT, 0L));
        Wire there = new Wire(redis.port());
        Wire here = new Wire(larder.port())) {
      for (int i = 0; i < STRINGS; i++) {
        String value = value(i);
        exchange(there, here, value);
        exchange(here, there, value);
      }
    }
  }

  /** A value of each encoding that redis-server 7.0 reads, with its type byte. */
  private static final List<String> VALUES =
      List.of(
          "00 c3 09 4064 016161e05700016161",
          "01 03 0161 c005 c309 4064 016161e05700016161",
          "02 03 0161 00 c1e803",
          "03 04 0161 03312e35 0162 fe 0163 ff 0164 042d316532",
          "04 02 0161 0162 c001 c002",
          "05 02 0178 0000000000000440 036f6e65 000000000000f03f",
          "09 1a 02 03 666f6f 03 00 626172 05 68656c6c6f 05 02 776f726c64 0000 ff",
          "0a 11 11000000 0d000000 0200 00 0161 03 fe80 ff",
          "0b 14 04000000 03000000 fbffffff 07000000 70110100",
          "10 12 12000000 0400 816102 817602 816e02 0c01 ff",
          "11 14 14000000 0400 816102 0101 816202 83322e3504 ff",
          "12 02 02 0d 0d000000 0200 816102 816202 ff 01 0163",
          "0f 01 10 00000000000000010000000000000001 1d 1d000000 0a00 0101 0001 0101 816602 0001"
              + " 0201 0001 0001 817602 0401 ff 01 01 01 01 0167 01 01 01"
              + " 00000000000000010000000000000001 0000000000000000 01 01 0163 0000000000000000 01"
              + " 00000000000000010000000000000001");

  /** What Larder takes, redis-server takes when it looks closely; so it is at least as strict. */
  @Test
  void whatLarderTakesRedisTakes() throws IOException {
    try (RedisProcess redis = RedisProcess.start("--sanitize-dump-payload", "yes");
        LarderServer larder = LarderServer.start(new Config().set(Options.PORT, 0L));
        Wire there = new Wire(redis.port());
        Wire here = new Wire(larder.port())) {
      for (String hex : VALUES) {
        byte[] value = Payloads.ofHex(hex);
        assertThat(take(there, here, value)).as(hex).isTrue();
        for (int i = 0; i < MUTATIONS; i++) {
          byte[] changed = value.clone();
          for (int changes = random.nextInt(3); changes >= 0; changes--) {
            changed[random.nextInt(changed.length)] = (byte) random.nextInt();
          }
          take(there, here, changed);
        }
      }
    }
  }

  /** Restores a value in Larder; if that takes it, redis-server finds the same in it. */
  private static boolean take(Wire there, Wire here, byte[] value) throws IOException {
    String payload = Payloads.text(Payloads.withFooter(value, 10));
    if (value[0] > RDB_TYPES_OF_7_0
        || !here.ask("RESTORE", "key", "0", payload, "REPLACE").text().equals("+OK\r\n")) {
      return false;
    }
    assertThat(there.ask("RESTORE", "key", "0", payload, "REPLACE").text())
        .as("%s, seed %d", HexFormat.of().formatHex(value), SEED)
        .isEqualTo("+OK\r\n");
    passThrough(there, here);
    return true;
  }

  /** Redis's own payloads come back from Larder with the same content, whatever is in them. */
  @Test
  void collectionsGoThroughLarder() throws IOException {
    try (RedisProcess redis = RedisProcess.start("--sanitize-dump-payload", "yes");
        LarderServer larder = LarderServer.start(new Config().set(Options.PORT, 0L));
        Wire there = new Wire(redis.port());
        Wire here = new Wire(larder.port())) {
      for (int i = 0; i < COLLECTIONS; i++) {
        for (String command : List.of("RPUSH", "SADD", "HSET", "ZADD", "XADD")) {
          there.ask("DEL", "key");
          fill(there, command, i % 10 == 0 ? 1000 : 1 + random.nextInt(60));
          passThrough(there, here);
        }
      }
    }
  }

  private void fill(Wire wire, String command, int elements) throws IOException {
    List<Request> requests = new ArrayList<>();
    for (int i = 0; i < elements; i++) {
      String value = value(random.nextInt(1000));
      requests.add(
          switch (command) {
            case "HSET" -> Request.of(command, "key", value, value(random.nextInt(300)));
            case "XADD" -> streamRequest(i, value);
            case "ZADD" -> Request.of(command, "key", score(), value);
            default -> Request.of(command, "key", value);
          });
    }
    wire.send(requests);
    wire.receive(elements);
  }

  private Request streamRequest(int i, String value) {
    String id = random.nextInt(Math.max(i, 1)) + "-1";
    String group = "group" + random.nextInt(3);
    return switch (i == 0 ? -1 : random.nextInt(8)) {
      case 0 -> Request.of("XDEL", "key", id);
      case 1 -> Request.of("XGROUP", "CREATE", "key", group, id, "MKSTREAM");
      case 2, 3 ->
          Request.of(
              "XREADGROUP",
              "GROUP",
              group,
              "consumer" + random.nextInt(3),
              "COUNT",
              "3",
              "STREAMS",
              "key",
              ">");
      case 4 -> Request.of("XACK", "key", group, id);
      default ->
          random.nextBoolean()
              ? Request.of("XADD", "key", i + 1 + "-1", "field", value, "other", "1")
              : Request.of("XADD", "key", i + 1 + "-1", value, "2");
    };
  }

  private String score() {
    return switch (random.nextInt(4)) {
      case 0 -> random.nextInt(5) - 2 + "";
      case 1 -> random.nextLong() + "";
      case 2 -> random.nextBoolean() ? "inf" : "-inf";
      default -> random.nextGaussian() + "";
    };
  }

  private static void passThrough(Wire there, Wire here) throws IOException {
    String payload = text(there.ask("DUMP", "key"));
    assertThat(here.ask("RESTORE", "key", "0", payload, "REPLACE").text()).isEqualTo("+OK\r\n");
    String passed = text(here.ask("DUMP", "key"));
    assertThat(there.ask("RESTORE", "passed", "0", passed, "REPLACE").text()).isEqualTo("+OK\r\n");
    List<RespValue> digests =
        Rules.elements(there.ask("DEBUG", "DIGEST-VALUE", "key", "passed").value());
    assertThat(digests.get(0)).as("seed %d", SEED).isEqualTo(digests.get(1));
    if (there.ask("TYPE", "key").text().equals("+stream\r\n")) {
      String groups = there.ask("XINFO", "STREAM", "key", "FULL").text();
      assertThat(there.ask("XINFO", "STREAM", "passed", "FULL").text()).isEqualTo(groups);
    }
  }

  private static void exchange(Wire from, Wire to, String value) throws IOException {
    from.ask("SET", "key", value);
    String payload = text(from.ask("DUMP", "key"));
    assertThat(to.ask("RESTORE", "key", "0", payload, "REPLACE").text()).isEqualTo("+OK\r\n");
    assertThat(text(to.ask("GET", "key")).equals(value)).as("seed %d", SEED).isTrue();
  }

  private static String text(Frame frame) {
    return new String(((RespValue.BulkString) frame.value()).value().toArray(), ISO_8859_1);
  }

  /** Numbers around the borders of their encodings; repetitions and noise of any length. */
  private String value(int i) {
    if (i < 64) {
      return Long.toString((1L << i) - random.nextInt(3));
    }
    if (i < 128) {
      return Long.toString(-(1L << i - 64) + 1 - random.nextInt(3));
    }
    int length = random.nextInt(i % 40 == 0 ? 400_000 : 300);
    int letters = 1 + random.nextInt(i % 3 == 0 ? 256 : 4);
    StringBuilder text = new StringBuilder();
    while (text.length() < length) {
      text.append((char) random.nextInt(letters));
    }
    return text.toString();
  }
}
