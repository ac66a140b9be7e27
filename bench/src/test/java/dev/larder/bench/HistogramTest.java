package dev.larder.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;

class HistogramTest {
  @Test
  void quantilesAreWithinOnePercentOfTheSortedValues() {
    long seed = Long.getLong("seed", 1);
    SplittableRandom random = new SplittableRandom(seed);
    Histogram histogram = new Histogram();
    long[] values = new long[10_000];
    Arrays.setAll(values, i -> random.nextLong(1L << random.nextInt(1, 45)));
    for (long value : values) {
      histogram.record(value);
    }
    Arrays.sort(values);
    for (double quantile : new double[] {0.01, 0.5, 0.9, 0.99, 0.999}) {
      long exact = values[(int) Math.ceil(quantile * values.length) - 1];
      assertThat(histogram.quantile(quantile))
          .as("seed %d, quantile %s", seed, quantile)
          .isCloseTo(exact, Percentage.withPercentage(1));
    }
    assertThat(histogram.quantile(1)).isEqualTo(values[values.length - 1]);
    assertThat(histogram.max()).isEqualTo(values[values.length - 1]);
  }

  @Test
  void countsWhatWasAdded() {
    Histogram first = new Histogram();
    Histogram second = new Histogram();
    first.record(5);
    second.record(Long.MAX_VALUE);
    first.add(second);
    assertThat(first.count()).isEqualTo(2);
    assertThat(first.quantile(0.5)).isEqualTo(5);
    assertThat(first.max()).isEqualTo(Long.MAX_VALUE);
    assertThat(new Histogram().quantile(0.99)).isZero();
  }
}
