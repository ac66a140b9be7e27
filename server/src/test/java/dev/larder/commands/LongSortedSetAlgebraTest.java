package dev.larder.commands;

import static dev.larder.commands.KeyHarness.ONE;
import static dev.larder.commands.KeyHarness.OUT_OF_MEMORY;
import static dev.larder.commands.KeyHarness.strings;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.larder.command.Declarations;
import dev.larder.storage.Journal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.DoubleBinaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Combinations of large sorted sets take many turns, and are of one moment all the same. */
@Tag("slow")
final class LongSortedSetAlgebraTest {
  private static final int MEMBERS = 9_000;
  private static final int TURNS = 100_000;

  private final CommandHarness server = new CommandHarness(LongSortedSetAlgebraTest::declare);
  private final CommandHarness other = new CommandHarness(server);

  private static void declare(Declarations c) {
    SortedSetCommands.declare(c);
    SortedSetRangeCommands.declare(c);
    SortedSetAlgebraCommands.declare(c);
    SetCommands.declare(c);
    KeyCommands.declare(c);
  }

  @AfterEach
  void close() {
    other.close();
    server.close();
  }

  private static String member(int index) {
    return "member%05d".formatted(index);
  }

  private static void add(CommandHarness to, String key, Map<String, Double> members) {
    List<String> command = new ArrayList<>(List.of("ZADD", key));
    members.forEach((member, score) -> command.addAll(List.of(score.toString(), member)));
    to.send(command.toArray(String[]::new));
  }

  /** Members from one number to another, with the score that a number makes of it. */
  private static Map<String, Double> range(int from, int to, int factor) {
    Map<String, Double> members = new TreeMap<>();
    for (int i = from; i < to; i++) {
      members.put(member(i), (double) i * factor % 1000);
    }
    return members;
  }

  private final Map<String, Double> a = range(0, MEMBERS, 7);
  private final Map<String, Double> b = range(MEMBERS / 2, MEMBERS * 3 / 2, 3);
  private final Map<String, Double> s = range(100, MEMBERS, 0);

  private void fill() {
    add(server, "a", a);
    add(server, "b", b);
    s.replaceAll((member, score) -> 1.0);
    List<String> command = new ArrayList<>(List.of("SADD", "s"));
    command.addAll(s.keySet());
    server.send(command.toArray(String[]::new));
  }

  /** In the order of scores, then of members, as replies have it. */
  private static List<String> reply(Map<String, Double> members) {
    List<String> reply = new ArrayList<>();
    members.entrySet().stream()
        .sorted(
            Map.Entry.<String, Double>comparingByValue().thenComparing(Map.Entry.comparingByKey()))
        .forEach(entry -> {
          reply.add(entry.getKey());
          reply.add(String.valueOf(Math.round(entry.getValue())));
        });
    return reply;
  }

  private static Map<String, Double> union(
      Map<String, Double> one, Map<String, Double> two, DoubleBinaryOperator aggregate) {
    Map<String, Double> union = new TreeMap<>(one);
    two.forEach((member, score) -> union.merge(member, score, aggregate::applyAsDouble));
    return union;
  }

  private static Map<String, Double> intersection(
      Map<String, Double> one, Map<String, Double> two, DoubleBinaryOperator aggregate) {
    Map<String, Double> both = union(one, two, aggregate);
    both.keySet().retainAll(one.keySet());
    both.keySet().retainAll(two.keySet());
    return both;
  }

  /** Sends a command that replies members, and the one that stores them; both have to be sliced. */
  private void expect(Map<String, Double> result, String name, String arguments) {
    List<String> expected = reply(result);
    int steps = server.steps();
    String[] words = (name + " " + arguments + " WITHSCORES").split(" ");
    assertThat(strings(server.send(words))).as(arguments).isEqualTo(expected);
    assertThat(server.steps()).isGreaterThan(steps);
    server.protocol(3);
    assertThat(CommandHarness.brief(server.send(words)))
        .startsWith(
            "*" + result.size() + "\r\n*2\r\n" + KeyHarness.bulk(expected.getFirst()) + ",");
    server.protocol(2);
    server.send("ZADD", "d", "1", "old");
    assertThat(server.send((name + "STORE d " + arguments).split(" ")))
        .isEqualTo(":" + result.size() + "\r\n");
    assertThat(strings(server.send("ZRANGE", "d", "0", "-1", "WITHSCORES"))).isEqualTo(expected);
  }

