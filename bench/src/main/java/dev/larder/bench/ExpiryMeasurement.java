package dev.larder.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.function.LongUnaryOperator;

/**
 * How soon after its deadline a key is gone, and whether others feel a million that go at once.
 *
 * <p>The deadlines are known, so the server's count of keys, read every millisecond, gives the lag
 * of each: the k-th deadline against the moment when k keys were gone.
 */
final class ExpiryMeasurement implements Measurement {
  private static final int KEYS = 1_000_000;
  private static final int VALUE_LENGTH = 32;
  private static final long SPREAD_MILLIS = 10_000;

  /** Time for filling before the first deadline; doubled when it was not enough. */
  private static final long LEAD_MILLIS = 6_000;

  private static final int MAX_FILLS = 4;

  /** Keys that have not gone this long after the last deadline are counted as lost. */
  private static final long PATIENCE_MILLIS = 30_000;

  private static final String LAG = "expiry, deadlines over 10 s, p99 lag";
  private static final String STOP = "stop, 1 M keys expire in one millisecond";

  @Override
  public String name() {
    return "expiry";
  }

  @Override
  public String summary() {
    return "lag from deadline to removal; stop when 1 M keys expire at once";
  }

  @Override
  public void run(Bench bench, List<Row> rows) {
    if (bench.options().wants(LAG)) {
      rows.add(lag(bench));
    }
    if (bench.options().wants(STOP)) {
      rows.add(stop(bench));
    }
  }

  private static Row lag(Bench bench) {
    Table details =
        new Table(
            "Expiry lag",
            "server",
            "p50 ms",
            "p99 ms",
            "p99.9 ms",
            "longest ms",
            "used_memory before, full, after");
    List<Double> larder = new ArrayList<>();
    int rounds = bench.options().roundsOr(3, 1);
    try (ServerProcess server = ServerProcess.start(bench.larder());
        ServerProcess redis = ServerProcess.start(bench.redis())) {
      for (int round = 1; round <= rounds; round++) {
        bench.say("expiry: deadlines over 10 s, round %d of %d".formatted(round, rounds));
        larder.add(lagOf(server, details));
      }
      bench.say("expiry: deadlines over 10 s, redis");
      double ofRedis = lagOf(redis, details);
      bench.detail(details);
      double p99 = Stats.median(larder.stream().mapToDouble(Double::doubleValue).toArray());
      return Row.judged(
          LAG,
          Goals.EXPIRY_LAG_P99,
          p99,
          Text.fixed(p99, 0) + " ms",
          "median of %d runs; redis %s ms".formatted(rounds, Text.fixed(ofRedis, 0)));
    }
  }

  /** The 99th percentile in milliseconds. */
  private static double lagOf(ServerProcess server, Table details) {
    try (ControlClient client = server.control()) {
      double usedBefore = client.infoNumber("used_memory");
      LongUnaryOperator deadlines = fill(server, SPREAD_MILLIS);
      double usedFull = client.infoNumber("used_memory");
      Histogram lags = watch(client, Deadlines.sorted(deadlines, KEYS));
      double usedAfter = client.infoNumber("used_memory");
      double p99 = lags.quantile(0.99) / 1e3;
      details.add(
          server.name(),
          Text.fixed(lags.quantile(0.5) / 1e3, 1),
          Text.fixed(p99, 1),
          Text.fixed(lags.quantile(0.999) / 1e3, 1),
          Text.fixed(lags.max() / 1e3, 1),
          "%s, %s, %s MB"
              .formatted(
                  Text.fixed(usedBefore / 1e6, 1),
                  Text.fixed(usedFull / 1e6, 1),
                  Text.fixed(usedAfter / 1e6, 1)));
      return p99;
    }
  }

  /** Stores the keys, all before the first of the deadlines, which it returns. */
  private static LongUnaryOperator fill(ServerProcess server, long spreadMillis) {
    long lead = LEAD_MILLIS;
    for (int i = 0; i < MAX_FILLS; i++, lead *= 2) {
      long first = Clock.epochMillis() + lead;
      LongUnaryOperator deadlines = Deadlines.spread(first, spreadMillis);
      Populate.volatileRange(server, 0, KEYS, VALUE_LENGTH, deadlines, false);
      if (Clock.epochMillis() + 500 < first) {
        return deadlines;
      }
      try (ControlClient client = server.control()) {
        client.call("FLUSHALL");
      }
    }
    throw new BenchException("filling takes longer than " + lead / 2 + " ms");
  }

  /** Lags in microseconds, from the falling count of keys. */
  private static Histogram watch(ControlClient client, long[] sortedDeadlines) {
    Histogram lags = new Histogram();
    long patience = sortedDeadlines[KEYS - 1] + PATIENCE_MILLIS;
    int gone = 0;
    while (gone < KEYS) {
      int goneNow = KEYS - Integer.parseInt(client.call("DBSIZE"));
      long now = Clock.epochMillis();
      for (; gone < goneNow; gone++) {
        lags.record(Math.max(0, now - sortedDeadlines[gone]) * 1_000);
      }
      if (now > patience) {
        throw new BenchException((KEYS - gone) + " expired keys are still there");
      }
      Clock.pause(Clock.MILLI);
    }
    return lags;
  }

  private static Row stop(Bench bench) {
    StopProbe probe = new StopProbe(STOP, Goals.STOP);
    Table details = StopProbe.details();
    try (ServerProcess server = ServerProcess.start(bench.larder());
        ServerProcess control = ServerProcess.start(bench.redis().on(""))) {
      int runs = bench.options().roundsOr(5, 2);
      for (int run = 0; run <= runs; run++) {
        bench.say(
            run == 0
                ? "expiry: all in one millisecond, warming up"
                : "expiry: all in one millisecond, run %d of %d".formatted(run, runs));
        long deadline = fill(server, 1).applyAsLong(0);
        long before = deadline - Clock.epochMillis() - 300;
        Clock.pause(Math.max(0, before * Clock.MILLI));
        if (run == 0) {
          awaitEmpty(server, deadline);
        } else {
          probe.run(server, control, () -> awaitEmpty(server, deadline), details);
        }
      }
    }
    bench.detail(details);
    return probe.row();
  }

  private static void awaitEmpty(ServerProcess server, long deadline) {
    try (ControlClient client = server.control()) {
      while (!client.call("DBSIZE").equals("0")) {
        if (Clock.epochMillis() > deadline + PATIENCE_MILLIS) {
          throw new BenchException("expired keys are still there");
        }
        Clock.pause(10 * Clock.MILLI);
      }
    }
  }
}
