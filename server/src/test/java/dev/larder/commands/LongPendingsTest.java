package dev.larder.commands;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.storage.Journal;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What many pending entries take goes in slices, and is what short commands do together. */
@Tag("slow")
final class LongPendingsTest {
  private static final int ENTRIES = 9_000;

  /** Entries of a command that is done at once. */
  private static final int SHORT = 500;

  private static final int TURNS = 100_000;
  private static final Pattern ID = Pattern.compile("\\d+-\\d+");

  private final CommandHarness server = new CommandHarness(StreamCommands::declare, Journal.NONE);
  private final CommandHarness other = new CommandHarness(server);

  /** Two groups to which all is pending, of which some is deleted since. */
  @BeforeEach
  void deliver() {
    for (int i = 1; i <= ENTRIES; i++) {
      server.send("XADD", "s", i + "-1", "field", "value" + i);
    }
    for (String group : new String[] {"g", "h"}) {
      send("XGROUP CREATE s " + group + " 0");
      send("XREADGROUP GROUP " + group + " c STREAMS s >");
      for (int i = 3; i < ENTRIES; i += 100) {
        send("XCLAIM s " + group + " other 0 " + i + "-1");
      }
    }
    for (int i = 50; i < ENTRIES; i += 300) {
      send("XDEL s " + i + "-1");
    }
  }

