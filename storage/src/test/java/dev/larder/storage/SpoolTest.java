package dev.larder.storage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.storage.memory.VirtualMemory;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is read from a spool is what was appended, and its memory comes back. */
final class SpoolTest {
  private static final long SEED = Long.getLong("seed", System.nanoTime());
  private static final int SCRATCH_BYTES = 1 << 20;

  private final Random random = new Random(SEED);
  private final TestKeyspace keys = new TestKeyspace(4, Journal.NONE);
  private final long scratch = VirtualMemory.reserve(SCRATCH_BYTES);

  @AfterEach
  void close() {
    keys.close();
    VirtualMemory.release(scratch, SCRATCH_BYTES);
  }

  private long chunkBytes() {
    return keys.keyspace.large().allocatedBytes();
  }

  @Test
  void givesBackWhatWasAppended() {
    int[] sizes = {0, 1, 511, 512, 513, 16_383, 16_384, 16_385, 81_919, 81_920, 81_921, 700_000};
    for (int size : sizes) {
      check(size);
      assertThat(chunkBytes()).isZero();
    }
  }

  private void check(int size) {
    byte[] all = new byte[size];
    random.nextBytes(all);
    try (Spool spool = new Spool(keys.keyspace)) {
      for (int at = 0; at < size; ) {
        int part = Math.min(1 + random.nextInt(100_000), size - at);
        byte[] bytes = Arrays.copyOfRange(all, at, at + part);
        if (random.nextBoolean()) {
          assertThat(spool.append(bytes, part)).isTrue();
        } else {
          Bytes.fromArray(bytes, 0, scratch, part);
          assertThat(spool.append(scratch, part)).isTrue();
        }
        at += part;
      }
      assertThat(spool.remaining()).isEqualTo(size);
      assertThat(readAll(spool)).as("size %d, seed %d", size, SEED).isEqualTo(all);
    }
  }

  private byte[] readAll(Spool spool) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    while (spool.remaining() > 0) {
      int part = (int) Math.min(1 + random.nextInt(100_000), spool.remaining());
      spool.read(scratch, part);
      out.writeBytes(Bytes.toArray(scratch, part));
    }
    return out.toByteArray();
  }

  @Test
  void saysWhenMemoryIsExhausted() {
    Spool spool = new Spool(keys.keyspace);
    keys.keyspace.large().limitBytes(64 * 1024);
    assertThat(spool.append(scratch, 80 * 1024)).isTrue();
    assertThat(spool.append(scratch, 1)).isFalse();
    spool.close();
    spool.close();
    assertThat(spool.remaining()).isZero();
    assertThat(chunkBytes()).isZero();
  }
}
