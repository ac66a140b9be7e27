package dev.larder.commands;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.storage.Journal;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Replies of long streams go out in slices, and are what short replies say together. */
@Tag("slow")
final class LongStreamRepliesTest {
  private static final int ENTRIES = 9_000;

  /** Entries of a reply that is written at once. */
  private static final int SHORT = 1_000;

  private final CommandHarness server = new CommandHarness(StreamCommands::declare, Journal.NONE);

  @BeforeEach
  void fill() {
    for (int i = 1; i <= ENTRIES; i++) {
      server.send("XADD", "s", i + "-" + i % 7, "field" + i % 3, "value" + i, "f", "-".repeat(30));
      if (i % 50 == 0) {
        send("XDEL s " + (i - 1) + "-" + (i - 1) % 7);
      }
    }
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

  /** What ranges of {@code SHORT} milliseconds say together. */
  private String ascending(int from, int to) {
    StringBuilder parts = new StringBuilder();
    int count = 0;
    for (int i = from; i <= to; i += SHORT) {
      String part = send("XRANGE s " + i + " " + Math.min(to, i + SHORT - 1));
      parts.append(elements(part));
      count += count(part);
    }
    return "*" + count + "\r\n" + parts;
  }

  private String descending(int from, int to) {
    StringBuilder parts = new StringBuilder();
    int count = 0;
    for (int i = from; i >= to; i -= SHORT) {
      String part = send("XREVRANGE s " + i + " " + Math.max(to, i - SHORT + 1));
      parts.append(elements(part));
      count += count(part);
    }
    return "*" + count + "\r\n" + parts;
  }

  private static void assertSame(String actual, String expected) {
    assertThat(CommandHarness.brief(actual)).isEqualTo(CommandHarness.brief(expected));
  }

  @Test
  void rangesAreSliced() {
    for (int protocol = 2; protocol <= 3; protocol++) {
      server.protocol(protocol);
      assertSame(sendSliced("XRANGE s - +"), ascending(1, ENTRIES));
      assertSame(sendSliced("XRANGE s 33 8501"), ascending(33, 8501));
      assertSame(sendSliced("XREVRANGE s + -"), descending(ENTRIES, 1));
      assertSame(sendSliced("XREVRANGE s 8999 3"), descending(8999, 3));
    }
  }

  @Test
  void countsLimitRanges() {
    String all = elements(send("XRANGE s - +"));
    String counted = sendSliced("XRANGE s - + COUNT 8000");
    assertThat(count(counted)).isEqualTo(8000);
    assertThat(all.startsWith(elements(counted))).isTrue();
    assertSame(
        sendSliced("XREVRANGE s + - COUNT 8000").substring(0, 60_000),
        "*8000" + descending(ENTRIES, 1).substring(5, 60_000));
    assertSame(sendSliced("XRANGE s - + COUNT 100000"), ascending(1, ENTRIES));
  }

  private static String bulk(String text) {
    return KeyHarness.bulk(text);
  }

  @Test
  void readsAreSliced() {
    send("XADD t 5-5 a b");
    send("XADD u 5-5 a b");
    String all = ascending(1, ENTRIES);
    String one = send("XRANGE t - +");
    for (int protocol = 2; protocol <= 3; protocol++) {
      server.protocol(protocol);
      String pair = protocol == 2 ? "*2\r\n" : "";
      String header = protocol == 2 ? "*" : "%";
      assertSame(sendSliced("XREAD STREAMS s 0"), header + "1\r\n" + pair + bulk("s") + all);
      assertSame(
          sendSliced("XREAD STREAMS t none s u s 0 0 4000-9 5-5 0"),
          header
              + "3\r\n"
              + (pair + bulk("t") + one)
              + (pair + bulk("s") + ascending(4001, ENTRIES))
              + (pair + bulk("s") + all));
      String limited = sendSliced("XREAD COUNT 8000 MAXCOUNT 8001 STREAMS s t u 0 0 0");
      String first = "*8000\r\n" + elements(all).substring(0, limited.length() / 2);
      assertThat(limited.startsWith(header + "2\r\n" + pair + bulk("s") + first)).isTrue();
      assertThat(limited).endsWith(pair + bulk("t") + one);
      assertThat(sendSliced("XREAD MAXCOUNT 8000 STREAMS s t 0 0"))
          .startsWith(header + "1\r\n" + pair + bulk("s") + "*8000\r\n");
      server.protocol(2);
    }
  }

  @Test
  void groupReadsAreSliced() {
    send("XADD t 5-5 a b");
    String all = ascending(1, ENTRIES);
    String one = send("XRANGE t - +");
    for (int protocol = 2; protocol <= 3; protocol++) {
      server.protocol(protocol);
      String pair = protocol == 2 ? "*2\r\n" : "";
      String header = protocol == 2 ? "*" : "%";
      for (String key : new String[] {"s", "t"}) {
        send("XGROUP DESTROY " + key + " g");
        send("XGROUP CREATE " + key + " g 0");
      }
      assertSame(
          sendSliced("XREADGROUP GROUP g first STREAMS t s > >"),
          header + "2\r\n" + (pair + bulk("t") + one) + (pair + bulk("s") + all));
      assertThat(send("XREADGROUP GROUP g first STREAMS s >")).doesNotContain("value");
      assertThat(send("XPENDING s g"))
          .isEqualTo(
              "*4\r\n:%d\r\n%s%s*1\r\n*2\r\n%s%s"
                  .formatted(
                      count(all),
                      bulk("1-1"),
                      bulk(ENTRIES + "-" + ENTRIES % 7),
                      bulk("first"),
                      bulk(String.valueOf(count(all)))));
      assertSame(
          sendSliced("XREADGROUP GROUP g first STREAMS s t 0 5-5"),
          header + "2\r\n" + (pair + bulk("s") + all) + (pair + bulk("t") + "*0\r\n"));
      assertSame(
          sendSliced("XREADGROUP GROUP g first COUNT 5000 STREAMS s 500-9"),
          header + "1\r\n" + pair + bulk("s") + send("XRANGE s 501 + COUNT 5000"));
    }
  }

  @Test
  void limitedGroupReadsAreSliced() {
    send("XADD t 5-5 a b");
    send("XGROUP CREATE s g 0");
    send("XGROUP CREATE t g 0");
    String limited = sendSliced("XREADGROUP GROUP g c MAXCOUNT 3000 STREAMS s t > >");
    assertSame(limited, "*1\r\n*2\r\n" + bulk("s") + send("XRANGE s - + COUNT 3000"));
    assertThat(send("XPENDING t g")).startsWith("*4\r\n:0\r\n");
    String rest = sendSliced("XREADGROUP GROUP g c NOACK STREAMS t s > >");
    assertThat(rest).startsWith("*2\r\n*2\r\n" + bulk("t"));
    assertThat(rest).endsWith(elements(send("XREVRANGE s + - COUNT 1")));
    assertThat(send("XPENDING s g")).startsWith("*4\r\n:3000\r\n");
    assertThat(send("XPENDING t g")).startsWith("*4\r\n:0\r\n");
    assertThat(send("XREADGROUP GROUP g c STREAMS s >")).isEqualTo("*-1\r\n");
  }

  @Test
  void aDeliveryIsFinishedWithoutTheClient() {
    try (CommandHarness other = new CommandHarness(server)) {
      send("XGROUP CREATE s g 0");
      assertThat(server.begin("XREADGROUP", "GROUP", "g", "c", "STREAMS", "s", ">")).isEmpty();
      server.step();
      assertThat(other.begin("XPENDING", "s", "g")).isEmpty();
      server.leave();
      server.runTasks();
      assertThat(other.awaited()).startsWith("*4\r\n:" + count(send("XRANGE s - +")) + "\r\n");
      assertThat(other.send("XREADGROUP", "GROUP", "g", "c", "STREAMS", "s", ">"))
          .isEqualTo("*-1\r\n");
      server.begin("XREADGROUP", "GROUP", "g", "c", "STREAMS", "s", "0");
      server.leave();
      assertThat(other.send("XDEL", "s", "1-1")).isEqualTo(":1\r\n");
    }
  }

  @Test
  void writersWaitForTheReply() {
    try (CommandHarness other = new CommandHarness(server)) {
      String begun = server.begin("XREAD", "STREAMS", "s", "0");
      assertThat(other.begin("XADD", "s", "99999-0", "a", "b")).isEmpty();
      StringBuilder reply = new StringBuilder(begun);
      boolean isDone = false;
      while (!isDone) {
        assertThat(other.awaited()).isEmpty();
        isDone = server.step();
        reply.append(server.awaited());
      }
      assertSame(reply.toString(), "*1\r\n*2\r\n" + bulk("s") + ascending(1, ENTRIES));
      assertThat(other.awaited()).contains("99999-0");
    }
  }

  @Test
  void aReaderThatGoesAwayFreesTheStream() {
    try (CommandHarness other = new CommandHarness(server)) {
      server.begin("XRANGE", "s", "-", "+");
      server.leave();
      assertThat(other.send("XDEL", "s", "1-1")).isEqualTo(":1\r\n");
      server.begin("XREAD", "STREAMS", "s", "0");
      server.leave();
      assertThat(other.send("XDEL", "s", "2-2")).isEqualTo(":1\r\n");
    }
  }

  @Test
  void consumersAndGroupsAreRemovedInSlices() {
    send("XGROUP CREATE s g 0");
    String all = send("XREADGROUP GROUP g c STREAMS s >");
    int count = Integer.parseInt(all.substring(16, all.indexOf("\r\n", 16)));
    send("XREADGROUP GROUP g other COUNT 10 STREAMS s >");
    String last = elements(send("XRANGE s 9000 +")).substring(4).split("\r\n")[1];
    send("XCLAIM s g other 0 " + last);
    int steps = server.steps();
    assertThat(send("XGROUP DELCONSUMER s g c")).isEqualTo(":" + (count - 1) + "\r\n");
    assertThat(server.steps()).isGreaterThan(steps);
    assertThat(send("XPENDING s g")).startsWith("*4\r\n:1\r\n" + bulk(last));
    send("XGROUP SETID s g 0");
    send("XREADGROUP GROUP g c STREAMS s >");
    assertThat(send("XGROUP DESTROY s g")).isEqualTo(":1\r\n");
    assertThat(send("XINFO GROUPS s")).isEqualTo("*0\r\n");
  }

  @Test
  void trimmingIsSliced() {
    send("XGROUP CREATE s g 0");
    send("XREADGROUP GROUP g c COUNT 8000 STREAMS s >");
    send("XACK s g 2-2 3-3 5-5");
    int length = count(send("XRANGE s - +"));
    int steps = server.steps();
    assertThat(send("XTRIM s MAXLEN = 100 ACKED")).isEqualTo(":3\r\n");
    assertThat(server.steps()).isGreaterThan(steps);
    steps = server.steps();
    assertThat(send("XTRIM s MINID = 5000 DELREF"))
        .isEqualTo(":" + (length - 3 - count(send("XRANGE s 5000 +"))) + "\r\n");
    assertThat(server.steps()).isGreaterThan(steps);
    String first = send("XRANGE s - + COUNT 1");
    assertThat(first).contains(bulk("5000-2"));
    assertThat(send("XPENDING s g")).contains(bulk("5000-2")).doesNotContain(bulk("1-1"));
    steps = server.steps();
    assertThat(send("XADD s MAXLEN 10 DELREF 99999-0 a b")).isEqualTo(bulk("99999-0"));
    assertThat(server.steps()).isGreaterThan(steps);
    assertThat(send("XLEN s")).isEqualTo(":10\r\n");
  }

  @Test
  void trimmingIsFinishedWithoutTheClient() {
    try (CommandHarness other = new CommandHarness(server)) {
      send("XGROUP CREATE s g 0");
      assertThat(server.begin("XTRIM", "s", "MAXLEN", "5", "DELREF")).isEmpty();
      server.leave();
      server.runTasks();
      assertThat(other.send("XLEN", "s")).isEqualTo(":5\r\n");
    }
  }
}
