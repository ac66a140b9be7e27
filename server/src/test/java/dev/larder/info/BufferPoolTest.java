package dev.larder.info;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class BufferPoolTest {
  private static BufferPool pool(long held, long lent) {
    return new BufferPool(() -> held, () -> lent, 3);
  }

  private static void assertParts(BufferPool pool, long used, long base) {
    assertThat(pool.usedBytes()).isEqualTo(used);
    assertThat(pool.baseBytes()).isEqualTo(base);
  }

  @Test
  void allIsUsedOrBase() {
    assertParts(pool(0, 0), 0, 0);
    assertParts(pool(2, 1), 0, 2);
    assertParts(pool(6, 3), 0, 6);
    assertParts(pool(6, 5), 2, 4);
    assertParts(pool(6, 6), 3, 3);
    assertParts(pool(10, 1), 4, 6);
    assertParts(pool(10, 9), 6, 4);
  }

  /** Both are read one after the other. */
  @Test
  void lentMayBeMoreThanHeldForAMoment() {
    assertParts(pool(2, 9), 6, 0);
  }
}
