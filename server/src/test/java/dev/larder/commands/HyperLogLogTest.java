package dev.larder.commands;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** HyperLogLogs: their bytes and estimates as redis-server 7.0.15 has them, and bad ones. */
@Tag("slow")
final class HyperLogLogTest {
  private static final String CORRUPTED = "-INVALIDOBJ Corrupted HLL object detected\r\n";
  private static final String INVALID =
      "-WRONGTYPE Key is not a valid HyperLogLog string value.\r\n";
  private static final String WRONG_TYPE =
      "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n";
  private static final String OK = "+OK\r\n";
  private static final String HEADER = "HYLL\1\0\0\0";
  private static final String OUT_OF_DATE = "\0\0\0\0\0\0\0\u0080";

  private long maxSparseBytes = 3000;

  private final CommandHarness server =
      new CommandHarness(c -> {
        StringCommands.declare(c, () -> 1 << 29);
        KeyCommands.declare(c);
        SetCommands.declare(c);
        ExpireCommands.declare(c);
        HyperLogLogCommands.declare(c, () -> maxSparseBytes);
      });

  @AfterEach
  void close() {
    server.close();
  }

  private static String bulk(String value) {
    return "$" + value.length() + "\r\n" + value + "\r\n";
  }

  private static String integer(long value) {
    return ":" + value + "\r\n";
  }

  /** Adds {@code e<from>} up to before {@code e<to>}, some at a time. */
  private void add(String key, int from, int to) {
    for (int i = from; i < to; ) {
      int count = Math.min(to - i, 1 + i % 7);
      String[] command = new String[2 + count];
      command[0] = "PFADD";
      command[1] = key;
      for (int k = 0; k < count; k++) {
        command[2 + k] = "e" + i++;
      }
      server.send(command);
    }
  }

  private String digest(String key) {
    return server.send("DIGEST", key).substring("$16\r\n".length()).strip();
  }

  /** Recorded: elements, length and digest of the string, estimate. */
  @ParameterizedTest
  @CsvSource({
    "1, 21, 1, f7fb3ffbf53bf9ee",
    "2, 24, 2, f49fb17392ad948e",
    "10, 48, 10, 536bf96355a74985",
    "100, 285, 100, be9b564ecdf0ddec",
    "500, 1068, 506, 048de8f9f48059db",
    "1000, 1906, 1008, a1599fd401762141",
    "1600, 2869, 1602, a970da2223618f61",
    "20000, 12304, 19901, fd87ba6fd26d993a",
  })
  void hasTheBytesOfRedis(int elements, int length, int estimate, String digest) {
    add("k", 0, elements);
    assertThat(digest("k")).isEqualTo(digest);
    assertThat(server.send("STRLEN", "k")).isEqualTo(integer(length));
    assertThat(server.send("PFCOUNT", "k")).isEqualTo(integer(estimate));
    assertThat(server.send("PFCOUNT", "k", "k", "none")).isEqualTo(integer(estimate));
  }

  @ParameterizedTest
  @CsvSource({
    "a, b, f6b6c8dd5a6b7a6a, 704",
    "b, a, f6b6c8dd5a6b7a6a, 704",
    "a, c, 3db543bc8ea371f4, 2979",
    "c, a, 3db543bc8ea371f4, 2979",
    "none, d, d20c75e91e854a23, 10",
    "none, none, 414cd4956bad15e7, 0",
  })
  void mergesAsRedisDoes(String target, String source, String digest, int estimate) {
    add("a", 0, 300);
    add("b", 200, 700);
    add("c", 0, 3000);
    add("d", 690, 700);
    assertThat(server.send("PFCOUNT", target, source)).isEqualTo(integer(estimate));
    assertThat(server.send("PFMERGE", target, source)).isEqualTo(OK);
    assertThat(digest(target)).isEqualTo(digest);
    assertThat(server.send("PFCOUNT", target)).isEqualTo(integer(estimate));
  }