  /** The words of a command with so many keys, of which most do not exist. */
  private static String[] many(int keys, String filler, String name, String... others) {
    String[] command = new String[2 + keys];
    Arrays.fill(command, filler);
    command[0] = name;
    command[1] = Integer.toString(keys);
    for (int i = 0; i < others.length; i++) {
      command[2 + i * keys / others.length] = others[i];
    }
    return command;
  }

  private void expect(Map<String, Double> result, String[] command, String... options) {
    List<String> words = new ArrayList<>(List.of(command));
    words.addAll(List.of(options));
    words.add("WITHSCORES");
    int steps = server.steps();
    assertThat(strings(server.send(words.toArray(String[]::new)))).isEqualTo(reply(result));
    assertThat(server.steps()).isGreaterThan(steps);
  }

  @Test
  void veryManyKeysAreCombinedInSlices() {
    fill();
    expect(union(a, b, Double::sum), many(20_000, "none", "ZUNION", "b", "a"));
    expect(
        union(union(a, b, Math::max), s, Math::max),
        many(2_000, "none", "ZUNION", "b", "a", "s"),
        "AGGREGATE",
        "MAX");
    Map<String, Double> few = range(MEMBERS - 20, MEMBERS + 10, 7);
    add(server, "few", few);
    Map<String, Double> all = intersection(few, a, (one, other) -> one + 1999 * other);
    expect(all, many(2_000, "a", "ZINTER", "few"));
    String[] count = many(2_000, "a", "ZINTERCARD", "few");
    assertThat(server.send(count)).isEqualTo(":20\r\n");
    Map<String, Double> difference = new TreeMap<>(a);
    difference.keySet().removeAll(b.keySet());
    expect(difference, many(2_000, "none", "ZDIFF", "a", "b"));
    expect(difference, many(900, "b", "ZDIFF", "a"));
    String[] store = new String[2_004];
    Arrays.fill(store, "few");
    store[0] = "ZINTERSTORE";
    store[1] = "few";
    store[2] = "2000";
    store[7] = "a";
    store[2_003] = "s";
    assertThat(server.send(Arrays.copyOf(store, 2_003))).isEqualTo(":20\r\n");
    assertThat(server.send(store)).startsWith("-ERR syntax error");
    assertThat(strings(server.send("ZRANGE", "few", "0", "-1", "WITHSCORES")))
        .isEqualTo(reply(intersection(few, a, (one, other) -> 1999 * one + other)));
  }

  @Test
  void resultsAreThoseOfSmallSets() {
    fill();
    expect(union(a, b, Double::sum), "ZUNION", "2 a b");
    expect(union(a, s, Math::min), "ZUNION", "3 a none s AGGREGATE MIN");
    expect(intersection(a, b, Double::sum), "ZINTER", "2 a b");
    expect(intersection(s, b, Math::max), "ZINTER", "2 b s AGGREGATE MAX");
    Map<String, Double> rest = new TreeMap<>(a);
    rest.keySet().removeAll(b.keySet());
    expect(rest, "ZDIFF", "2 a b");
    Map<String, Double> first = new TreeMap<>(a);
    first.keySet().removeAll(s.keySet());
    expect(first, "ZDIFF", "2 a s");
    assertThat(server.send("ZINTERCARD", "2", "a", "b")).isEqualTo(":" + MEMBERS / 2 + "\r\n");
    assertThat(server.send("ZINTERCARD", "2", "s", "b", "LIMIT", "9")).isEqualTo(":9\r\n");
  }

  @Test
  void anEmptyResultRemovesTheTarget() {
    fill();
    server.send("ZADD", "d", "1", "old");
    assertThat(server.send("ZDIFFSTORE", "d", "2", "a", "a")).isEqualTo(":0\r\n");
    assertThat(server.send("EXISTS", "d")).isEqualTo(":0\r\n");
    assertThat(server.send("ZDIFF", "2", "a", "a")).isEqualTo("*0\r\n");
  }

