package dev.larder.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Many clients that write under {@code appendfsync always}, and a probe that reads other keys
 * meanwhile. A round loads redis-server and then the server under test, on the same disk.
 */
final class DurableWrites {
  private static final int WRITERS = 200;
  private static final int VALUE_LENGTH = 32;
  private static final long KEYS = 1_000_000;
  private static final long RAMP_NANOS = Clock.SECOND / 2;

  /** Rounds that are not counted: a JVM has to compile what it does. */
  private static final int WARM_UPS = 3;

  private static final String THROUGHPUT = "aof always, 200 clients write, SETs/s";
  private static final String READS = "aof always, 200 clients write, p99 of GETs of other keys";

  private final Bench bench;

  DurableWrites(Bench bench) {
    this.bench = bench;
  }

  void run(List<Row> rows) {
    if (!bench.options().wants(THROUGHPUT) && !bench.options().wants(READS)) {
      return;
    }
    Table details =
        new Table(
            "Durable writes",
            "server",
            "SETs/s",
            "SET p50 ms",
            "SET p99 ms",
            "GETs",
            "GET p50 ms",
            "GET p99 ms",
            "GET p99.9 ms",
            "server busy");
    String[] options = AofMeasurement.appending("always");
    try (Side redis = new Side(bench.redis(options));
        Side larder = new Side(bench.larder(options))) {
      int rounds = bench.options().roundsOr(5, 3);
      long window = bench.options().windowOr(5, 2);
      for (int round = -WARM_UPS; round < rounds; round++) {
        bench.say("aof always: round %d of %d".formatted(round + 1, rounds));
        for (Side side : List.of(redis, larder)) {
          side.round(window, round >= 0, details);
        }
      }
      report(redis, larder, rows);
    } finally {
      bench.detail(details);
    }
  }

  private static void report(Side redis, Side larder, List<Row> rows) {
    String disk = Machine.fileSystem(Path.of(System.getProperty("java.io.tmpdir")));
    double throughput = Stats.medianRatio(larder.perSecond(), redis.perSecond());
    rows.add(
        Row.judged(
            THROUGHPUT,
            Goals.DURABLE_THROUGHPUT,
            throughput,
            "%s (%s)"
                .formatted(
                    Text.fixed(throughput, 2), Text.fixed(Stats.median(larder.perSecond()), 0)),
            "redis %s; %s".formatted(Text.fixed(Stats.median(redis.perSecond()), 0), disk)));
    double reads = Stats.medianRatio(larder.readNanos(), redis.readNanos());
    rows.add(
        Row.judged(
            READS,
            Goals.GET_BESIDE_DURABLE,
            reads,
            "%s (%s)"
                .formatted(Text.fixed(reads, 3), Text.millis(Stats.median(larder.readNanos()))),
            "redis %s; %s".formatted(Text.millis(Stats.median(redis.readNanos())), disk)));
  }

  /** One server with its clients, idle while it is not its turn. */
  private static final class Side implements AutoCloseable {
    private final ServerProcess server;
    private final LoadGenerator load;
    private final List<Double> perSecond = new ArrayList<>();
    private final List<Double> readNanos = new ArrayList<>();

    Side(ServerSpec spec) {
      server = ServerProcess.start(spec);
      // It blocks, as the probe does: they share a core.
      load =
          new LoadGenerator(
              server.port(),
              server.protocol(),
              Workload.of(Operation.SET, VALUE_LENGTH, 1, WRITERS, KEYS),
              false);
    }

    void round(long windowNanos, boolean counts, Table details) {
      load.start();
      load.run(RAMP_NANOS);
      ProcessUsage from = server.usage();
      try (Prober probe = Prober.start(server)) {
        LoadResult written = load.run(windowNanos);
        double busy = (double) server.usage().since(from).ranNanos() / written.nanos();
        Histogram read = probe.stop();
        load.drain();
        if (counts) {
          perSecond.add(written.perSecond());
          readNanos.add((double) read.quantile(0.99));
          details.add(
              server.name(),
              Text.fixed(written.perSecond(), 0),
              Text.fixed(written.latencies().quantile(0.5) / 1e6, 2),
              Text.fixed(written.latencies().quantile(0.99) / 1e6, 2),
              Long.toString(read.count()),
              Text.fixed(read.quantile(0.5) / 1e6, 2),
              Text.fixed(read.quantile(0.99) / 1e6, 2),
              Text.fixed(read.quantile(0.999) / 1e6, 2),
              Text.percent(busy));
        }
      }
    }

    double[] perSecond() {
      return perSecond.stream().mapToDouble(Double::doubleValue).toArray();
    }

    double[] readNanos() {
      return readNanos.stream().mapToDouble(Double::doubleValue).toArray();
    }

    @Override
    public void close() {
      load.close();
      server.close();
    }
  }
}
