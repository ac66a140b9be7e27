package dev.larder.bench;

import java.util.List;

/**
 * SETs of new keys on a server that is full, so that each has to make room: their CPU as a ratio to
 * redis-server's, and how long the slowest of them take.
 */
final class EvictionMeasurement implements Measurement {
  private static final int VALUE_LENGTH = 32;
  private static final int PIPELINE = 16;
  private static final int CONNECTIONS = 50;

  /** So few that a batch hardly waits behind others. */
  private static final int FEW_CONNECTIONS = 2;

  /** Keys that there is room for. */
  private static final int HELD = 1_000_000;

  /** Keys to choose from: hardly any is there when it is set. */
  private static final long KEYS = 1_000_000_000;

  private static final String CPU = "eviction, every SET evicts, pipeline 16";
  private static final String STALL = "eviction, p99.9 of a batch of 16 SETs";

  @Override
  public String name() {
    return "eviction";
  }

  @Override
  public String summary() {
    return "server CPU of SETs that evict against redis-server, and their p99.9";
  }

  @Override
  public void run(Bench bench, List<Row> rows) {
    Table details = Comparison.details("SETs that evict");
    ServerSpec ours = bench.larder("--maxmemory-policy", "allkeys-s3");
    ServerSpec theirs = bench.redis("--maxmemory-policy", "allkeys-lru");
    try (Contender redis = Contender.rival(ServerProcess.start(theirs));
        Contender larder = Contender.larder(ServerProcess.start(ours), true)) {
      List<Contender> contenders = List.of(redis, larder);
      for (Contender contender : contenders) {
        bench.say("eviction: filling " + contender.label());
        fill(contender.server(), bench.pinned());
      }
      Comparison comparison = new Comparison(bench, contenders, details);
      if (bench.options().wants(CPU)) {
        measure(bench, comparison, CONNECTIONS, CPU);
        rows.add(
            Row.judged(
                CPU,
                Goals.EVICTING_CPU,
                comparison.ratio(larder),
                comparison.measured(larder),
                comparison.note(larder)));
      }
      if (bench.options().wants(STALL)) {
        measure(bench, comparison, FEW_CONNECTIONS, STALL);
        double millis = larder.latencies().quantile(0.999) / (double) Clock.MILLI;
        double ofRedis = redis.latencies().quantile(0.999) / (double) Clock.MILLI;
        rows.add(
            Row.judged(
                STALL,
                Goals.EVICTING_STALL,
                millis,
                Text.fixed(millis, 2) + " ms",
                "redis " + Text.fixed(ofRedis, 2) + " ms" + larder.doubts()));
      }
    } finally {
      bench.detail(details);
    }
  }

  private static void measure(Bench bench, Comparison comparison, int connections, String name) {
    bench.say(name);
    Workload work = Workload.of(Operation.SET, VALUE_LENGTH, PIPELINE, connections, KEYS);
    comparison.run(work, bench.options().windowOr(2, 0.5), bench.options().roundsOr(5, 2));
  }

  /** Until the server has no room for more. */
  private static void fill(ServerProcess server, boolean polling) {
    Populate.range(server, 0, HELD, VALUE_LENGTH, polling);
    try (ControlClient control = server.control()) {
      long used = (long) control.infoNumber("used_memory");
      control.call("CONFIG", "SET", "maxmemory", Long.toString(used));
    }
    Populate.range(server, HELD, 2 * HELD, VALUE_LENGTH, polling);
  }
}
