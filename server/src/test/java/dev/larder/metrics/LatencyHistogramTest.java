package dev.larder.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class LatencyHistogramTest {

  @Test
  void bucketsFollowEachOtherWithoutGaps() {
    long previous = -1;
    for (int bucket = 0; bucket < LatencyHistogram.BUCKETS; bucket++) {
      long max = LatencyHistogram.maxNanos(bucket);
      assertThat(LatencyHistogram.bucket(max)).isEqualTo(bucket);
      assertThat(LatencyHistogram.bucket(previous + 1)).isEqualTo(bucket);
      previous = max;
    }
  }

  @Test
  void bucketsTellASixteenth() {
    for (long nanos = 1; nanos < 1L << 39; nanos = nanos * 3 / 2 + 1) {
      long max = LatencyHistogram.maxNanos(LatencyHistogram.bucket(nanos));
      assertThat(max).isBetween(nanos, nanos + nanos / 16);
    }
  }

  @Test
  void extremesHaveABucket() {
    assertThat(LatencyHistogram.bucket(-5)).isZero();
    assertThat(LatencyHistogram.bucket(Long.MAX_VALUE)).isEqualTo(LatencyHistogram.BUCKETS - 1);
  }

  @Test
  void percentilesAreDurationsThatWereCounted() {
    long[] counts = new long[LatencyHistogram.BUCKETS];
    counts[LatencyHistogram.bucket(3)] = 98;
    counts[LatencyHistogram.bucket(10)] = 1;
    counts[LatencyHistogram.bucket(15)] = 1;

    assertThat(LatencyHistogram.total(counts)).isEqualTo(100);
    assertThat(LatencyHistogram.percentile(counts, 0)).isEqualTo(3);
    assertThat(LatencyHistogram.percentile(counts, 98)).isEqualTo(3);
    assertThat(LatencyHistogram.percentile(counts, 99)).isEqualTo(10);
    assertThat(LatencyHistogram.percentile(counts, 99.9)).isEqualTo(15);
    assertThat(LatencyHistogram.percentile(counts, 100)).isEqualTo(15);
  }
}
