package dev.larder.bench;

import java.util.List;

/**
 * CPU per request of servers that run side by side, idle except for the one under load: a round
 * loads each in turn, and a ratio compares neighbours in the same round, so that what drifts over
 * minutes on a shared machine cancels out.
 */
final class Comparison {
  private static final long RAMP_NANOS = 100 * Clock.MILLI;

  private final Bench bench;
  private final List<Contender> contenders;
  private final Table details;

  /** The first contender is the one that the others are compared with. */
  Comparison(Bench bench, List<Contender> contenders, Table details) {
    this.bench = bench;
    this.contenders = contenders;
    this.details = details;
  }

  static Table details(String title) {
    return details(title, "of redis");
  }

  /**
   * @param ratio what the ratios are to
   */
  static Table details(String title, String ratio) {
    return new Table(
        title,
        "work",
        "server",
        "CPU µs/req",
        ratio,
        "min..max",
        "req/s",
        "p50 µs",
        "p99 µs",
        "p99.9 µs",
        "server busy",
        "waits for core",
        "other threads");
  }

  /** Warms up, measures all rounds, and adds what was seen to the details. */
  void run(Work work, long windowNanos, int rounds) {
    try {
      for (Contender contender : contenders) {
        contender.attempt(() -> {
          contender.prepare(work, bench.pinned());
          contender.warmUp(Math.min(windowNanos, Clock.SECOND));
        });
      }
      for (int round = 0; round < rounds; round++) {
        for (Contender contender : contenders) {
          contender.attempt(() -> contender.measure(RAMP_NANOS, windowNanos));
        }
      }
    } finally {
      contenders.forEach(Contender::endWorkload);
    }
    contenders.forEach(contender -> describe(work, contender));
  }

  double ratio(Contender contender) {
    return Stats.medianRatio(contender.cpuPerRequest(), contenders.getFirst().cpuPerRequest());
  }

  /** The ratio and what it is the ratio of. */
  String measured(Contender contender) {
    return "%s (%s µs)"
        .formatted(
            Text.fixed(ratio(contender), 3), Text.micros(Stats.median(contender.cpuPerRequest())));
  }

  /** How far the rounds lie apart, and reasons to doubt them. */
  String note(Contender contender) {
    return "rounds " + contender.ratioSpread(contenders.getFirst()) + contender.doubts();
  }

  private void describe(Work work, Contender contender) {
    details.add(
        work.name(),
        contender.label(),
        Text.micros(Stats.median(contender.cpuPerRequest())),
        Text.fixed(ratio(contender), 3),
        contender.ratioSpread(contenders.getFirst()),
        Text.fixed(Stats.median(contender.perSecond()), 0),
        Text.micros(contender.latencies().quantile(0.50)),
        Text.micros(contender.latencies().quantile(0.99)),
        Text.micros(contender.latencies().quantile(0.999)),
        Text.percent(contender.busyShare()),
        Text.percent(contender.waitShare()),
        Text.percent(contender.othersShare()));
  }
}
