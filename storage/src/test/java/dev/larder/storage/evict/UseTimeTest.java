package dev.larder.storage.evict;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.storage.memory.VirtualMemory;
import dev.larder.storage.table.Record;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class UseTimeTest {
  private static final long NOW = 1_800_000_000_000L;
  private static final long DAY = 86_400_000;

  private long record;

  @BeforeEach
  void reserve() {
    record = VirtualMemory.reserve(4096);
  }

  @AfterEach
  void release() {
    VirtualMemory.release(record, 4096);
  }

  private long idle(long now) {
    return now - UseTime.lastMillis(record, now);
  }

  @Test
  void tellsWhenAKeyWasUsed() {
    UseTime.stamp(record, NOW, 0);
    for (long later = 0; later < 30_000; later += 7) {
      assertThat(idle(NOW + later)).isBetween(later, later + 8);
    }
  }

  /** Rounds come as often as is asked for, give or take a half. */
  @Test
  void growsOldWithoutComingRound() {
    Random random = new Random(3);
    for (int scale = 0; scale <= 4; scale++) {
      UseTime.stamp(record, NOW, scale);
      long unit = UseTime.liftMillis(scale) / 1024;
      for (long later = 0; later < 900 * DAY; ) {
        later += (long) (UseTime.liftMillis(scale) * (0.5 + random.nextDouble()));
        long least = Math.min(later, 500 * DAY);
        assertThat(idle(NOW + later)).isGreaterThanOrEqualTo(least);
        assertThat(Math.min(idle(NOW + later), 500 * DAY))
            .isLessThanOrEqualTo(least + least / 100 + unit);
        UseTime.lift(record, NOW + later, scale);
      }
    }
  }

  @Test
  void goesToACoarserScaleAtOnce() {
    UseTime.stamp(record, NOW, 0);
    UseTime.lift(record, NOW + 100, 3);
    assertThat(idle(NOW + 100)).isBetween(100L, 100L + 4096);
    assertThat(idle(NOW + 4_000_000)).isBetween(4_000_000L, 4_000_000L + 4096);
  }

  @Test
  void takesAnIdleTimeAsToldAndNoMoreThanItCanTell() {
    for (long idle = 1; idle < 500 * DAY; idle += 1 + idle / 3) {
      UseTime.idle(record, idle, NOW, 0);
      assertThat(idle(NOW)).isBetween(idle, idle + idle / 100 + 8);
    }
    UseTime.idle(record, Long.MAX_VALUE, NOW, 0);
    assertThat(idle(NOW)).isGreaterThan(500 * DAY);
  }

  @Test
  void isNeverOfTheFuture() {
    UseTime.stamp(record, NOW, 0);
    assertThat(idle(NOW - 1_000)).isZero();
  }

  @Test
  void leavesTheSmallBitAndACleanRecordAlone() {
    EvictionBits.setSmall(record);
    UseTime.stamp(record, NOW, 2);
    UseTime.lift(record, NOW + DAY, 2);
    assertThat(EvictionBits.isSmall(record)).isTrue();
    short bits = Record.eviction(record);
    UseTime.lift(record, NOW + DAY, 2);
    assertThat(Record.eviction(record)).isEqualTo(bits);
  }
}
