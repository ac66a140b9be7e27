package dev.larder.persistence;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.storage.Bytes;
import dev.larder.storage.Views;
import dev.larder.storage.disk.DiskFile;
import dev.larder.storage.disk.DiskFolder;
import dev.larder.storage.journal.Appender;
import dev.larder.storage.journal.BlockJournal;
import dev.larder.storage.journal.BlockPrefix;
import dev.larder.storage.journal.JournalFailure;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What units write, as it arrives in the file: framing, transactions, databases, timestamps. */
final class CommandTextTest {
  private static final String FILE = "a.aof";
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(30);

  @TempDir Path folder;

  /** What the journal calls when it cannot go on. */
  private static final JournalFailure UNEXPECTED =
      new JournalFailure() {
        @Override
        public void stopped(String file, Throwable cause) {
          throw new AssertionError(cause);
        }

        @Override
        public void forceFailed(String file, IOException cause) {
          throw new AssertionError(cause);
        }
      };

  private interface Work {
    void run(AofUnit unit, Appender appender);
  }

  private String written(Work work) throws Exception {
    try (DiskFile file = DiskFolder.at(folder).create(FILE)) {
      BlockJournal journal = new BlockJournal(0, 1 << 28, new AofContext(), UNEXPECTED);
      journal.start();
      Appender appender = journal.newAppender();
      long first = appender.open(0);
      journal.switchAfter(first, file, 0);
      appender.publish(BlockPrefix.FRESH, BlockPrefix.FRESH, false);
      work.run(new AofUnit(appender, CommandTextTest::noViews), appender);
      appender.announce();
      assertThat(journal.drain(PATIENCE_NANOS)).isTrue();
      journal.close();
    }
    return Files.readString(folder.resolve(FILE), ISO_8859_1);
  }

  private static Views noViews() {
    throw new AssertionError("nothing needs views");
  }

  private static String command(String... words) {
    return new String(CommandText.head(words.length, words), ISO_8859_1);
  }

  private static void one(AofUnit unit, int database, String word, long seconds) {
    long unused = unit.open();
    unit.command(database, CommandText.head(1, word));
    unit.publish(seconds);
  }

  @Test
  void argumentsAreFramed() throws Exception {
    String file =
        written((unit, appender) -> {
          long unused = unit.open();
          unit.command(0, CommandText.head(9, "W"))
              .number(0)
              .number(1234567890123456789L)
              .id(-1L, 0)
              .score(0.5)
              .score(Double.NEGATIVE_INFINITY)
              .raw(CommandText.arguments("PXAT", ""))
              .number(9);
          unit.publish(0);
        });
    assertThat(file)
        .isEqualTo(
            command("SELECT", "0")
                + command(
                    "W",
                    "0",
                    "1234567890123456789",
                    "18446744073709551615-0",
                    "0.5",
                    "-inf",
                    "PXAT",
                    "",
                    "9"));
  }

  /** Around the size from which an argument is copied in pieces, and far above. */
  @Test
  void argumentsOfAnySizeAreFramed() throws Exception {
    StringBuilder expected = new StringBuilder(command("SELECT", "0"));
    int[] sizes = {0, 1, 32_743, 32_744, 32_745, 65_535, 65_536, 3_000_000};
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment memory = arena.allocate(3_000_001);
      memory.fill((byte) 'x');
      String file =
          written((unit, appender) -> {
            for (int size : sizes) {
              long unused = unit.open();
              unit.command(0, CommandText.head(3, "W")).bytes(memory.address(), size).number(1);
              unit.publish(0);
            }
          });
      for (int size : sizes) {
        expected.append(command("W", "x".repeat(size), "1"));
      }
      assertThat(file.equals(expected.toString())).isTrue();
    }
  }

  @Test
  void severalCommandsAreATransaction() throws Exception {
    String file =
        written((unit, appender) -> {
          one(unit, 0, "A", 0);
          long unused = unit.open();
          unit.command(0, CommandText.head(1, "B"));
          unit.command(0, CommandText.head(1, "C"));
          unit.publish(0);
          one(unit, 0, "D", 0);
          unused = unit.open();
          unit.publish(0);
        });
    assertThat(file)
        .isEqualTo(
            command("SELECT", "0")
                + command("A")
                + command("MULTI")
                + command("B")
                + command("C")
                + command("EXEC")
                + command("D"));
  }

  /** The database is selected where it changes: between units and within one. */
  @Test
  void databasesAreSelected() throws Exception {
    String file =
        written((unit, appender) -> {
          one(unit, 3, "A", 0);
          one(unit, 3, "B", 0);
          long unused = unit.open();
          unit.command(3, CommandText.head(1, "C"));
          unit.command(15, CommandText.head(1, "D"));
          unit.command(15, CommandText.head(1, "E"));
          unit.publish(0);
          one(unit, 15, "F", 0);
          one(unit, 0, "G", 0);
          unused = unit.open();
          unit.publish(0);
          one(unit, 0, "H", 0);
        });
    assertThat(file)
        .isEqualTo(
            command("SELECT", "3")
                + command("A")
                + command("B")
                + command("MULTI")
                + command("C")
                + command("SELECT", "15")
                + command("D")
                + command("E")
                + command("EXEC")
                + command("F")
                + command("SELECT", "0")
                + command("G")
                + command("H"));
  }

  @Test
  void aSecondIsNotedOnce() throws Exception {
    String file =
        written((unit, appender) -> {
          one(unit, 0, "A", 0);
          one(unit, 0, "B", 1_700_000_000);
          one(unit, 0, "C", 1_700_000_000);
          one(unit, 1, "D", 1_700_000_001);
          one(unit, 1, "E", 0);
        });
    assertThat(file)
        .isEqualTo(
            command("SELECT", "0")
                + command("A")
                + "#TS:1700000000\r\n"
                + command("B")
                + command("C")
                + "#TS:1700000001\r\n"
                + command("SELECT", "1")
                + command("D")
                + command("E"));
  }

  @Test
  void aPrefixFitsIntoItsRoom() {
    try (Arena arena = Arena.ofConfined()) {
      long address = arena.allocate(BlockPrefix.MAX_BYTES).address();
      int length =
          new AofContext()
              .write(BlockPrefix.FRESH, AofContext.of(1_000_000, 99_999_999_999L), address);
      assertThat(new String(Bytes.toArray(address, length), ISO_8859_1))
          .isEqualTo("#TS:99999999999\r\n" + command("SELECT", "1000000"));
    }
  }
}