  @Test
  void cachesWhatItHasCounted() {
    assertThat(server.send("PFADD", "k")).isEqualTo(integer(1));
    String empty = HEADER + OUT_OF_DATE + "\u007f\u00ff";
    assertThat(server.send("GET", "k")).isEqualTo(bulk(empty));
    assertThat(server.send("PFADD", "k")).isEqualTo(integer(0));
    assertThat(server.send("PFCOUNT", "k")).isEqualTo(integer(0));
    assertThat(server.send("GET", "k")).isEqualTo(bulk(HEADER + "\0".repeat(8) + "\u007f\u00ff"));
    assertThat(server.send("PFADD", "k", "a")).isEqualTo(integer(1));
    assertThat(server.send("PFCOUNT", "k")).isEqualTo(integer(1));
    assertThat(server.send("PFADD", "k", "a")).isEqualTo(integer(0));
    String counted = HEADER + "\1" + "\0".repeat(7) + "q\u00a6\u0084NW";
    assertThat(server.send("GET", "k")).isEqualTo(bulk(counted));
    // What the cache says counts, even if it is wrong.
    server.send("SETRANGE", "k", "8", "\5");
    assertThat(server.send("PFCOUNT", "k")).isEqualTo(integer(5));
    assertThat(server.send("PFMERGE", "k")).isEqualTo(OK);
    assertThat(server.send("PFCOUNT", "k")).isEqualTo(integer(1));
    assertThat(server.send("PFCOUNT", "none")).isEqualTo(integer(0));
    assertThat(server.send("PFCOUNT", "none", "k")).isEqualTo(integer(1));
  }

  @Test
  void becomesDenseAtItsLimit() {
    maxSparseBytes = 285;
    add("k", 0, 100);
    assertThat(server.send("PFDEBUG", "ENCODING", "k")).isEqualTo("+sparse\r\n");
    maxSparseBytes = 284;
    add("other", 0, 100);
    assertThat(server.send("PFDEBUG", "ENCODING", "other")).isEqualTo("+dense\r\n");
    assertThat(server.send("PFDEBUG", "TODENSE", "k")).isEqualTo(integer(1));
    assertThat(server.send("PFDEBUG", "TODENSE", "k")).isEqualTo(integer(0));
    assertThat(digest("k")).isEqualTo(digest("other"));
    add("a", 0, 50);
    add("b", 50, 100);
    assertThat(server.send("PFMERGE", "a", "b")).isEqualTo(OK);
    assertThat(digest("a")).isEqualTo(digest("k"));
  }

  /** A sparse one may be longer than a dense one, where that is allowed. */
  @Test
  void becomesShorterByBecomingDense() {
    maxSparseBytes = 20_000;
    add("k", 0, 30_000);
    assertThat(server.send("STRLEN", "k")).isEqualTo(integer(13_562));
    server.send("COPY", "k", "copy");
    maxSparseBytes = 0;
    add("k", 30_000, 31_000);
    assertThat(server.send("STRLEN", "k")).isEqualTo(integer(12_304));
    maxSparseBytes = 20_000;
    add("copy", 30_000, 31_000);
    assertThat(server.send("PFDEBUG", "TODENSE", "copy")).isEqualTo(integer(1));
    assertThat(digest("copy")).isEqualTo(digest("k"));
  }

  @Test
  void showsWhatItConsistsOf() {
    server.send("PFADD", "k", "a", "b");
    assertThat(server.send("PFDEBUG", "decode", "k"))
        .isEqualTo(bulk("Z:12711 v:2,1 Z:3068 v:1,1 Z:603"));
    String registers = server.send("PFDEBUG", "getreg", "k");
    assertThat(registers).startsWith("*16384\r\n:0\r\n");
    assertThat(registers.replace(":0\r\n", "")).isEqualTo("*16384\r\n:2\r\n:1\r\n");
    assertThat(server.send("PFDEBUG", "ENCODING", "k")).isEqualTo("+dense\r\n");
    assertThat(server.send("PFDEBUG", "DECODE", "k"))
        .isEqualTo("-ERR HLL encoding is not sparse\r\n");
    assertThat(server.send("PFDEBUG", "FOO", "k"))
        .isEqualTo("-ERR Unknown PFDEBUG subcommand 'FOO'\r\n");
    assertThat(server.send("PFDEBUG", "FOO", "none"))
        .isEqualTo("-ERR The specified key does not exist\r\n");
    assertThat(server.send("PFSELFTEST")).isEqualTo(OK);
    assertThat(server.steps()).as("slices").isPositive();
    assertThat(server.chunkBytes()).isZero();
  }

