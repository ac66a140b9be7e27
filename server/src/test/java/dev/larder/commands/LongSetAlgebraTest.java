package dev.larder.commands;

import static dev.larder.commands.KeyHarness.ONE;
import static dev.larder.commands.KeyHarness.OUT_OF_MEMORY;
import static dev.larder.commands.KeyHarness.ZERO;
import static dev.larder.commands.KeyHarness.strings;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.larder.metrics.Clock;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Combinations of large sets take many turns, and are of one moment all the same. */
@Tag("slow")
final class LongSetAlgebraTest {
  private static final int MEMBERS = 12_000;
  private static final int TURNS = 100_000;

  /** Shards tell of so many bytes in all only when there are more. */
  private static final long NEAR = 4096;

  private final CommandHarness server = KeyHarness.open();
  private final CommandHarness other = new CommandHarness(server);

  @AfterEach
  void close() {
    other.close();
    server.close();
  }

  private static Set<String> range(int from, int to) {
    Set<String> members = new TreeSet<>();
    for (int i = from; i < to; i++) {
      members.add("member" + i);
    }
    return members;
  }

  private static void add(CommandHarness to, String key, Collection<String> members) {
    String[] command = new String[2 + members.size()];
    command[0] = "SADD";
    command[1] = key;
    int argument = 2;
    for (String member : members) {
      command[argument++] = member;
    }
    assertThat(to.send(command)).isEqualTo(integer(members.size()));
  }

  private static String integer(long value) {
    return ":" + value + "\r\n";
  }

  /** Has a = 0 to 12000, b = 6000 to 18000, c = 11990 to 23990, few = 3 of a and 1 of c. */
  private void fill() {
    add(server, "a", range(0, MEMBERS));
    add(server, "b", range(MEMBERS / 2, MEMBERS * 3 / 2));
    add(server, "c", range(MEMBERS - 10, 2 * MEMBERS - 10));
    add(server, "few", Set.of("member1", "member2", "member3", "member13000"));
  }

  private Set<String> members(String key) {
    List<String> members = strings(server.send("SMEMBERS", key));
    assertThat(new HashSet<>(members)).hasSameSizeAs(members);
    return new HashSet<>(members);
  }

  /** Sends a command of words that replies members, and checks that it was sliced. */
  private void expect(Collection<String> result, String words) {
    String[] keys = words.substring(words.indexOf(' ') + 1).split(" ", -1);
    String name = words.substring(0, words.indexOf(' '));
    int steps = server.steps();
    List<String> replied = strings(server.send(words.split(" ", -1)));
    assertThat(replied).as(words).hasSameSizeAs(result);
    assertThat(new HashSet<>(replied)).as(words).isEqualTo(new HashSet<>(result));
    assertThat(server.steps()).as(words).isGreaterThan(steps);
    String stored = name + "STORE d " + String.join(" ", keys);
    assertThat(server.send(stored.split(" ", -1))).as(stored).isEqualTo(integer(result.size()));
    assertThat(members("d")).as(stored).isEqualTo(new HashSet<>(result));
    String card = name + "CARD " + keys.length + " " + String.join(" ", keys);
    assertThat(server.send(card.split(" ", -1))).as(card).isEqualTo(integer(result.size()));
    String limited = card + " LIMIT 5";
    assertThat(server.send(limited.split(" ", -1)))
        .as(limited)
        .isEqualTo(integer(Math.min(5, result.size())));
  }

  @Test
  void resultsAreThoseOfSmallSets() {
    fill();
    expect(range(0, MEMBERS * 3 / 2), "SUNION a b");
    expect(range(0, MEMBERS * 2 - 10), "SUNION a none few c b c a few none");
    expect(range(0, MEMBERS), "SUNION a a");
    expect(range(MEMBERS / 2, MEMBERS), "SINTER a b");
    expect(range(MEMBERS - 10, MEMBERS), "SINTER c a b a");
    expect(range(0, MEMBERS / 2), "SDIFF a b");
    expect(range(0, MEMBERS / 2), "SDIFF a none b c b");
    expect(Set.of(), "SDIFF a b a");
    Set<String> rest = range(0, MEMBERS);
    rest.removeAll(Set.of("member1", "member2", "member3"));
    expect(rest, "SDIFF a few");
    assertThat(server.send("SINTER", "a", "none", "b")).isEqualTo("*0\r\n");
    assertThat(strings(server.send("SINTER", "a", "few"))).hasSize(3);
  }

