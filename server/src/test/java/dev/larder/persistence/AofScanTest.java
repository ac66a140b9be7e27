package dev.larder.persistence;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.persistence.AofScan.End;
import dev.larder.storage.disk.DiskFile;
import dev.larder.storage.disk.DiskFolder;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How far a file is whole, and why no further. */
final class AofScanTest {
  private static final String SET = "*3\r\n$3\r\nset\r\n$1\r\na\r\n$1\r\n1\r\n";
  private static final String MULTI = "*1\r\n$5\r\nMULTI\r\n";
  private static final String EXEC = "*1\r\n$4\r\nEXEC\r\n";
  private static final String NOTE = "#TS:1234567890\r\n";

  /** More than the window that a scan reads by. */
  private static final int LARGE_BYTES = (1 << 20) + 4321;

  @TempDir Path folder;

  private AofScan scan(String content) throws IOException {
    return scan(content, 0, new AofScan.Listener() {});
  }

  private AofScan scan(String content, long from, AofScan.Listener listener) throws IOException {
    try (DiskFile file = DiskFolder.at(folder).create("a.aof")) {
      file.writeFully(ByteBuffer.wrap(content.getBytes(ISO_8859_1)), 0);
      AofScan scan = new AofScan(file);
      scan.run(from, listener);
      return scan;
    }
  }

  private void assertEnd(String content, End end, long validBytes) throws IOException {
    AofScan scan = scan(content);
    assertThat(scan.end()).as("%s of %s", scan.problem(), content).isEqualTo(end);
    assertThat(scan.validBytes()).isEqualTo(validBytes);
    assertThat(scan.problem() == null).isEqualTo(end == End.WHOLE);
    assertThat(scan.problemOffset()).isBetween(0L, (long) content.length());
  }

  @Test
  void wholeFilesAreWhole() throws IOException {
    for (String whole :
        List.of(
            "", SET, SET + SET, MULTI + EXEC, MULTI + SET + SET + EXEC + SET, NOTE, SET + NOTE)) {
      assertEnd(whole, End.WHOLE, whole.length());
    }
    AofScan scan = scan(SET + MULTI.toLowerCase(Locale.ROOT) + SET + EXEC);
    assertThat(scan.commands()).isEqualTo(4);
    assertThat(scan.lines()).isEqualTo(7 + 3 + 7 + 3);
  }

  /** Wherever a file ends, all commands outside of an open transaction before that count. */
  @Test
  void aFileCutAnywhereIsTorn() throws IOException {
    String transaction = MULTI + SET + SET + EXEC;
    String whole = SET + NOTE + transaction + SET + MULTI + EXEC;
    List<Integer> ends = new ArrayList<>();
    ends.add(0);
    for (String part : List.of(SET, NOTE, transaction, SET, MULTI + EXEC)) {
      ends.add(ends.getLast() + part.length());
    }
    for (int length = 0; length < whole.length(); length++) {
      int bytes = length;
      int valid = ends.stream().filter(end -> end <= bytes).mapToInt(end -> end).max().orElse(0);
      assertEnd(whole.substring(0, length), valid == length ? End.WHOLE : End.TORN, valid);
      // A block that was never written reads as zeros.
      assertEnd(whole.substring(0, length) + "\0".repeat(5000), End.TORN, valid);
    }
  }

  @Test
  void whatNoCutExplainsIsDamage() throws IOException {
    for (String damage :
        List.of(
            "hello\r\n" + SET,
            "*3\n",
            "*x\r\n",
            "*0\r\n",
            "*-1\r\n",
            "*3\r\n:3\r\n",
            "*1\r\n$-1\r\n",
            "*1\r\n$99999999999\r\n",
            "*1\r\n$3\r\nsetxx\r\n",
            "*1\r\n$3\r\nset\r\r",
            "*" + "1".repeat(100) + "\r\n",
            "#" + "n".repeat(2000) + "\r\n",
            "\0\0\0\0" + SET,
            SET.substring(0, 20) + "\0\0\0\0\0\0\0\0" + SET,
            EXEC,
            SET.substring(0, 10) + SET)) {
      assertEnd(SET + damage, End.DAMAGED, SET.length());
    }
    assertEnd(SET + MULTI + SET + MULTI + SET + EXEC, End.DAMAGED, SET.length());
    assertEnd(SET + MULTI + SET + EXEC + EXEC, End.DAMAGED, (SET + MULTI + SET + EXEC).length());
  }

  @Test
  void problemsAreToldWithTheirPlace() throws IOException {
    AofScan scan = scan(SET + "*2\r\n$3\r\nget\r\n:1\r\n");
    assertThat(scan.problem()).isEqualTo("Expected prefix '$', got: ':'");
    assertThat(scan.problemOffset()).isEqualTo(SET.length() + 13);
    assertThat(scan("*1\r\n$9\r\nab").problem())
        .isEqualTo("Expected to read 11 bytes, got 2 bytes");
    assertThat(scan(MULTI).problem()).isEqualTo("Reached EOF before reading EXEC for MULTI");
  }

  @Test
  void argumentsOfAnySizeAreSkipped() throws IOException {
    String large = "*2\r\n$" + LARGE_BYTES + "\r\n" + "x".repeat(LARGE_BYTES) + "\r\n$1\r\n1\r\n";
    assertEnd(large + SET, End.WHOLE, large.length() + SET.length());
    assertEnd(large.substring(0, LARGE_BYTES + 11), End.TORN, 0);
    assertEnd(SET + large.replace("x\r\n", "xx\r\n"), End.DAMAGED, SET.length());
    // Commands lie across the ends of windows, at every offset.
    String many = SET.repeat(40_000);
    assertEnd(many, End.WHOLE, many.length());
  }

  @Test
  void timestampsAreHeardUntilItIsEnough() throws IOException {
    List<Long> heard = new ArrayList<>();
    AofScan.Listener listener =
        new AofScan.Listener() {
          @Override
          public boolean timestamp(long offset, long seconds) {
            heard.add(offset);
            heard.add(seconds);
            return seconds < 20;
          }
        };
    String stamped = "#TS:10\r\n" + SET + "#TS:x\r\n#other\r\n#TS:20\r\n" + SET;
    AofScan scan = scan("REDIS" + stamped, 5, listener);
    long second = 5 + 8 + SET.length() + 7 + 8;
    assertThat(heard).containsExactly(5L, 10L, second, 20L);
    assertThat(scan.validBytes()).isEqualTo(second);
    assertThat(scan.problem()).isNull();
  }
}
