package dev.larder.commands;

import static dev.larder.commands.KeyHarness.NIL;
import static dev.larder.commands.KeyHarness.NOT_AN_INTEGER;
import static dev.larder.commands.KeyHarness.OUT_OF_MEMORY;
import static dev.larder.commands.KeyHarness.SYNTAX;
import static dev.larder.commands.KeyHarness.bulk;
import static dev.larder.commands.KeyHarness.cursorOf;
import static dev.larder.commands.KeyHarness.scanned;
import static dev.larder.commands.KeyHarness.strings;
import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.metrics.Clock;
import dev.larder.storage.Bytes;
import dev.larder.storage.Entry;
import dev.larder.storage.Removal;
import dev.larder.storage.Shard;
import dev.larder.storage.Unit;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** KEYS, SCAN and RANDOMKEY, and the walk below them. */
@Tag("slow")
final class ScanCommandsTest {
  private static final long SEED = Long.getLong("seed", System.nanoTime());
  private static final String INVALID_CURSOR = "-ERR invalid cursor\r\n";
  private static final long FOREVER = Long.MAX_VALUE;

  private final Random random = new Random(SEED);
  private final CommandHarness server = KeyHarness.open();

  @AfterEach
  void close() {
    server.close();
  }

  private Set<String> fill(String prefix, int count) {
    Set<String> names = new HashSet<>();
    for (int i = 0; i < count; i++) {
      server.send("SET", prefix + i, "v");
      names.add(prefix + i);
    }
    return names;
  }

  @Test
  void namesKeysOnce() {
    Set<String> names = fill("key:", 5_000);
    assertThat(strings(server.send("KEYS", "*"))).hasSize(5_000).hasSameElementsAs(names);
    assertThat(strings(server.send("KEYS", "key:4[0-2]?")))
        .hasSize(30)
        .allMatch(name -> name.matches("key:4[0-2]."));
    assertThat(server.send("KEYS", "none*")).isEqualTo("*0\r\n");
    server.session().database(1);
    assertThat(server.send("KEYS", "*")).isEqualTo("*0\r\n");
  }

  @Test
  void namesKeysOfAnyLength() {
    Set<String> names = new HashSet<>(Set.of("", "a\r\n\u00ff", "x".repeat(200_000)));
    for (int i = 0; i < 300; i++) {
      names.add(i + "y".repeat(random.nextInt(2_000)));
    }
    names.forEach(name -> server.send("SET", name, "v"));
    assertThat(strings(server.send("KEYS", "*"))).hasSize(303).hasSameElementsAs(names);
    assertThat(server.chunkBytes()).isZero();
  }

  @Test
  void namesNoExpiredKeys() {
    server.send("SET", "live", "v");
    server.send("SET", "expired", "v", "PXAT", "1");
    assertThat(strings(server.send("KEYS", "*"))).containsExactly("live");
    assertThat(scanned(server.send("SCAN", "0", "COUNT", "100"))).containsExactly("live");
  }

  @Test
  void survivesWithoutMemoryForNames() {
    fill("key:", 3_000);
    server.limitChunks(0);
    assertThat(server.send("KEYS", "*")).isEqualTo(OUT_OF_MEMORY);
    assertThat(server.send("SCAN", "0", "COUNT", "100000")).isEqualTo(OUT_OF_MEMORY);
    assertThat(strings(server.send("KEYS", "key:1*")))
        .as("a small reply needs no chunk")
        .hasSize(1_111);
  }

  @Test
  void refusesPatternThatIsTooLong() {
    assertThat(server.send("KEYS", "x".repeat(131_073)))
        .isEqualTo("-ERR pattern is longer than 131072 bytes\r\n");
    assertThat(server.send("KEYS", "x".repeat(131_072))).isEqualTo("*0\r\n");
  }

  private List<String> scanAll(String... options) {
    List<String> found = new ArrayList<>();
    String cursor = "0";
    do {
      String[] command = new String[2 + options.length];
      command[0] = "SCAN";
      command[1] = cursor;
      System.arraycopy(options, 0, command, 2, options.length);
      String reply = server.send(command);
      found.addAll(scanned(reply));
      cursor = cursorOf(reply);
      assertThat(Long.parseLong(cursor)).isBetween(0L, (1L << 53) - 1);
    } while (!cursor.equals("0"));
    return found;
  }