  @Test
  void smallResultsAreEncodedAsSmallSets() {
    fill();
    add(server, "numbers", List.of("1", "2", "3"));
    server.send("SUNIONSTORE", "x", "a", "numbers");
    server.send("SUNIONSTORE", "y", "b", "numbers");
    server.send("SDIFFSTORE", "y", "y", "a");
    assertThat(server.send("SINTERSTORE", "d", "x", "y")).isEqualTo(":3\r\n");
    assertThat(server.send("OBJECT", "ENCODING", "d")).isEqualTo("$6\r\nintset\r\n");
    server.send("SINTERSTORE", "d", "c", "a");
    assertThat(server.send("OBJECT", "ENCODING", "d")).isEqualTo("$8\r\nlistpack\r\n");
  }

  @Test
  void aTargetMayBeASource() {
    fill();
    assertThat(server.send("SUNIONSTORE", "a", "a", "b")).isEqualTo(integer(MEMBERS * 3 / 2));
    assertThat(members("a")).isEqualTo(range(0, MEMBERS * 3 / 2));
    assertThat(server.send("SDIFFSTORE", "b", "a", "b", "b")).isEqualTo(integer(MEMBERS / 2));
    assertThat(members("b")).isEqualTo(range(0, MEMBERS / 2));
    assertThat(server.send("SDIFFSTORE", "b", "b", "a")).isEqualTo(ZERO);
    assertThat(server.send("EXISTS", "b")).isEqualTo(ZERO);
    assertThat(server.steps()).isPositive();
  }

  private static String[] many(int keys, String first, String... others) {
    String[] command = new String[keys];
    Arrays.fill(command, "none");
    command[0] = first;
    for (int i = 0; i < others.length; i++) {
      command[i == 0 ? 1 : 1 + i * keys / others.length] = others[i];
    }
    return command;
  }

  @Test
  void veryManyKeysAreCombinedInSlices() {
    fill();
    int steps = server.steps();
    assertThat(server.send(many(20_000, "SUNIONSTORE", "d", "a", "b")))
        .isEqualTo(integer(MEMBERS * 3 / 2));
    assertThat(server.steps()).isGreaterThan(steps);
    assertThat(members("d")).isEqualTo(range(0, MEMBERS * 3 / 2));
    assertThat(new HashSet<>(strings(server.send(many(3_000, "SDIFF", "a", "b")))))
        .isEqualTo(range(0, MEMBERS / 2));
    String[] difference = many(3_000, "SDIFFSTORE", "d", "x", "few");
    difference[2] = "a";
    assertThat(server.send(difference)).isEqualTo(integer(MEMBERS - 3));
    difference = many(3_000, "SDIFFSTORE", "d", "x", "a");
    difference[2] = "few";
    assertThat(server.send(difference)).isEqualTo(ONE);
    assertThat(server.send(many(3_000, "SINTER", "a"))).isEqualTo("*0\r\n");
    String[] intersection = many(3_000, "SINTERSTORE", "d");
    Arrays.fill(intersection, 2, 3_000, "a");
    intersection[700] = "few";
    assertThat(server.send(intersection)).isEqualTo(":3\r\n");
    assertThat(members("d")).isEqualTo(Set.of("member1", "member2", "member3"));
    intersection[0] = "SINTERCARD";
    intersection[1] = "2998";
    assertThat(server.send(intersection)).isEqualTo(":3\r\n");
    String[] union = many(3_000, "SUNIONCARD", "2998", "a", "b");
    assertThat(server.send(union)).isEqualTo(integer(MEMBERS * 3 / 2));
    union[2] = "string";
    server.send("SET", "string", "x");
    assertThat(server.send(union)).startsWith("-WRONGTYPE");
  }

  /** Also those of fewer keys, each of which is leased by itself. */
  @Test
  void searchesInManySetsPauseWithinAMember() {
    fill();
    for (int keys : new int[] {900, 3_000}) {
      String[] command = new String[keys];
      Arrays.fill(command, "a");
      command[0] = "SINTER";
      command[keys / 2] = "few";
      assertThat(strings(server.send(command)))
          .containsExactlyInAnyOrder("member1", "member2", "member3");
      Arrays.fill(command, 2, keys, "few");
      command[0] = "SDIFF";
      command[1] = "b";
      Set<String> rest = range(MEMBERS / 2, MEMBERS * 3 / 2);
      rest.remove("member13000");
      assertThat(new HashSet<>(strings(server.send(command)))).isEqualTo(rest);
    }
  }

