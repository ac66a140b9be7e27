package dev.larder.commands;

import static dev.larder.commands.CommandHarness.brief;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** LCS against the textbook's table, on short and long strings, and when they change meanwhile. */
@Tag("slow")
final class LcsTest {
  private static final String SYNTAX = "-ERR syntax error\r\n";
  private static final String TOO_LONG =
      "-ERR Insufficient memory, transient memory for LCS exceeds proto-max-bulk-len\r\n";
  private static final int MAX_BYTES = 64 << 20;

  private final CommandHarness server =
      new CommandHarness(c -> StringCommands.declare(c, () -> MAX_BYTES));
  private final long seed = Long.getLong("seed", System.identityHashCode(this));
  private final Random random = new Random(seed);

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

  /** What the table says: the matches from the end, each a run in both strings. */
  private record Expected(String text, List<int[]> runs) {

    static Expected of(String a, String b) {
      int[][] table = new int[a.length() + 1][b.length() + 1];
      for (int i = 1; i <= a.length(); i++) {
        for (int j = 1; j <= b.length(); j++) {
          table[i][j] =
              a.charAt(i - 1) == b.charAt(j - 1)
                  ? table[i - 1][j - 1] + 1
                  : Math.max(table[i - 1][j], table[i][j - 1]);
        }
      }
      StringBuilder text = new StringBuilder();
      List<int[]> runs = new ArrayList<>();
      int i = a.length();
      int j = b.length();
      while (i > 0 && j > 0) {
        if (a.charAt(i - 1) == b.charAt(j - 1)) {
          i--;
          j--;
          text.append(a.charAt(i));
          int[] last = runs.isEmpty() ? new int[3] : runs.getLast();
          if (!runs.isEmpty() && last[0] == i + 1 && last[1] == j + 1) {
            runs.set(runs.size() - 1, new int[] {i, j, last[2] + 1});
          } else {
            runs.add(new int[] {i, j, 1});
          }
        } else if (table[i - 1][j] > table[i][j - 1]) {
          i--;
        } else {
          j--;
        }
      }
      return new Expected(text.reverse().toString(), runs);
    }

    String ranges(int least, boolean withLengths) {
      StringBuilder reply = new StringBuilder();
      int count = 0;
      for (int[] run : runs) {
        if (run[2] >= least) {
          count++;
          reply.append(withLengths ? "*3\r\n" : "*2\r\n");
          for (int k = 0; k < 2; k++) {
            reply.append("*2\r\n" + integer(run[k]) + integer(run[k] + run[2] - 1));
          }
          reply.append(withLengths ? integer(run[2]) : "");
        }
      }
      return "*4\r\n"
          + bulk("matches")
          + "*"
          + count
          + "\r\n"
          + reply
          + bulk("len")
          + integer(text.length());
    }
  }

  private void compare(String a, String b) {
    String as = "seed " + seed + ", lengths " + a.length() + ", " + b.length();
    server.send("MSET", "a", a, "b", b);
    Expected expected = Expected.of(a, b);
    assertThat(server.send("LCS", "a", "b")).as(as).isEqualTo(bulk(expected.text()));
    assertThat(server.send("LCS", "a", "b", "LEN"))
        .as(as)
        .isEqualTo(integer(expected.text().length()));
    assertThat(brief(server.send("LCS", "a", "b", "IDX")))
        .as(as)
        .isEqualTo(brief(expected.ranges(0, false)));
    assertThat(brief(server.send("LCS", "a", "b", "IDX", "MINMATCHLEN", "3", "WITHMATCHLEN")))
        .as(as)
        .isEqualTo(brief(expected.ranges(3, true)));
  }

  private String text(int length, int letters) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < length; i++) {
      text.append((char) random.nextInt(letters));
    }
    return text.toString();
  }

  @Test
  void findsWhatTheTableFinds() {
    compare("ohmytext", "mynewtext");
    for (int round = 0; round < 60; round++) {
      int letters = new int[] {2, 4, 26, 256}[random.nextInt(4)];
      int most = new int[] {3, 64, 130, 700}[random.nextInt(4)];
      compare(text(1 + random.nextInt(most), letters), text(1 + random.nextInt(most), letters));
    }
    String text = text(500, 26);
    compare(text, text.substring(0, 200) + "?" + text.substring(230) + text);
  }

  @Test
  void worksInSlicesOnLongStrings() {
    String a = text(3000, 4);
    String b = text(3500, 4);
    compare(a, b);
    server.send("MSET", "a", a, "b", b);
    String expected = bulk(Expected.of(a, b).text());
    try (CommandHarness other = new CommandHarness(server)) {
      server.betweenSteps(() -> other.send("MSET", "a", "x", "b", "y"));
      assertThat(server.send("LCS", "a", "b")).as("of one moment").isEqualTo(expected);
      assertThat(server.send("LCS", "a", "b")).isEqualTo(bulk(""));
    }
  }

  @Test
  void readsLargeStrings() {
    String a = text(100_000, 200);
    compare(a, text(40, 200));
    compare(text(40, 200), a);
    assertThat(server.chunkBytes()).isLessThan(300_000);
  }

  @Test
  void answersInResp3() {
    server.send("MSET", "a", "ab", "b", "cb");
    server.protocol(3);
    assertThat(server.send("LCS", "a", "b", "IDX", "WITHMATCHLEN"))
        .isEqualTo(
            "%2\r\n"
                + bulk("matches")
                + "*1\r\n*3\r\n*2\r\n:1\r\n:1\r\n*2\r\n:1\r\n:1\r\n:1\r\n"
                + bulk("len")
                + ":1\r\n");
  }

  @Test
  void findsNothingInNothing() {
    server.send("SET", "a", "ab");
    assertThat(server.send("LCS", "a", "none")).isEqualTo(bulk(""));
    assertThat(server.send("LCS", "none", "a", "LEN")).isEqualTo(integer(0));
    assertThat(server.send("LCS", "none", "none", "IDX"))
        .isEqualTo("*4\r\n" + bulk("matches") + "*0\r\n" + bulk("len") + ":0\r\n");
    server.send("SET", "b", "xy");
    assertThat(server.send("LCS", "a", "b", "LEN")).isEqualTo(integer(0));
  }

  @Test
  void refusesNonsense() {
    server.send("MSET", "a", "ab", "b", "cb");
    assertThat(server.send("LCS", "a", "b", "FOO")).isEqualTo(SYNTAX);
    assertThat(server.send("LCS", "a", "b", "MINMATCHLEN")).isEqualTo(SYNTAX);
    assertThat(server.send("LCS", "a", "b", "MINMATCHLEN", "x"))
        .isEqualTo("-ERR value is not an integer or out of range\r\n");
    assertThat(server.send("LCS", "a", "b", "LEN", "IDX"))
        .isEqualTo("-ERR If you want both the length and indexes, please just use IDX.\r\n");
  }

  @Test
  void refusesWhatWouldTakeTooMuchMemory() {
    server.send("MSET", "a", text(4094, 4), "b", text(4096, 4), "c", text(4095, 4));
    assertThat(server.send("LCS", "a", "b")).startsWith("$");
    assertThat(server.send("LCS", "b", "c")).isEqualTo(TOO_LONG);
    assertThat(server.send("LCS", "b", "b", "LEN")).isEqualTo(TOO_LONG);
    server.limitChunks(0);
    assertThat(server.send("LCS", "a", "b"))
        .isEqualTo("-ERR Insufficient memory, failed allocating transient memory for LCS\r\n");
    server.limitChunks(-1);
  }
}
