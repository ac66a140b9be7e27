package dev.larder.bench;

import java.util.Arrays;
import java.util.List;

/**
 * What a second event loop costs: CPU per request of two loops on two cores against one loop on
 * one, for keys all over the table and for a single key that every connection reads and writes.
 *
 * <p>The load shares the cores with two loops, so throughput means little here; the server's own
 * CPU time does not count the load's.
 */
final class ScalingMeasurement implements Measurement {
  private static final int CONNECTIONS = 50;
  private static final int PIPELINE = 16;
  private static final int VALUE_LENGTH = 32;
  private static final long KEYS = 1_000_000;
  private static final long RAMP_NANOS = 100 * Clock.MILLI;

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
    String both = bench.options().serverCore() + "," + bench.options().loadCore();
    ServerSpec one = bench.larder(bench.own("--io-threads", "1")).named("larder, 1 loop");
    ServerSpec two = bench.larder(bench.own("--io-threads", "2")).named("larder, 2 loops").on(both);
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
    try (Contender single = Contender.larder(ServerProcess.start(one), true);
        Contender pair = Contender.larder(ServerProcess.start(two), true)) {
      for (Contender contender : List.of(single, pair)) {
        bench.say("scaling: filling " + contender.server().name());
        Populate.range(contender.server(), 0, KEYS, VALUE_LENGTH, false);
      }
      for (long keys : new long[] {KEYS, 1}) {
        String work = keys == 1 ? "one hot key" : "random keys";
        if (bench.options().wants("scaling " + work)) {
          bench.say("scaling: " + work);
          double fairness = measure(bench, both, keys, single, pair);
          report(work, keys == 1, fairness, single, pair, rows, details);
        }
      }
    } finally {
      Machine.pinSelf(Integer.toString(bench.options().loadCore()));
      bench.detail(details);
    }
  }

  /**
   * Returns how many times fewer requests than the mean the slowest connection of two loops got.
   */
  private static double measure(
      Bench bench, String both, long keys, Contender single, Contender pair) {
    Workload workload = Workload.mixed(VALUE_LENGTH, PIPELINE, CONNECTIONS, keys);
    String alone = Integer.toString(bench.options().loadCore());
    long window = bench.options().windowOr(2, 0.5);
    try {
      for (Contender contender : List.of(single, pair)) {
        Machine.pinSelf(contender == pair ? both : alone);
        contender.prepare(workload, false);
        contender.warmUp(Math.min(window, Clock.SECOND));
      }
      long[] before = pair.completedByConnection();
      for (int round = 0; round < bench.options().roundsOr(5, 3); round++) {
        for (Contender contender : List.of(single, pair)) {
          Machine.pinSelf(contender == pair ? both : alone);
          contender.measure(RAMP_NANOS, window);
        }
      }
      long[] shares = pair.completedByConnection();
      Arrays.setAll(shares, i -> shares[i] - before[i]);
      double mean = Arrays.stream(shares).average().orElse(0);
      return mean / Arrays.stream(shares).min().orElse(0);
    } finally {
      single.endWorkload();
      pair.endWorkload();
    }
  }

  private static void report(
      String work,
      boolean hot,
      double fairness,
      Contender single,
      Contender pair,
      List<Row> rows,
      Table details) {
    double ratio = Stats.medianRatio(pair.cpuPerRequest(), single.cpuPerRequest());
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
