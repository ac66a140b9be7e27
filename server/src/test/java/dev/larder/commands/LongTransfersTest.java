package dev.larder.commands;

import static dev.larder.commands.KeyHarness.NIL;
import static dev.larder.commands.KeyHarness.OK;
import static dev.larder.commands.KeyHarness.ONE;
import static dev.larder.commands.KeyHarness.OUT_OF_MEMORY;
import static dev.larder.commands.KeyHarness.ZERO;
import static dev.larder.commands.KeyHarness.bulk;
import static dev.larder.commands.KeyHarness.integer;
import static dev.larder.commands.KeyHarness.strings;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.larder.metrics.Clock;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** COPY, RENAME, DUMP and RESTORE of large collections take many turns, and keep nobody waiting. */
@Tag("slow")
final class LongTransfersTest {
  private static final int FIELDS = 12_000;
  private static final int BATCH = 1_000;
  private static final int TURNS = 100_000;
  private static final String NO_SUCH_KEY = "-ERR no such key\r\n";

  /** Shards tell of so many bytes in all only when there are more. */
  private static final long NEAR = 4096;

  private final CommandHarness server = KeyHarness.open();
  private final CommandHarness other = new CommandHarness(server);
  private final String source = keyIn(server, 0, 0);
  private final String near = keyIn(server, 0, 1);
  private final String far = keyIn(server, 1, 0);

  @AfterEach
  void close() {
    other.close();
    server.close();
  }

  /** A key of a shard, after skipping some. */
  private static String keyIn(CommandHarness in, int shard, int skipped) {
    int left = skipped;
    for (int i = 0; ; i++) {
      String key = "key" + i;
      if (in.shardOf(key).index() == shard && left-- == 0) {
        return key;
      }
    }
  }

  private void fill(String key, int fields) {
    fill(server, key, fields);
  }

  private static void fill(CommandHarness in, String key, int fields) {
    for (int from = 0; from < fields; from += BATCH) {
      int count = Math.min(BATCH, fields - from);
      String[] command = new String[2 + 2 * count];
      command[0] = "HSET";
      command[1] = key;
      for (int i = 0; i < count; i++) {
        command[2 + 2 * i] = "field" + (from + i);
        command[3 + 2 * i] = "value" + (from + i) + "-".repeat((from + i) % 90);
      }
      assertThat(in.send(command)).isEqualTo(":" + count + "\r\n");
    }
  }

  private TreeSet<String> content(String key) {
    return new TreeSet<>(strings(server.send("HGETALL", key)));
  }

  private String payload(String key) {
    String reply = server.send("DUMP", key);
    return reply.substring(reply.indexOf("\r\n") + 2, reply.length() - 2);
  }

  private String finish() {
    StringBuilder reply = new StringBuilder();
    for (int i = 0; i < TURNS && !server.step(); i++) {
      reply.append(server.awaited());
    }
    return reply.append(server.awaited()).toString();
  }

  /** All memory in use, when what is to be freed in slices has been. */
  private static long settledBytes(CommandHarness in) {
    in.housekeep(0);
    return in.keyspace.usedBytes();
  }

  @Test
  void copiesAndMovesAreSliced() {
    fill(source, FIELDS);
    TreeSet<String> content = content(source);
    server.send("PEXPIRE", source, "100000");
    server.send("HPEXPIRE", source, "100000", "FIELDS", "1", "field7");
    assertThat(server.send("COPY", source, near)).isEqualTo(ONE);
    int steps = server.steps();
    assertThat(steps).isPositive();
    assertThat(server.send("COPY", source, near)).isEqualTo(ZERO);
    assertThat(server.send("COPY", source, source, "DB", "1")).isEqualTo(ONE);
    fill(far, FIELDS);
    assertThat(server.send("COPY", source, far)).isEqualTo(ZERO);
    assertThat(server.send("RENAMENX", source, far)).isEqualTo(ZERO);
    assertThat(server.steps()).isGreaterThan(steps);
    server.send("HDEL", source, "field1");
    assertThat(server.send("RENAME", source, far)).isEqualTo(OK);
    assertThat(server.send("EXISTS", source)).isEqualTo(ZERO);
    assertThat(server.send("HLEN", far)).isEqualTo(":" + (FIELDS - 1) + "\r\n");
    assertThat(server.send("RENAMENX", near, source)).isEqualTo(ONE);
    assertThat(content(source)).isEqualTo(content);
    for (String key : List.of(source, far)) {
      assertThat(integer(server.send("PTTL", key))).isBetween(90_000L, 100_000L);
      String fieldTtl = server.send("HPTTL", key, "FIELDS", "1", "field7");
      assertThat(integer(fieldTtl.substring(4))).isBetween(90_000L, 100_000L);
    }
    steps = server.steps();
    assertThat(server.send("MOVE", source, "1")).isEqualTo(ZERO);
    assertThat(server.send("MOVE", far, "1")).isEqualTo(ONE);
    assertThat(server.send("RENAME", source, near)).isEqualTo(OK);
    assertThat(server.steps()).isEqualTo(steps);
    assertThat(content(near)).isEqualTo(content);
  }

