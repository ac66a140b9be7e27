package dev.larder.bench;

import java.util.List;

/**
 * What a second event loop costs: CPU per request of two loops on two cores against one loop on
 * one, for keys all over the table and for a single key that every connection reads and writes.
 */
final class ScalingMeasurement implements Measurement {
  private static final int CONNECTIONS = 50;
  private static final int PIPELINE = 16;
  private static final int VALUE_LENGTH = 32;
  private static final long KEYS = 1_000_000;

  @Override
  public String name() {
    return "scaling";
  }

  @Override
  public String summary() {
    return "CPU per request of two event loops against one; a hot key; fairness";
  }

  @Override
  public void run(Bench bench, List<Row> rows) {
    if (!bench.pinned()) {
      rows.add(Row.unknown("scaling", Goals.TWO_LOOPS_RANDOM_KEYS, "needs two cores and taskset"));
      return;
    }
    Table details =
        new Table(
            "Scaling",
            "work",
            "server",
            "CPU µs/req",
            "ratio",
            "min..max",
            "req/s",
            "p99 µs",
            "mean/min of a connection",
            "waits for core");
    try (LoopPair loops = new LoopPair(bench)) {
      for (Contender contender : loops.contenders()) {
        bench.say("scaling: filling " + contender.server().name());
        Populate.range(contender.server(), 0, KEYS, VALUE_LENGTH, false);
      }
      long window = bench.options().windowOr(2, 0.5);
      for (long keys : new long[] {KEYS, 1}) {
        String work = keys == 1 ? "one hot key" : "random keys";
        if (bench.options().wants("scaling " + work)) {
          bench.say("scaling: " + work);
          Workload workload = Workload.mixed(VALUE_LENGTH, PIPELINE, CONNECTIONS, keys);
          double fairness = loops.measure(workload, window, Math.min(window, Clock.SECOND));
          report(work, keys == 1, fairness, loops, rows, details);
        }
      }
    } finally {
      bench.detail(details);
    }
  }

  private static void report(
      String work, boolean hot, double fairness, LoopPair loops, List<Row> rows, Table details) {
    Contender single = loops.single();
    Contender pair = loops.pair();
    double ratio = loops.ratio();
    for (Contender contender : List.of(single, pair)) {
      details.add(
          work,
          contender.server().name(),
          Text.micros(Stats.median(contender.cpuPerRequest())),
          Text.fixed(contender == pair ? ratio : 1, 3),
          contender.ratioSpread(single),
          Text.fixed(Stats.median(contender.perSecond()), 0),
          Text.micros(contender.latencies().quantile(0.99)),
          contender == pair ? Text.fixed(fairness, 2) : "",
          Text.percent(contender.waitShare()));
    }
    rows.add(
        Row.judged(
            "scaling, " + work + ", CPU",
            hot ? Goals.TWO_LOOPS_HOT_KEY : Goals.TWO_LOOPS_RANDOM_KEYS,
            ratio,
            "%s (%s µs)"
                .formatted(Text.fixed(ratio, 3), Text.micros(Stats.median(pair.cpuPerRequest()))),
            "rounds " + pair.ratioSpread(single)));
    rows.add(
        Row.judged(
            "scaling, " + work + ", fairness",
            Goals.STARVATION,
            fairness,
            Text.fixed(fairness, 2) + " x",
            "the slowest connection against the mean"));
  }
}