  @Test
  void keysOfVeryManyStayAsTheyAre() {
    fill();
    String[] command = many(3_000, "SUNIONSTORE", "d", "a", "b");
    assertThat(server.begin(command)).isEmpty();
    assertThat(other.send("SCARD", "a")).isEqualTo(integer(MEMBERS));
    for (String[] write :
        new String[][] {
          {"SADD", "a", "x"}, {"SET", "none", "x"}, {"SADD", "d", "x"}, {"FLUSHALL"}
        }) {
      try (CommandHarness writer = new CommandHarness(server)) {
        assertThat(writer.begin(write)).as(write[0]).isEmpty();
        assertThat(writer.isBlocked()).as(write[0]).isTrue();
      }
    }
    assertThat(other.send("SADD", "elsewhere", "x")).isEqualTo(ONE);
    assertThat(other.begin("SADD", "a", "x")).isEmpty();
    for (int i = 0; i < TURNS && !server.step(); i++) {
      assertThat(other.isBlocked()).isTrue();
    }
    assertThat(server.awaited()).isEqualTo(integer(MEMBERS * 3 / 2));
    assertThat(other.awaited()).isEqualTo(ONE);
    assertThat(server.begin(command)).isEmpty();
    server.leave();
    assertThat(other.send("SADD", "b", "x")).isEqualTo(ONE);
  }

  /** Groups of keys are bounded together: who comes with too many waits for the others' end. */
  @Test
  void veryManyKeysWaitForOthers() {
    add(server, "a", List.of("x"));
    String[] command = many(900_000, "SUNIONSTORE", "d", "a");
    assertThat(server.begin(command)).isEmpty();
    command[1] = "e";
    assertThat(other.begin(command)).isEmpty();
    assertThat(other.isBlocked()).isTrue();
    for (int i = 0; i < TURNS && !server.step(); i++) {
      assertThat(other.isBlocked()).isTrue();
    }
    assertThat(server.awaited()).isEqualTo(ONE);
    for (int i = 0; i < TURNS && other.isBlocked(); i++) {
      other.step();
    }
    assertThat(other.awaited()).isEqualTo(ONE);
    assertThat(members("e")).isEqualTo(Set.of("x"));
  }

  @Test
  void readersGoOnAndWritersWait() {
    fill();
    add(server, "d", Set.of("old"));
    server.send("PEXPIRE", "d", "100000");
    assertThat(server.begin("SUNIONSTORE", "d", "a", "b", "none")).isEmpty();
    assertThat(other.send("SMEMBERS", "d")).isEqualTo("*1\r\n$3\r\nold\r\n");
    assertThat(other.send("SCARD", "a")).isEqualTo(integer(MEMBERS));
    assertThat(other.send("SINTERSTORE", "e", "a", "few")).isEqualTo(":3\r\n");
    for (String[] write :
        new String[][] {
          {"SADD", "a", "x"},
          {"SREM", "b", "member6000"},
          {"SET", "none", "x"},
          {"SADD", "d", "x"},
          {"PERSIST", "d"},
          {"DEL", "e", "b"},
          {"FLUSHALL"},
        }) {
      try (CommandHarness writer = new CommandHarness(server)) {
        assertThat(writer.begin(write)).as(write[0]).isEmpty();
        assertThat(writer.isBlocked()).as(write[0]).isTrue();
      }
    }
    assertThat(other.begin("SADD", "d", "x")).isEmpty();
    for (int i = 0; i < TURNS && !server.step(); i++) {
      assertThat(other.isBlocked()).isTrue();
    }
    assertThat(server.awaited()).isEqualTo(integer(MEMBERS * 3 / 2));
    assertThat(other.isBlocked()).isFalse();
    assertThat(other.awaited()).isEqualTo(ONE);
    Set<String> result = range(0, MEMBERS * 3 / 2);
    result.add("x");
    assertThat(members("d")).isEqualTo(result);
    assertThat(server.send("PTTL", "d")).isEqualTo(":-1\r\n");
    assertThat(server.send("FLUSHALL")).isEqualTo("+OK\r\n");
  }

  /** Who began to read the target meanwhile reads to the end what there was. */
  @Test
  void aTargetThatIsReadStaysAsItIs() {
    fill();
    add(server, "d", range(0, 3 * MEMBERS));
    assertThat(server.begin("SUNIONSTORE", "d", "a", "b")).isEmpty();
    StringBuilder reply = new StringBuilder(other.begin("SMEMBERS", "d"));
    assertThat(other.isBlocked()).isTrue();
    for (int i = 0; i < 200; i++) {
      assertThat(server.step()).isFalse();
    }
    for (int i = 0; i < TURNS && !other.step(); i++) {
      reply.append(other.awaited());
    }
    reply.append(other.awaited());
    assertThat(strings(reply.toString())).hasSize(3 * MEMBERS);
    for (int i = 0; i < TURNS && server.isBlocked(); i++) {
      server.step();
    }
    assertThat(server.awaited()).isEqualTo(integer(MEMBERS * 3 / 2));
    assertThat(members("d")).isEqualTo(range(0, MEMBERS * 3 / 2));
  }