  @Test
  void readersGoOnAndWritersWait() {
    fill(source, FIELDS);
    server.send("SET", far, "old");
    assertThat(server.begin("RENAME", source, far)).isEmpty();
    assertThat(other.send("GET", far)).isEqualTo(bulk("old"));
    assertThat(other.send("HLEN", source)).isEqualTo(":" + FIELDS + "\r\n");
    assertThat(other.send("COPY", source, near, "REPLACE")).isEqualTo(ONE);
    for (String[] write :
        new String[][] {
          {"HSET", source, "field1", "x"},
          {"PERSIST", source},
          {"SET", far, "x"},
          {"RENAME", near, source},
          {"DEL", near, source},
          {"FLUSHALL"},
        }) {
      try (CommandHarness writer = new CommandHarness(server)) {
        assertThat(writer.begin(write)).as(write[0]).isEmpty();
        assertThat(writer.isBlocked()).as(write[0]).isTrue();
      }
    }
    assertThat(other.begin("HSET", source, "a", "b")).isEmpty();
    assertThat(finish()).isEqualTo(OK);
    assertThat(other.isBlocked()).isFalse();
    assertThat(other.awaited()).isEqualTo(ONE);
    assertThat(server.send("HLEN", source)).isEqualTo(ONE);
    assertThat(content(far)).isEqualTo(content(near));
    assertThat(server.send("FLUSHALL")).isEqualTo(OK);
  }

  @Test
  void payloadsAreMadeAndReadInSlices() {
    fill(source, FIELDS);
    String payload = payload(source);
    assertThat(server.steps()).isPositive();
    assertThat(server.send("RESTORE", source, "0", payload)).startsWith("-BUSYKEY");
    assertThat(server.send("RESTORE", far, "100000", payload)).isEqualTo(OK);
    assertThat(content(far)).isEqualTo(content(source));
    assertThat(integer(server.send("PTTL", far))).isBetween(90_000L, 100_000L);
    fill(near, 3);
    assertThat(server.begin("RESTORE", near, "0", payload, "REPLACE")).isEmpty();
    assertThat(other.send("HLEN", near)).isEqualTo(":3\r\n");
    assertThat(other.send("HSET", near, "new", "x")).isEqualTo(ONE);
    assertThat(finish()).isEqualTo(OK);
    assertThat(content(near)).isEqualTo(content(source));
    server.send("DEL", near);
    server.betweenSteps(() -> other.send("SET", near, "mine"));
    assertThat(server.send("RESTORE", near, "0", payload)).startsWith("-BUSYKEY");
    server.betweenSteps(() -> {});
    assertThat(server.send("GET", near)).isEqualTo(bulk("mine"));
  }

  @Test
  void aDumpKeepsWritersOnlyUntilItIsWritten() {
    fill(source, FIELDS);
    String reply = server.begin("DUMP", source);
    assertThat(other.send("HGET", source, "field1")).isEqualTo(bulk("value1-"));
    assertThat(other.begin("DEL", source)).isEmpty();
    for (int i = 0; i < TURNS && reply.isEmpty(); i++) {
      server.step();
      reply = server.awaited();
    }
    assertThat(other.isBlocked()).isFalse();
    assertThat(other.awaited()).isEqualTo(ONE);
    reply += finish();
    String payload = reply.substring(reply.indexOf("\r\n") + 2, reply.length() - 2);
    assertThat(server.send("RESTORE", near, "0", payload)).isEqualTo(OK);
    assertThat(server.send("HLEN", near)).isEqualTo(":" + FIELDS + "\r\n");
  }

  /** Bytes that no checksum guards are only found to be wrong where they are read. */
  @Test
  void aPayloadThatIsBadAtItsEndLeavesNothing() {
    fill(source, FIELDS);
    String payload = payload(source);
    server.send("SET", far, "old");
    long used = settledBytes(server);
    String cut = payload.substring(0, payload.length() - 14) + "\n\0" + "\0".repeat(8);
    assertThat(server.send("RESTORE", far, "0", cut, "REPLACE"))
        .isEqualTo("-ERR Bad data format\r\n");
    assertThat(server.send("GET", far)).isEqualTo(bulk("old"));
    assertThat(settledBytes(server)).isCloseTo(used, within(NEAR));
  }

  @Test
  void whoLeavesLeavesNothing() {
    fill(source, FIELDS);
    String payload = payload(source);
    long used = settledBytes(server);
    String[][] commands = {{"DUMP", source}, {"RESTORE", far, "0", payload}};
    for (String[] command : commands) {
      for (int steps = 0; steps < 5; steps++) {
        leave(steps, command);
        server.send("DEL", far);
        assertThat(settledBytes(server)).as(command[0]).isCloseTo(used, within(NEAR));
        assertThat(server.send("HSET", source, "field0", "value0")).isEqualTo(ZERO);
      }
    }
  }

  /** A client begins a command, and leaves after some turns, unless it is done. */
  private void leave(int steps, String... command) {
    try (CommandHarness client = new CommandHarness(server)) {
      client.begin(command);
      for (int i = 0; i < steps && client.isBlocked(); i++) {
        client.step();
      }
      if (client.isBlocked()) {
        client.leave();
      }
      client.runTasks();
    }
  }