  @Test
  void rangesAreCopiedInSlices() {
    fill();
    int steps = server.steps();
    assertThat(server.send("ZRANGESTORE", "d", "a", "500", "8499")).isEqualTo(":8000\r\n");
    assertThat(server.steps()).isGreaterThan(steps);
    assertThat(strings(server.send("ZRANGE", "d", "0", "-1", "WITHSCORES")))
        .isEqualTo(reply(a).subList(1000, 17_000));
    assertThat(server.send("ZRANGESTORE", "a", "a", "0", "+inf", "BYSCORE", "LIMIT", "1", "8000"))
        .isEqualTo(":8000\r\n");
    assertThat(server.send("ZCARD", "a")).isEqualTo(":8000\r\n");
  }

  @Test
  void theTargetIsTheOldOneUntilTheEnd() {
    fill();
    server.send("ZADD", "d", "1", "old");
    assertThat(server.begin("ZUNIONSTORE", "d", "2", "a", "b")).isEmpty();
    assertThat(other.begin("ZADD", "a", "1", "new")).isEmpty();
    for (int i = 0; i < TURNS && !server.step(); i++) {
      assertThat(other.awaited()).isEmpty();
    }
    assertThat(server.awaited()).isEqualTo(":" + MEMBERS * 3 / 2 + "\r\n");
    assertThat(other.awaited()).isEqualTo(ONE);
    assertThat(other.send("ZSCORE", "d", "new")).isEqualTo("$-1\r\n");
  }

  /** Who began to read the target meanwhile reads to the end what there was. */
  @Test
  void aTargetThatIsReadStaysAsItIs() {
    fill();
    add(server, "d", range(0, 3 * MEMBERS, 5));
    assertThat(server.begin("ZUNIONSTORE", "d", "2", "a", "b")).isEmpty();
    StringBuilder reply = new StringBuilder(other.begin("ZRANGE", "d", "0", "-1"));
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
    assertThat(server.awaited()).isEqualTo(":" + MEMBERS * 3 / 2 + "\r\n");
    assertThat(server.send("ZCARD", "d")).isEqualTo(":" + MEMBERS * 3 / 2 + "\r\n");
  }

  @Test
  void readersAreNotKept() {
    fill();
    server.send("ZADD", "d", "1", "old");
    assertThat(server.begin("ZUNIONSTORE", "d", "2", "a", "b")).isEmpty();
    assertThat(other.send("ZCARD", "d")).isEqualTo(ONE);
    assertThat(other.send("ZCARD", "a")).isEqualTo(":" + MEMBERS + "\r\n");
    server.leave();
    server.runTasks();
    assertThat(other.send("ZCARD", "d")).isEqualTo(":" + MEMBERS * 3 / 2 + "\r\n");
  }

  @Test
  void aReplyIsGivenUpWithItsClient() {
    fill();
    assertThat(server.begin("ZUNION", "2", "a", "b")).isEmpty();
    server.leave();
    server.runTasks();
    assertThat(other.send("ZADD", "a", "1", "new")).isEqualTo(ONE);
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

  @Test
  void withoutMemoryNothingChanges() {
    try (CommandHarness small =
        new CommandHarness(LongSortedSetAlgebraTest::declare, Journal.NONE, 3 << 19)) {
      String one = keyIn(small, 0, 0);
      String two = keyIn(small, 1, 0);
      String target = keyIn(small, 0, 1);
      for (int i = 0; i < MEMBERS; i += 1000) {
        add(small, one, range(i, i + 1000, 7));
        add(small, two, range(MEMBERS + i, MEMBERS + i + 1000, 3));
      }
      small.send("ZADD", target, "1", "old");
      small.housekeep(0);
      long used = small.keyspace.usedBytes();
      assertThat(small.send("ZUNIONSTORE", target, "2", one, two)).isEqualTo(OUT_OF_MEMORY);
      assertThat(small.send("ZUNION", "2", one, two)).isEqualTo(OUT_OF_MEMORY);
      assertThat(small.steps()).isPositive();
      assertThat(small.send("ZCARD", target)).isEqualTo(ONE);
      small.housekeep(0);
      assertThat(small.keyspace.usedBytes()).isCloseTo(used, within(4096L));
    }
  }
}
