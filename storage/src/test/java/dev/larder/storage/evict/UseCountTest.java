package dev.larder.storage.evict;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.storage.memory.VirtualMemory;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class UseCountTest {
  private static final long NOW = 1_800_000_000_000L;
  private static final long MINUTE = 60_000;

  private final UseRates rates = new UseRates();
  private final Random random = new Random(5);
  private long record;

  @BeforeEach
  void reserve() {
    record = VirtualMemory.reserve(4096);
    rates.time(NOW);
    UseCount.set(record, UseCount.FIRST, rates);
  }

  @AfterEach
  void release() {
    VirtualMemory.release(record, 4096);
  }

  private double meanAfter(int uses) {
    int sum = 0;
    for (int i = 0; i < 100; i++) {
      UseCount.set(record, UseCount.FIRST, rates);
      for (int use = 0; use < uses; use++) {
        UseCount.count(record, random.nextInt(), rates);
      }
      sum += UseCount.counter(record, rates);
    }
    return sum / 100.0;
  }

  /** The figures that Redis's configuration file tells. */
  @Test
  void risesAsTheLogarithmOfUses() {
    assertThat(meanAfter(100)).isBetween(9.0, 11.0);
    assertThat(meanAfter(1_000)).isBetween(17.0, 19.5);
    assertThat(meanAfter(100_000)).isBetween(138.0, 147.0);
    rates.logFactor(0);
    assertThat(meanAfter(100)).isEqualTo(105);
    assertThat(meanAfter(1_000)).isEqualTo(255);
    rates.logFactor(100);
    assertThat(meanAfter(1_000)).isBetween(9.0, 12.0);
  }

  @Test
  void losesOneEachPeriod() {
    UseCount.set(record, 200, rates);
    for (int minute = 1; minute <= 300; minute++) {
      rates.time(NOW + minute * MINUTE);
      assertThat(UseCount.counter(record, rates)).isEqualTo(Math.max(0, 200 - minute));
      if (minute % UseCount.KEPT_PERIODS == 0) {
        UseCount.keep(record, rates);
      }
    }
  }

  @Test
  void losesNothingByAnotherRateAtOnce() {
    UseCount.set(record, 200, rates);
    rates.time(NOW + 3 * MINUTE);
    rates.decayMinutes(10);
    rates.time(NOW + 3 * MINUTE);
    assertThat(UseCount.counter(record, rates)).isEqualTo(197);
    rates.time(NOW + 10 * MINUTE - 1);
    assertThat(UseCount.counter(record, rates)).isEqualTo(197);
    rates.time(NOW + 10 * MINUTE);
    assertThat(UseCount.counter(record, rates)).isEqualTo(196);
  }

  @Test
  void periodsBeginWithMinutesOfTheDay() {
    UseRates begunLate = new UseRates();
    begunLate.time(NOW + MINUTE - 1);
    UseCount.set(record, 200, begunLate);
    begunLate.time(NOW + MINUTE);
    assertThat(UseCount.counter(record, begunLate)).isEqualTo(199);
    begunLate.time(NOW + 2 * MINUTE - 1);
    assertThat(UseCount.counter(record, begunLate)).isEqualTo(199);
  }

  @Test
  void losesNothingWhereNothingDecays() {
    UseCount.set(record, 200, rates);
    rates.decayMinutes(0);
    for (int day = 0; day < 100; day++) {
      rates.time(NOW + day * 1_440 * MINUTE);
    }
    assertThat(UseCount.counter(record, rates)).isEqualTo(200);
  }

  @Test
  void standsStillWhileAClockIsSetBack() {
    UseCount.set(record, 200, rates);
    rates.time(NOW - 100 * MINUTE);
    assertThat(UseCount.counter(record, rates)).isEqualTo(200);
    rates.time(NOW - 99 * MINUTE);
    assertThat(UseCount.counter(record, rates)).isEqualTo(199);
  }

  @Test
  void leavesTheSmallBitAlone() {
    EvictionBits.setSmall(record);
    UseCount.count(record, 0, rates);
    assertThat(EvictionBits.isSmall(record)).isTrue();
    assertThat(UseCount.counter(record, rates)).isEqualTo(6);
  }
}