  /** As if it had been done before the client left. */
  @Test
  void aTransferIsDoneAlthoughTheClientLeaves() {
    fill(source, FIELDS);
    for (int steps = 0; steps < 3; steps++) {
      leave(steps, "COPY", source, near, "REPLACE");
      assertThat(content(near)).isEqualTo(content(source));
      leave(steps, "RENAME", near, far);
      assertThat(server.send("EXISTS", near)).isEqualTo(ZERO);
      assertThat(content(far)).isEqualTo(content(source));
    }
  }

  @Test
  void aSourceThatExpiresMeanwhileIsMissing() {
    for (String[] command : new String[][] {{"COPY", source, near}, {"RENAME", source, far}}) {
      fill(source, 2 * FIELDS);
      server.send("SET", command[2], "old");
      server.send("PEXPIRE", source, "30");
      String[] replacing =
          command[0].equals("COPY") ? new String[] {"COPY", source, near, "REPLACE"} : command;
      String reply = server.begin(replacing);
      long end = Clock.wallMillis() + 32;
      while (Clock.wallMillis() < end) {
        Thread.onSpinWait();
      }
      if (server.isBlocked()) {
        assertThat(other.send("EXISTS", source)).isEqualTo(ZERO);
        server.housekeep(end);
        assertThat(finish()).isIn(ZERO, NO_SUCH_KEY);
        assertThat(server.send("GET", command[2])).isEqualTo(bulk("old"));
      } else {
        assertThat(reply).isIn(ZERO, NO_SUCH_KEY, ONE, OK);
      }
      server.housekeep(end);
      assertThat(server.send("EXISTS", source)).isEqualTo(ZERO);
      server.send("DEL", near, far);
    }
  }

  @Test
  void twoMayCopyOneSource() {
    fill(source, FIELDS);
    assertThat(server.begin("COPY", source, near)).isEmpty();
    assertThat(other.begin("COPY", source, far)).isEmpty();
    assertThat(finish()).isEqualTo(ONE);
    for (int i = 0; i < TURNS && other.isBlocked(); i++) {
      other.step();
    }
    assertThat(other.awaited()).isEqualTo(ONE);
    assertThat(content(near)).isEqualTo(content(far));
  }

  /** Readers who come later may take longer, and are to read what there was when they began. */
  @Test
  void aMoveWaitsForThoseWhoStillRead() {
    fill(source, FIELDS);
    fill(far, FIELDS);
    for (String read : List.of(source, far)) {
      assertThat(server.begin("RENAME", source, far)).isEmpty();
      String reply = other.begin("HGETALL", read);
      assertThat(other.isBlocked()).isTrue();
      for (int i = 0; i < 100; i++) {
        assertThat(server.step()).isFalse();
      }
      StringBuilder whole = new StringBuilder(reply);
      for (int i = 0; i < TURNS && !other.step(); i++) {
        whole.append(other.awaited());
      }
      whole.append(other.awaited());
      assertThat(strings(whole.toString())).hasSize(2 * FIELDS);
      assertThat(finish()).isEqualTo(OK);
      fill(source, FIELDS);
    }
  }

  @Test
  void twoThatChangePlacesGoOneAfterTheOther() {
    fill(source, FIELDS);
    fill(far, FIELDS + 1);
    assertThat(server.begin("RENAME", source, far)).isEmpty();
    assertThat(other.begin("RENAME", far, source)).isEmpty();
    assertThat(finish()).isEqualTo(OK);
    for (int i = 0; i < TURNS && other.isBlocked(); i++) {
      other.step();
    }
    assertThat(other.awaited()).isEqualTo(OK);
    assertThat(server.send("HLEN", source)).isEqualTo(":" + FIELDS + "\r\n");
    assertThat(server.send("HLEN", far)).isEqualTo(ZERO);
  }

  @Test
  void withoutMemoryNothingChanges() {
    try (CommandHarness small = KeyHarness.open(3 << 20)) {
      fill(small, source, FIELDS);
      small.send("SET", near, "old");
      String reply = small.send("DUMP", source);
      String payload = reply.substring(reply.indexOf("\r\n") + 2, reply.length() - 2);
      long used = settledBytes(small);
      assertThat(small.send("COPY", source, near, "REPLACE")).isEqualTo(OUT_OF_MEMORY);
      assertThat(small.send("RESTORE", near, "0", payload, "REPLACE")).isEqualTo(OUT_OF_MEMORY);
      small.limitChunks(small.chunkBytes() + 2 * 65_536);
      assertThat(small.send("DUMP", source)).isEqualTo(OUT_OF_MEMORY);
      small.limitChunks(-1);
      assertThat(small.send("GET", near)).isEqualTo(bulk("old"));
      assertThat(small.send("DUMP", "none")).isEqualTo(NIL);
      assertThat(settledBytes(small)).isCloseTo(used, within(NEAR));
      assertThat(small.send("HSET", source, "field0", "x")).isEqualTo(ZERO);
    }
  }
}
