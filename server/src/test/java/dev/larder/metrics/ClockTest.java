package dev.larder.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class ClockTest {
  @Test
  void theWallClockFollowsFromTheOtherOne() {
    for (int i = 0; i < 1000; i++) {
      long before = Clock.wallMicros() / 1000;
      long told = Clock.wallMillis(Clock.nanos());
      long after = Clock.wallMicros() / 1000;
      // One for what may pass between two clocks that are compared.
      assertThat(told).isBetween(before - 1, after + 1);
    }
  }
}
