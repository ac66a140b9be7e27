package dev.larder.bench;

/**
 * What a generator completed.
 *
 * @param requests answered and verified
 * @param latencies nanoseconds from sending a batch to its last reply
 */
record LoadResult(long requests, long nanos, Histogram latencies) {
  double perSecond() {
    return requests * (double) Clock.SECOND / nanos;
  }
}