  @AfterEach
  void close() {
    other.close();
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

  private static List<String> ids(String reply) {
    return ID.matcher(reply).results().map(MatchResult::group).toList();
  }

  /** A list of pending entries, without how long ago they were delivered. */
  private static String timeless(String list) {
    return list.replaceAll(":\\d+\r\n(:\\d+\r\n)", "$1");
  }

  private static String elements(String reply) {
    assertThat(reply).startsWith("*");
    return reply.substring(reply.indexOf("\r\n") + 2);
  }

  /** What short lists say together. */
  private String pending(String options, String consumer) {
    StringBuilder parts = new StringBuilder();
    int count = 0;
    for (int i = 1; i <= ENTRIES; i += SHORT) {
      String range = i + " " + (i + SHORT - 1) + " " + SHORT;
      String part = send("XPENDING s g " + options + range + consumer);
      parts.append(elements(timeless(part)));
      count += ids(part).size();
    }
    return "*" + count + "\r\n" + parts;
  }

  @Test
  void listsAreSliced() {
    for (String options : new String[] {"", "IDLE 0 "}) {
      for (String consumer : new String[] {"", " c"}) {
        String all = pending(options, consumer);
        assertThat(timeless(sendSliced("XPENDING s g " + options + "- + 100000" + consumer)))
            .isEqualTo(all);
        String counted = sendSliced("XPENDING s g " + options + "- + 8000" + consumer);
        assertThat(counted).startsWith("*8000\r\n");
        assertThat(elements(all)).startsWith(elements(timeless(counted)));
      }
    }
    assertThat(ids(sendSliced("XPENDING s g (10-1 8910-1 100000"))).hasSize(8900);
    assertThat(send("XPENDING s g IDLE 1000000 - + 100000")).isEqualTo("*0\r\n");
    assertThat(send("XPENDING s g - + 100000 nobody")).isEqualTo("*0\r\n");
  }

  @Test
  void aListIsOfOneMoment() {
    String begun = server.begin("XPENDING", "s", "g", "-", "+", "100000");
    assertThat(other.begin("XACK", "s", "g", "1-1")).isEmpty();
    StringBuilder list = new StringBuilder(begun);
    for (int i = 0; i < TURNS && !server.step(); i++) {
      list.append(server.awaited());
    }
    list.append(server.awaited());
    assertThat(ids(list.toString())).hasSize(ENTRIES);
    assertThat(other.awaited()).isEqualTo(":1\r\n");
  }

  /** The entries that XAUTOCLAIM replied, and those that it found gone, in that order. */
  private record Claimed(String cursor, List<String> claimed, List<String> gone) {
    static Claimed of(String reply) {
      int end = reply.lastIndexOf("\r\n*") + 2;
      List<String> all = ids(reply);
      int goneCount = ids(reply.substring(end)).size();
      return new Claimed(
          all.getFirst(),
          all.subList(1, all.size() - goneCount),
          all.subList(all.size() - goneCount, all.size()));
    }
  }

  /** What CLAIM replied, without how long entries were idle. */
  private static String ageless(String reply) {
    return reply.replaceAll("(value\\d+\r\n):\\d+\r\n", "$1");
  }

  @Test
  void readsThatClaimAreSliced() {
    for (int i = 1; i <= 3_000; i++) {
      server.send("XADD", "s", 10_000 + i + "-1", "field", "value" + i);
    }
    int left = ids(send("XRANGE s - +")).size();
    for (String group : new String[] {"g", "h"}) {
      String few = "XREADGROUP GROUP " + group + " d COUNT 5 CLAIM 1000000 STREAMS s >";
      assertThat(ids(group.equals("g") ? sendSliced(few) : send(few))).hasSize(5);
    }
    // With a limit of its bytes all is done at once.
    String atOnce = send("XREADGROUP GROUP h d CLAIM 0 MAXSIZE 100000000 STREAMS s >");
    String sliced = sendSliced("XREADGROUP GROUP g d CLAIM 0 STREAMS s >");
    assertThat(ids(sliced)).hasSize(left);
    assertThat(ageless(sliced)).isEqualTo(ageless(atOnce));
    String all = " - + 100000";
    assertThat(timeless(send("XPENDING s g" + all)))
        .isEqualTo(timeless(send("XPENDING s h" + all)));
    assertThat(send("XPENDING s g")).isEqualTo(send("XPENDING s h"));
  }

  @Test
  void claimsOfManyIdsAreSliced() {
    StringBuilder all = new StringBuilder();
    StringBuilder parts = new StringBuilder();
    int count = 0;
    for (String options : new String[] {" JUSTID", "", " FORCE RETRYCOUNT 7"}) {
      for (int from = 1; from <= ENTRIES; from += SHORT) {
        StringBuilder some = new StringBuilder();
        for (int i = from; i < from + SHORT; i++) {
          some.append(' ').append(i).append("-1");
        }
        all.append(some);
        String part = send("XCLAIM s h d 0" + some + options);
        count += ids(part).size();
        parts.append(elements(part));
      }
      String sliced = sendSliced("XCLAIM s g d 0" + all + options);
      assertThat(sliced).isEqualTo("*" + count + "\r\n" + parts);
      String range = " - + 100000";
      assertThat(timeless(send("XPENDING s g" + range)))
          .isEqualTo(timeless(send("XPENDING s h" + range)));
      all.setLength(0);
      parts.setLength(0);
      count = 0;
    }
    assertThat(sendSliced("XCLAIM s g d 0" + " 1-1".repeat(2000) + " JUSTID"))
        .startsWith("*2000\r\n");
  }

  @Test
  void claimsAreSliced() {
    for (String justId : new String[] {"", " JUSTID"}) {
      List<String> claimed = new ArrayList<>();
      List<String> gone = new ArrayList<>();
      String from = "0-0";
      do {
        Claimed part =
            Claimed.of(send("XAUTOCLAIM s h d 0 " + from + " COUNT " + SHORT + " JUSTID"));
        claimed.addAll(part.claimed);
        gone.addAll(part.gone);
        from = part.cursor;
      } while (!from.equals("0-0"));
      String reply = sendSliced("XAUTOCLAIM s g d 0 0 COUNT 100000" + justId);
      assertThat(Claimed.of(reply)).isEqualTo(new Claimed("0-0", claimed, gone));
      assertThat(reply.contains("value")).isEqualTo(justId.isEmpty());
      assertThat(send("XPENDING s g")).isEqualTo(send("XPENDING s h"));
      assertThat(gone).hasSize(justId.isEmpty() ? ENTRIES / 300 : 0);
    }
  }

  @Test
  void attemptsAreLimitedAndTheRestIsLeft() {
    assertThat(sendSliced("XAUTOCLAIM s g d 1000000 - COUNT 850"))
        .isEqualTo("*3\r\n$6\r\n8501-1\r\n*0\r\n*" + gone(8500));
    assertThat(Claimed.of(sendSliced("XAUTOCLAIM s g d 0 11 COUNT 2000 JUSTID")).cursor)
        .isEqualTo("2018-1");
  }

  /** What a walk over the first entries finds gone. */
  private static String gone(int upTo) {
    StringBuilder ids = new StringBuilder();
    int count = 0;
    for (int i = 50; i <= upTo; i += 300, count++) {
      ids.append(KeyHarness.bulk(i + "-1"));
    }
    return count + "\r\n" + ids;
  }

  @Test
  void aClaimIsFinishedWithoutTheClient() {
    assertThat(server.begin("XAUTOCLAIM", "s", "g", "d", "0", "0", "COUNT", "100000")).isEmpty();
    server.leave();
    server.runTasks();
    assertThat(ids(other.send("XPENDING", "s", "g", "-", "+", "100000", "c"))).isEmpty();
    assertThat(other.send("XPENDING", "s", "g")).startsWith("*4\r\n:" + (ENTRIES - 30) + "\r\n");
  }
}