  @Test
  void twoMayShareTheirSources() {
    fill();
    assertThat(server.begin("SUNIONSTORE", "d", "a", "b")).isEmpty();
    assertThat(other.begin("SDIFFSTORE", "e", "b", "a")).isEmpty();
    try (CommandHarness third = new CommandHarness(server)) {
      assertThat(third.begin("SDIFFSTORE", "a", "b", "a")).isEmpty();
      boolean isDone = false;
      for (int i = 0; i < TURNS && !isDone; i++) {
        isDone = server.step() & (!other.isBlocked() || other.step());
      }
      assertThat(server.awaited()).isEqualTo(integer(MEMBERS * 3 / 2));
      for (int i = 0; i < TURNS && other.isBlocked(); i++) {
        other.step();
      }
      assertThat(other.awaited()).isEqualTo(integer(MEMBERS / 2));
      for (int i = 0; i < TURNS && third.isBlocked(); i++) {
        third.step();
      }
      assertThat(third.awaited()).isEqualTo(integer(MEMBERS / 2));
    }
    assertThat(members("d")).isEqualTo(range(0, MEMBERS * 3 / 2));
    assertThat(members("a")).isEqualTo(range(MEMBERS, MEMBERS * 3 / 2));
  }

  @Test
  void aReplyKeepsNobodyWaiting() {
    fill();
    String reply = server.begin("SUNION", "a", "b");
    for (int i = 0; i < TURNS && reply.isEmpty(); i++) {
      server.step();
      reply = server.awaited();
    }
    assertThat(reply).startsWith("*" + MEMBERS * 3 / 2 + "\r\n");
    assertThat(server.isBlocked()).isTrue();
    assertThat(other.send("DEL", "a", "b")).isEqualTo(":2\r\n");
    StringBuilder whole = new StringBuilder(reply);
    for (int i = 0; i < TURNS && !server.step(); i++) {
      whole.append(server.awaited());
    }
    whole.append(server.awaited());
    assertThat(new HashSet<>(strings(whole.toString()))).isEqualTo(range(0, MEMBERS * 3 / 2));
  }

  @Test
  void whoLeavesLeavesNothing() {
    fill();
    long used = settledBytes();
    for (String command : List.of("SUNIONSTORE d a b", "SUNION a b", "SUNIONCARD 2 a b")) {
      try (CommandHarness client = new CommandHarness(server)) {
        client.begin(command.split(" ", -1));
        for (int i = 0; i < 3; i++) {
          assertThat(client.step()).isFalse();
        }
        client.leave();
        assertThat(client.isBlocked()).isFalse();
      }
      assertThat(settledBytes()).as(command).isCloseTo(used, within(NEAR));
      assertThat(server.send("SADD", "a", "member0")).isEqualTo(ZERO);
    }
    assertThat(server.send("EXISTS", "d")).isEqualTo(ZERO);
  }

  /** All memory in use, when what is to be freed in slices has been. */
  private long settledBytes() {
    server.housekeep(0);
    return server.keyspace.usedBytes();
  }

  @Test
  void aSourceThatExpiresMeanwhileCounts() {
    fill();
    server.send("PEXPIRE", "a", "40");
    String reply = server.begin("SUNIONSTORE", "d", "a", "b");
    long end = Clock.wallMillis() + 42;
    while (Clock.wallMillis() < end) {
      Thread.onSpinWait();
    }
    if (server.isBlocked()) {
      assertThat(other.send("EXISTS", "a")).isEqualTo(ZERO);
      server.housekeep(end);
      for (int i = 0; i < TURNS && !server.step(); i++) {
        server.housekeep(end);
      }
      reply = server.awaited();
    }
    assertThat(reply).isIn(integer(MEMBERS * 3 / 2), integer(MEMBERS));
    server.housekeep(end);
    assertThat(server.send("EXISTS", "a", "b", "d")).isEqualTo(":2\r\n");
  }

  @Test
  void withoutMemoryNothingChanges() {
    try (CommandHarness small = KeyHarness.open(3 << 19)) {
      String a = keyIn(small, 0, 0);
      String b = keyIn(small, 1, 0);
      String d = keyIn(small, 0, 1);
      for (int i = 0; i < MEMBERS; i += 1000) {
        add(small, a, range(i, i + 1000));
        add(small, b, range(MEMBERS + i, MEMBERS + i + 1000));
      }
      add(small, d, Set.of("old"));
      small.housekeep(0);
      long used = small.keyspace.usedBytes();
      assertThat(small.send("SUNIONSTORE", d, a, b)).isEqualTo(OUT_OF_MEMORY);
      assertThat(small.send("SUNION", a, b)).isEqualTo(OUT_OF_MEMORY);
      assertThat(small.steps()).isPositive();
      assertThat(small.send("SMEMBERS", d)).isEqualTo("*1\r\n$3\r\nold\r\n");
      small.housekeep(0);
      assertThat(small.keyspace.usedBytes()).isCloseTo(used, within(NEAR));
      assertThat(small.send("SADD", a, "x")).isEqualTo(ONE);
    }
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
}