  @Test
  void scansEveryKey() {
    Set<String> names = fill("key:", 3_000);
    for (String count : new String[] {"1", "10", "999", "9223372036854775807"}) {
      assertThat(scanAll("COUNT", count)).as(count).hasSize(3_000).hasSameElementsAs(names);
    }
    assertThat(scanAll()).hasSize(3_000);
    assertThat(scanAll("MATCH", "key:1?")).hasSize(10);
    assertThat(scanAll("TYPE", "STRING", "count", "500")).hasSize(3_000);
    assertThat(scanAll("TYPE", "list", "MATCH", "*")).isEmpty();
    assertThat(scanAll("TYPE", "foo")).isEmpty();
  }

  @Test
  void scansFewKeysInOneCall() {
    fill("key:", 9);
    String reply = server.send("SCAN", "0");
    assertThat(cursorOf(reply)).isEqualTo("0");
    assertThat(scanned(reply)).hasSize(9);
  }

  @Test
  void looksAtAboutAsManyKeysAsAsked() {
    fill("key:", 10_000);
    assertThat(scanned(server.send("SCAN", "0", "COUNT", "100"))).hasSizeBetween(100, 150);
    assertThat(scanned(server.send("SCAN", "0"))).hasSizeBetween(10, 40);
  }

  @Test
  void scanReturnsWhatIsThereThroughout() {
    Set<String> stable = fill("stable:", 2_000);
    Set<String> found = new HashSet<>();
    String cursor = "0";
    int round = 0;
    do {
      String reply = server.send("SCAN", cursor, "COUNT", "20");
      found.addAll(scanned(reply));
      cursor = cursorOf(reply);
      churn(round++);
    } while (!cursor.equals("0"));
    assertThat(found).as("seed %d", SEED).containsAll(stable);
  }

  /** Makes tables grow for some rounds, then shrink for some. */
  private void churn(int round) {
    for (int i = 0; i < 200; i++) {
      String name = "churn:" + random.nextInt(20_000);
      if (round % 40 < 20) {
        server.send("SET", name, "v");
      } else {
        server.send("DEL", name);
      }
    }
  }

  @Test
  void walkVisitsOnceWhatIsThereThroughout() {
    for (int run = 0; run < 3; run++) {
      server.send("FLUSHALL");
      Set<String> stable = fill("stable:", 1_000);
      if (run == 1) {
        fill("churn:", 20_000);
      }
      Map<String, Integer> visits = walkWhileChurning(run * 20);
      for (String name : stable) {
        assertThat(visits.get(name)).as("%s, seed %d", name, SEED).isEqualTo(1);
      }
    }
  }

  private static KeyWalk.Visitor counting(Map<String, Integer> visits) {
    return (_, entry) -> {
      byte[] name = Bytes.toArray(Entry.keyAddress(entry), Entry.keyLength(entry));
      visits.merge(new String(name, StandardCharsets.ISO_8859_1), 1, Integer::sum);
      return true;
    };
  }

  private Map<String, Integer> walkWhileChurning(int firstRound) {
    Map<String, Integer> visits = new HashMap<>();
    Unit unit = server.keyspace.newUnit();
    KeyWalk walk = new KeyWalk(server.keyspace, unit, 0, 0, counting(visits));
    for (int round = firstRound; !walk.isAtEnd(); round++) {
      unit.begin(Clock.wallMillis());
      assertThat(walk.step(FOREVER, walk.buckets() + 1 + random.nextInt(8), FOREVER)).isTrue();
      assertThat(unit.isIdle()).isTrue();
      churn(round);
    }
    return visits;
  }

  @Test
  void walkVisitsOnceWhileAnotherLoopWrites() throws InterruptedException {
    Set<String> stable = fill("stable:", 2_000);
    AtomicBoolean isDone = new AtomicBoolean();
    Thread writer = new Thread(() -> writeUntil(isDone), "writer");
    writer.start();
    try {
      for (int run = 0; run < 20; run++) {
        Map<String, Integer> visits = new HashMap<>();
        Unit unit = server.keyspace.newUnit();
        KeyWalk walk = new KeyWalk(server.keyspace, unit, 0, 0, counting(visits));
        while (!walk.isAtEnd()) {
          unit.begin(Clock.wallMillis());
          walk.step(FOREVER, walk.buckets() + 16, FOREVER);
          unit.releaseAll();
        }
        assertThat(stable).as("seed %d", SEED).allMatch(name -> visits.get(name) == 1);
      }
    } finally {
      isDone.set(true);
      writer.join();
    }
  }