  @Test
  void refusesOtherStrings() {
    String dense = "HYLL\0" + "\0".repeat(11 + 12_288);
    for (String value :
        new String[] {
          "",
          "HYLL",
          HEADER,
          "hYLL\1" + "\0".repeat(11) + "\u007f\u00ff",
          "HYLL\2" + "\0".repeat(11),
          "HYLL\0" + "\0".repeat(11),
          dense + "\0",
          dense.substring(1),
          "x".repeat(100_000)
        }) {
      server.send("SET", "k", value);
      assertThat(server.send("PFADD", "k", "a")).isEqualTo(INVALID);
      assertThat(server.send("PFCOUNT", "k")).isEqualTo(INVALID);
      assertThat(server.send("PFCOUNT", "none", "k")).isEqualTo(INVALID);
      assertThat(server.send("PFMERGE", "none", "k")).isEqualTo(INVALID);
      assertThat(server.send("PFMERGE", "k", "none")).isEqualTo(INVALID);
      assertThat(server.send("PFDEBUG", "TODENSE", "k")).isEqualTo(INVALID);
    }
    assertThat(server.send("EXISTS", "none")).isEqualTo(integer(0));
    server.send("SET", "k", dense);
    assertThat(server.send("PFCOUNT", "k")).isEqualTo(integer(0));
  }

  @Test
  void refusesCorruptedRegisters() {
    String start = HEADER + OUT_OF_DATE;
    for (String registers :
        new String[] {
          "",
          "\0",
          "\u007f\u00fe",
          "\u007f\u00ff\0",
          "\u007f",
          "\u007f\u00fe\u0081",
          "\u00ff".repeat(5000),
          "\u0080".repeat(40_000),
          "\u0080".repeat(200_000)
        }) {
      server.send("SET", "k", start + registers);
      assertThat(server.send("PFCOUNT", "k")).isEqualTo(CORRUPTED);
      assertThat(server.send("PFCOUNT", "none", "k")).isEqualTo(CORRUPTED);
      assertThat(server.send("PFMERGE", "none", "k")).isEqualTo(CORRUPTED);
      assertThat(server.send("PFMERGE", "k", "none")).isEqualTo(CORRUPTED);
      assertThat(server.send("PFDEBUG", "TODENSE", "k")).isEqualTo(CORRUPTED);
    }
    server.send("SET", "k", start);
    assertThat(server.send("PFADD", "k", "a")).isEqualTo(CORRUPTED);
    server.send("SET", "k", start + "\u0080".repeat(16_384 + 1));
    maxSparseBytes = 0;
    assertThat(server.send("PFADD", "k", "a")).as("found it").isEqualTo(integer(1));
    server.send("SET", "k", start + "\0\u00ff\u0080");
    assertThat(server.send("PFADD", "k", "a")).as("before the end").isEqualTo(CORRUPTED);
  }

  /** Behind a key so long, the value lies in a chunk, which copies share until they are changed. */
  @Test
  void keepsCopiesApart() {
    String key = "k".repeat(40_000);
    server.send("PFADD", key, "a");
    server.send("COPY", key, "copy");
    server.send("COPY", key, key + "2");
    add(key, 0, 1600);
    assertThat(server.send("PFCOUNT", "copy")).isEqualTo(integer(1));
    assertThat(server.send("PFCOUNT", key + "2")).isEqualTo(integer(1));
    assertThat(server.send("PFCOUNT", key)).isEqualTo(integer(1603));
    server.send("COPY", key, "copy", "REPLACE");
    add(key, 1600, 5000);
    add("other", 0, 5000);
    server.send("PFADD", "other", "a");
    assertThat(server.send("PFCOUNT", key)).isEqualTo(server.send("PFCOUNT", "other"));
    assertThat(digest(key)).isEqualTo(digest("other"));
    server.send("PFMERGE", "copy", key + "2", key);
    server.send("PFCOUNT", "copy");
    assertThat(digest("copy")).isEqualTo(digest("other"));
    server.send("COPY", key, "copy", "REPLACE");
    server.send("PFMERGE", "copy");
    server.send("PFMERGE", key + "2");
    assertThat(digest(key)).as("none of them has touched it").isEqualTo(digest("other"));
  }

  @Test
  void changesNothingMoreWhenMemoryIsExhausted() {
    String key = "k".repeat(40_000);
    add(key, 0, 100);
    server.send("COPY", key, key + "2");
    String before = digest(key);
    server.limitChunks(server.chunkBytes());
    assertThat(server.send("PFADD", key, "e1")).as("no change").isEqualTo(integer(0));
    assertThat(server.send("PFCOUNT", key)).as("without a cache").isEqualTo(integer(100));
    assertThat(server.send("PFADD", key, "b")).startsWith("-OOM");
    assertThat(server.send("PFMERGE", key, key + "2")).startsWith("-OOM");
    assertThat(server.send("PFDEBUG", "TODENSE", key)).startsWith("-OOM");
    assertThat(digest(key)).isEqualTo(before);
    server.limitChunks(-1);
    assertThat(server.send("PFADD", key, "b")).isEqualTo(integer(1));
    assertThat(digest(key + "2")).isEqualTo(before);
  }

