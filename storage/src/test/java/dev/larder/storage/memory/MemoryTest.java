package dev.larder.storage.memory;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Comparing ranges, against the JDK's comparison of arrays. */
final class MemoryTest {
  private static final int BYTES = 1 << 16;

  private final long left = VirtualMemory.reserve(BYTES);
  private final long right = VirtualMemory.reserve(BYTES);

  @AfterEach
  void close() {
    VirtualMemory.release(left, BYTES);
    VirtualMemory.release(right, BYTES);
  }

  @Test
  void comparesAsUnsignedBytes() {
    long seed = Long.getLong("seed", System.identityHashCode(this) * 31L + 13);
    System.getLogger("test").log(System.Logger.Level.INFO, "-Dseed=" + seed);
    Random random = new Random(seed);
    for (int i = 0; i < 5_000; i++) {
      byte[] a = new byte[random.nextInt(40)];
      random.nextBytes(a);
      byte[] b = Arrays.copyOf(a, random.nextInt(40));
      if (b.length > 0 && random.nextInt(4) > 0) {
        b[random.nextInt(b.length)] = (byte) random.nextInt();
      }
      Memory.copyFromArray(a, 0, left, a.length);
      Memory.copyFromArray(b, 0, right, b.length);
      assertThat(Integer.signum(Memory.compare(left, a.length, right, b.length)))
          .as("seed %d", seed)
          .isEqualTo(Integer.signum(Arrays.compareUnsigned(a, b)));
    }
  }
}
