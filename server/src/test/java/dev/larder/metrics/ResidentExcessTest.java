package dev.larder.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class ResidentExcessTest {
  private static final long LIMIT = 4L << 30;
  private static final long TOLERATED = LIMIT + LIMIT / 50 + (16 << 20);

  private final ResidentExcess excess = new ResidentExcess();

  @Test
  void whatIsToleratedDoesNotCount() {
    excess.tick(TOLERATED, LIMIT);

    assertThat(excess.bytes()).isZero();
  }

  @Test
  void withoutLimitNothingCounts() {
    excess.tick(LIMIT, 1 << 20);
    assertThat(excess.bytes()).isPositive();
    excess.tick(LIMIT, 0);

    assertThat(excess.bytes()).isZero();
  }

  @Test
  void settlesWhereTheSumFits() {
    for (int percent : new int[] {101, 105, 110, 125}) {
      for (int second = 0; second < 200; second++) {
        excess.tick((LIMIT - excess.bytes()) / 100 * percent, LIMIT);
      }
      long live = LIMIT - excess.bytes();
      assertThat(live / 100 * percent).as("at " + percent).isLessThan(TOLERATED + (1 << 20));
      // And no more was given up than that.
      assertThat(live).isGreaterThan(Math.min(LIMIT, TOLERATED / percent * 100) * 98 / 100);
    }
  }

  @Test
  void memoryThatNeverFallsCostsAQuarterAtMost() {
    for (int second = 0; second < 1000; second++) {
      excess.tick(2 * LIMIT, LIMIT);
    }

    assertThat(excess.bytes()).isEqualTo(LIMIT / 4);
  }

  @Test
  void comesBackWhenThereIsRoom() {
    for (int second = 0; second < 30; second++) {
      excess.tick(2 * LIMIT, LIMIT);
    }
    for (int second = 0; second < 60; second++) {
      excess.tick(LIMIT / 2, LIMIT);
    }

    assertThat(excess.bytes()).isZero();
  }
}