  @Test
  void manyKeysAreCountedInSlices() {
    int keys = 4_000;
    String[] count = new String[1 + keys];
    String[] merge = new String[2 + keys];
    count[0] = "PFCOUNT";
    merge[0] = "PFMERGE";
    merge[1] = "all";
    for (int i = 0; i < keys; i++) {
      count[1 + i] = "key" + i % 300;
      merge[2 + i] = count[1 + i];
    }
    for (int i = 0; i < 280; i++) {
      add("key" + i, i * 20, i * 20 + 30);
    }
    add("key7", 0, 5_000);
    int steps = server.steps();
    String sliced = server.send(count);
    assertThat(server.steps()).isGreaterThan(steps);
    steps = server.steps();
    assertThat(server.send(merge)).isEqualTo(OK);
    assertThat(server.steps()).isGreaterThan(steps);
    for (int i = 0; i < 300; i++) {
      assertThat(server.send("PFMERGE", "one by one", merge[2 + i])).isEqualTo(OK);
    }
    assertThat(digest("all")).isEqualTo(digest("one by one"));
    assertThat(sliced).isEqualTo(server.send("PFCOUNT", "all"));
    server.send("SET", "key290", "no");
    assertThat(server.send(count)).isEqualTo(INVALID);
    server.send("SET", "key290", HEADER + OUT_OF_DATE + "\0");
    assertThat(server.send(count)).isEqualTo(CORRUPTED);
  }

  @Test
  void manySparseOnesAreMergedIntoASparseOne() {
    String[] merge = new String[3_000];
    merge[0] = "PFMERGE";
    merge[1] = "all";
    for (int i = 2; i < merge.length; i++) {
      merge[i] = "key" + i % 40;
      add(merge[i], i % 40, i % 40 + 3);
    }
    add("all", 1_000, 1_010);
    server.send("COPY", "all", "one by one");
    server.send("PEXPIRE", "all", "100000");
    assertThat(server.send(merge)).isEqualTo(OK);
    for (int i = 0; i < 40; i++) {
      server.send("PFMERGE", "one by one", "key" + i);
    }
    assertThat(digest("all")).isEqualTo(digest("one by one"));
    assertThat(server.send("PFDEBUG", "ENCODING", "all")).isEqualTo("+sparse\r\n");
    assertThat(server.send("PTTL", "all")).isNotEqualTo(integer(-1));
    assertThat(server.send("PFCOUNT", "all")).isEqualTo(integer(52));
    server.send("DEL", "key3");
    server.send("SADD", "key3", "x");
    String[] count = merge.clone();
    count[0] = "PFCOUNT";
    assertThat(server.send(count)).isEqualTo(WRONG_TYPE);
    assertThat(server.send(merge)).isEqualTo(WRONG_TYPE);
  }

  @Test
  void whatIsMergedStaysAsItIs() {
    String[] merge = new String[3_000];
    Arrays.fill(merge, "key");
    merge[0] = "PFMERGE";
    merge[1] = "all";
    merge[2] = "none";
    add("key", 0, 10_000);
    try (CommandHarness other = new CommandHarness(server)) {
      assertThat(server.begin(merge)).isEmpty();
      assertThat(other.send("PFCOUNT", "key")).isEqualTo(integer(9973));
      for (String key : List.of("key", "none", "all")) {
        try (CommandHarness writer = new CommandHarness(server)) {
          assertThat(writer.begin("PFADD", key, "x")).as(key).isEmpty();
          assertThat(writer.isBlocked()).as(key).isTrue();
        }
      }
      assertThat(other.send("PFADD", "another", "x")).isEqualTo(integer(1));
      boolean isDone = false;
      for (int i = 0; i < 10_000 && !isDone; i++) {
        isDone = server.step();
      }
      assertThat(server.awaited()).isEqualTo(OK);
      assertThat(other.send("PFCOUNT", "all")).isEqualTo(integer(9973));
      assertThat(other.send("PFADD", "none", "x")).isEqualTo(integer(1));
    }
  }
}
