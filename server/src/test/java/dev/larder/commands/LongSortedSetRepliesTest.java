package dev.larder.commands;

import static dev.larder.commands.KeyHarness.strings;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Replies of large sorted sets go out in slices, and are what short replies say together. */
@Tag("slow")
final class LongSortedSetRepliesTest {
  private static final int MEMBERS = 12_000;

  /** Members of a reply that is written at once. */
  private static final int SHORT = 1_000;

  private static final String TAIL = "-".repeat(40);

  private final CommandHarness server =
      new CommandHarness(c -> {
        SortedSetCommands.declare(c);
        SortedSetRangeCommands.declare(c);
        SortedSetAlgebraCommands.declare(c);
        GeoCommands.declare(c);
      });

  @BeforeEach
  void fill() {
    List<String> add = new ArrayList<>(List.of("ZADD", "z"));
    List<String> addEqual = new ArrayList<>(List.of("ZADD", "equal"));
    for (int i = 0; i < MEMBERS; i++) {
      add.addAll(List.of(String.valueOf(i / 3 - 0.5), "member" + i + TAIL));
      addEqual.addAll(List.of("0", "member" + i + TAIL));
    }
    server.send(add.toArray(String[]::new));
    server.send(addEqual.toArray(String[]::new));
  }

  @AfterEach
  void close() {
    server.close();
  }

  private String send(String command) {
    return server.send(command.split(" "));
  }

  private String sendSliced(String command) {
    int steps = server.steps();
    String reply = send(command);
    assertThat(server.steps()).as(command).isGreaterThan(steps);
    return reply;
  }

  private static String elements(String reply) {
    assertThat(reply).startsWith("*");
    return reply.substring(reply.indexOf("\r\n") + 2);
  }

  private static int count(String reply) {
    return Integer.parseInt(reply.substring(1, reply.indexOf("\r\n")));
  }

  /** Compares a long range with many short ones, in both protocols. */
  private void compare(String longRange, String shortRange, String options) {
    for (int protocol = 2; protocol <= 3; protocol++) {
      server.protocol(protocol);
      String whole = sendSliced(longRange + options);
      StringBuilder parts = new StringBuilder();
      int count = 0;
      for (int i = 0; i < MEMBERS; i += SHORT) {
        String part = send(shortRange.formatted(i, i + SHORT - 1, SHORT) + options);
        parts.append(elements(part));
        count += count(part);
      }
      assertThat(count(whole)).as(longRange).isEqualTo(count);
      assertThat(elements(whole).contentEquals(parts)).as(longRange + options).isTrue();
    }
  }

  @Test
  void rangesOfRanksAreSliced() {
    for (String options : new String[] {"", " WITHSCORES"}) {
      compare("ZRANGE z 0 -1", "ZRANGE z %d %d", options);
      compare("ZRANGE z 0 -1 REV", "ZRANGE z %d %d REV", options);
      compare("ZREVRANGE z 0 -1", "ZREVRANGE z %d %d", options);
    }
  }

  @Test
  void rangesOfScoresAreSliced() {
    for (String options : new String[] {"", " WITHSCORES"}) {
      compare("ZRANGEBYSCORE z -inf +inf", "ZRANGEBYSCORE z -inf +inf LIMIT %1$d %3$d", options);
      compare(
          "ZREVRANGEBYSCORE z (5000 -1", "ZREVRANGEBYSCORE z (5000 -1 LIMIT %1$d %3$d", options);
    }
  }

  @Test
  void limitsAreKept() {
    String all = elements(send("ZRANGE z 0 -1"));
    String limited = sendSliced("ZRANGE z 3 +inf BYSCORE LIMIT 7 11000");
    assertThat(count(limited)).isEqualTo(11_000);
    assertThat(all).contains(elements(limited));
  }

  @Test
  void rangesOfMembersAreSliced() {
    compare("ZRANGEBYLEX equal - +", "ZRANGEBYLEX equal - + LIMIT %1$d %3$d", "");
    compare("ZREVRANGEBYLEX equal + -", "ZREVRANGEBYLEX equal + - LIMIT %1$d %3$d", "");
  }

  @Test
  void randomMembersAreSliced() {
    assertThat(strings(sendSliced("ZRANDMEMBER z -9000"))).hasSize(9_000);
    assertThat(new HashSet<>(strings(sendSliced("ZRANDMEMBER z 9000")))).hasSize(9_000);
    assertThat(strings(sendSliced("ZRANDMEMBER z 12000 WITHSCORES"))).hasSize(24_000);
    assertThat(new HashSet<>(strings(send("ZRANDMEMBER z 2000")))).hasSize(2_000);
    assertThat(strings(send("ZRANDMEMBER z 2048 WITHSCORES"))).hasSize(4_096);
    assertThat(send("ZRANDMEMBER z -1048577")).isEqualTo("-ERR value is out of range\r\n");
  }
}