  /** Lets tables grow and shrink, with a unit of its own. */
  private void writeUntil(AtomicBoolean isDone) {
    Unit unit = server.keyspace.newUnit();
    ByteBuffer memory = ByteBuffer.allocateDirect(8);
    long key = Bytes.addressOf(memory);
    for (int i = 0; !isDone.get(); i++) {
      Bytes.putLong(key, i % 30_000);
      long hash = server.keyspace.hash(key, 8);
      Shard shard = server.keyspace.shardOf(hash);
      unit.begin(Clock.wallMillis());
      while (!unit.acquire(shard)) {
        Thread.onSpinWait();
      }
      if (i / 30_000 % 2 == 0) {
        shard.store(unit, 0, hash, key, 8, key, 8, -1);
      } else {
        shard.remove(unit, 0, hash, key, 8, Removal.DELETED);
      }
      unit.releaseAll();
    }
    Reference.reachabilityFence(memory);
  }

  @Test
  void scanRepliesLessRatherThanWaitForShard() {
    fill("key:", 1_000);
    Unit other = server.keyspace.newUnit();
    other.begin(0);
    while (!other.acquire(server.keyspace.shard(2))) {
      Thread.onSpinWait(); // The thread that gives memory back has it for a moment.
    }
    String reply = server.send("SCAN", "0", "COUNT", "1000");
    other.releaseAll();
    assertThat(scanned(reply)).hasSizeBetween(300, 700);
    assertThat(cursorOf(reply)).as("the middle of 48 bits").isEqualTo(Long.toString(1L << 47));
    assertThat(scanned(server.send("SCAN", cursorOf(reply), "COUNT", "1000")))
        .hasSize(1_000 - scanned(reply).size());
  }

  @Test
  void refusesWrongScans() {
    for (String cursor : new String[] {"x", "0x", " 0", "-", "18446744073709551616", "1.0"}) {
      assertThat(server.send("SCAN", cursor, "COUNT", "0")).isEqualTo(INVALID_CURSOR);
    }
    assertThat(server.send("SCAN", "0", "COUNT", "0")).isEqualTo(SYNTAX);
    assertThat(server.send("SCAN", "0", "COUNT", "x")).isEqualTo(NOT_AN_INTEGER);
    assertThat(server.send("SCAN", "0", "COUNT")).isEqualTo(SYNTAX);
    assertThat(server.send("SCAN", "0", "MATCH")).isEqualTo(SYNTAX);
    assertThat(server.send("SCAN", "0", "TYPE")).isEqualTo(SYNTAX);
    assertThat(server.send("SCAN", "0", "foo", "bar")).isEqualTo(SYNTAX);
    fill("key:", 100);
    for (String cursor : new String[] {"", "+0", "-1", "18446744073709551615", "281474976710655"}) {
      assertThat(server.send("SCAN", cursor, "COUNT", "1000")).startsWith("*2\r\n$1\r\n0\r\n");
    }
  }

  @Test
  void drawsAnyKey() {
    assertThat(server.send("RANDOMKEY")).isEqualTo(NIL);
    Set<String> names = fill("key:", 50);
    Set<String> drawn = new HashSet<>();
    for (int i = 0; i < 5_000; i++) {
      drawn.add(server.send("RANDOMKEY"));
    }
    assertThat(drawn).hasSize(50).allMatch(reply -> names.contains(reply.split("\r\n")[1]));
  }

  @Test
  void drawsTheOneLiveKeyAmongExpired() {
    for (int i = 0; i < 5_000; i++) {
      server.send("SET", "expired:" + i, "v", "PXAT", "1");
    }
    assertThat(server.send("RANDOMKEY")).isEqualTo(NIL);
    server.send("SET", "live", "v");
    for (int i = 0; i < 20; i++) {
      assertThat(server.send("RANDOMKEY")).isEqualTo(bulk("live"));
    }
  }
}
