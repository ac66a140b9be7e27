package dev.larder.storage.journal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.storage.disk.SimulatedDisk;
import dev.larder.storage.memory.Memory;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Blocks of every length and making, published in any order, beside a list of byte arrays. */
final class BlockJournalModelTest {
  private static final long SEED = Long.getLong("seed", System.nanoTime());
  private static final int OPERATIONS = 20_000;
  private static final int APPENDERS = 5;

  /** Between contexts lies what they are, in text. */
  private static final BlockPrefix PREFIX =
      (left, expected, address) -> {
        byte[] text = prefix(left, expected);
        Memory.copyFromArray(text, 0, address, text.length);
        return text.length;
      };

  private final Random random = new Random(SEED);
  private final List<Appender> appenders = new ArrayList<>();
  private final ByteArrayOutputStream[] bodies = new ByteArrayOutputStream[APPENDERS];
  private final long[] sequences = new long[APPENDERS];
  private final int[] prefixes = new int[APPENDERS];

  /** Bytes, expected and left contexts of what is published and not yet merged. */
  private record Block(byte[] bytes, long expected, long left) {}

  private final TreeMap<Long, Block> published = new TreeMap<>();
  private final ByteArrayOutputStream file = new ByteArrayOutputStream();
  private long merged;
  private long context = BlockPrefix.FRESH;
  private int files = 1;

  @Test
  void fileIsAllBlocksInOrder() throws IOException {
    SimulatedDisk disk = new SimulatedDisk(SEED);
    disk.setWritesShort(true);
    try (TestJournal test = new TestJournal(disk, FsyncPolicy.NO, PREFIX)) {
      for (int i = 0; i < APPENDERS; i++) {
        appenders.add(test.journal.newAppender());
      }
      for (int i = 0; i < OPERATIONS; i++) {
        operate(test);
      }
      for (int i = 0; i < APPENDERS; i++) {
        publish(i);
      }
      compare(test);
      assertThat(test.journal.pendingBytes()).isZero();
      assertThat(test.journal.memoryBytes()).isLessThanOrEqualTo(APPENDERS * 65_536L);
      assertThat(test.journal.writtenBytes()).isGreaterThan(OPERATIONS);
    }
  }

  private void operate(TestJournal test) throws IOException {
    int which = random.nextInt(APPENDERS);
    switch (random.nextInt(12)) {
      case 0, 1, 2 -> open(which);
      case 3, 4, 5, 6 -> add(which);
      case 7, 8, 9 -> publish(which);
      case 10 -> test.round();
      default -> {
        if (random.nextInt(20) == 0) {
          compare(test);
        }
        if (random.nextInt(40) == 0) {
          change(test, which);
        }
      }
    }
  }

  private void open(int which) {
    if (bodies[which] == null) {
      prefixes[which] = random.nextBoolean() ? 0 : random.nextInt(257);
      sequences[which] = appenders.get(which).open(prefixes[which]);
      bodies[which] = new ByteArrayOutputStream();
    }
  }

  private void add(int which) {
    Appender appender = appenders.get(which);
    if (bodies[which] == null) {
      return;
    }
    byte[] bytes = new byte[length()];
    random.nextBytes(bytes);
    if (random.nextBoolean()) {
      TestBlocks.append(appender, bytes);
      bodies[which].writeBytes(bytes);
    } else {
      int claimed = Math.min(bytes.length + random.nextInt(50), Appender.MAX_CLAIM_BYTES);
      int used = Math.min(bytes.length, claimed);
      long address = appender.claim(claimed);
      Memory.copyFromArray(bytes, 0, address, used);
      appender.advance(used);
      bodies[which].write(bytes, 0, used);
    }
    assertThat(appender.bodyBytes()).isEqualTo(bodies[which].size());
  }

  private int length() {
    return switch (random.nextInt(30)) {
      case 0 -> random.nextInt(400_000);
      case 1, 2 -> random.nextInt(70_000);
      case 3, 4, 5 -> random.nextInt(5000);
      default -> random.nextInt(100);
    };
  }

  private void publish(int which) {
    ByteArrayOutputStream body = bodies[which];
    if (body == null) {
      return;
    }
    Appender appender = appenders.get(which);
    byte[] prefix = new byte[prefixes[which]];
    random.nextBytes(prefix);
    Memory.copyFromArray(prefix, 0, appender.prefixAddress(), prefix.length);
    boolean withPrefix = random.nextBoolean();
    long expected = random.nextInt(3);
    long left = random.nextInt(4) == 0 ? random.nextInt(3) : expected;
    appender.publish(expected, left, withPrefix);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.writeBytes(withPrefix ? prefix : new byte[0]);
    bytes.writeBytes(body.toByteArray());
    published.put(sequences[which], new Block(bytes.toByteArray(), expected, left));
    bodies[which] = null;
  }

  private void compare(TestJournal test) throws IOException {
    test.round();
    merge();
    assertThat(test.content("incr." + files)).as("seed %d", SEED).isEqualTo(file.toByteArray());
    assertThat(test.journal.fileBytes()).isEqualTo(file.size());
    assertThat(test.journal.drawn()).isGreaterThanOrEqualTo(merged);
  }

  private void merge() {
    Block next = published.remove(merged + 1);
    while (next != null) {
      merged++;
      if (next.bytes().length > 0) {
        if (next.expected() != context) {
          file.writeBytes(prefix(context, next.expected()));
        }
        context = next.left();
        file.writeBytes(next.bytes());
      }
      next = published.remove(merged + 1);
    }
  }

  /** Another file, exactly after a block that is not the last one merged. */
  private void change(TestJournal test, int which) throws IOException {
    for (int i = 0; i < APPENDERS; i++) {
      publish(i);
    }
    open(which);
    test.journal.switchAfter(sequences[which], test.newFile("incr." + (files + 1)), 0);
    add(which);
    publish(which);
    merge();
    byte[] old = file.toByteArray();
    file.reset();
    context = BlockPrefix.FRESH;
    open(which);
    add(which);
    publish(which);
    compareAfterSwitch(test, old);
  }

  private void compareAfterSwitch(TestJournal test, byte[] old) throws IOException {
    test.round();
    test.force();
    assertThat(test.content("incr." + files)).as("seed %d", SEED).isEqualTo(old);
    files++;
    assertThat(test.journal.isSwitching()).isFalse();
    compare(test);
    test.disk.root().delete("incr." + (files - 1));
  }

  private static byte[] prefix(long left, long expected) {
    return ByteBuffer.allocate(16).putLong(left).putLong(expected).array();
  }
}
