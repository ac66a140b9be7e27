package dev.larder.bench;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Server CPU per GET and SET, as a ratio to redis-server.
 *
 * <p>All servers of a value size run side by side on the server's core, idle except for the one
 * under load; a round loads each in turn, and a ratio compares neighbours in the same round, so
 * that what drifts over minutes on a shared machine cancels out.
 */
final class CpuMeasurement implements Measurement {
  private static final int CONNECTIONS = 50;
  private static final long RAMP_NANOS = 100 * Clock.MILLI;

  /** One value size and the depths it is measured at. */
  private record Size(int valueLength, long keys, int... pipelines) {}

  private static final List<Size> SIZES =
      List.of(
          new Size(32, 1_000_000, 1, 16, 100),
          new Size(1 << 10, 1_000_000, 1, 16),
          new Size(16 << 10, 32_768, 1, 16));

  @Override
  public String name() {
    return "cpu";
  }

  @Override
  public String summary() {
    return "server CPU per GET and SET against redis-server, throughput, latency";
  }

  @Override
  public void run(Bench bench, List<Row> rows) {
    Table details =
        new Table(
            "CPU per request",
            "work",
            "server",
            "CPU µs/req",
            "of redis",
            "min..max",
            "req/s",
            "p50 µs",
            "p99 µs",
            "p99.9 µs",
            "server busy",
            "waits for core",
            "other threads");
    try {
      for (Size size : SIZES) {
        List<Workload> workloads = workloads(bench, size);
        if (!workloads.isEmpty()) {
          runSize(bench, size, workloads, rows, details);
        }
      }
    } finally {
      bench.detail(details);
    }
  }

  private static List<Workload> workloads(Bench bench, Size size) {
    List<Workload> workloads = new ArrayList<>();
    for (int pipeline : size.pipelines) {
      for (Operation operation : List.of(Operation.SET, Operation.GET)) {
        Workload workload =
            Workload.of(operation, size.valueLength, pipeline, CONNECTIONS, size.keys);
        if (bench.options().wants(workload.name())) {
          workloads.add(workload);
        }
      }
    }
    return workloads;
  }

  private static void runSize(
      Bench bench, Size size, List<Workload> workloads, List<Row> rows, Table details) {
    List<Contender> contenders = new ArrayList<>();
    try {
      contenders.add(Contender.rival(ServerProcess.start(bench.redis())));
      Contender shipped = Contender.larder(ServerProcess.start(bench.larder()), true);
      contenders.add(shipped);
      if (bench.hasOwnOptions() && shipped.isIoUring()) {
        ServerSpec epoll = bench.larder(bench.own("--io-transport", "epoll"));
        contenders.add(Contender.larder(ServerProcess.start(epoll), false));
      }
      ServerSpec memcached = bench.memcached();
      if (memcached != null) {
        contenders.add(Contender.rival(ServerProcess.start(memcached)));
      }
      for (Contender contender : contenders) {
        bench.say("cpu: filling " + contender.label() + " with " + size.keys + " keys");
        Populate.range(contender.server(), 0, size.keys, size.valueLength, bench.pinned());
      }
      for (Workload workload : workloads) {
        bench.say("cpu: " + workload.name());
        measure(bench, workload, contenders);
        report(workload, contenders, rows, details);
      }
    } finally {
      contenders.forEach(Contender::close);
    }
  }

  private static void measure(Bench bench, Workload workload, List<Contender> contenders) {
    long window = bench.options().windowOr(2, 0.5);
    int rounds = bench.options().roundsOr(5, 3);
    try {
      for (Contender contender : contenders) {
        contender.prepare(workload, bench.pinned());
        contender.warmUp(bench.options().quick() ? window : Clock.SECOND);
      }
      for (int round = 0; round < rounds; round++) {
        for (Contender contender : contenders) {
          contender.measure(RAMP_NANOS, window);
        }
      }
    } finally {
      contenders.forEach(Contender::endWorkload);
    }
  }

  private static void report(
      Workload workload, List<Contender> contenders, List<Row> rows, Table details) {
    Contender redis = contenders.getFirst();
    for (Contender contender : contenders) {
      double ratio = Stats.medianRatio(contender.cpuPerRequest(), redis.cpuPerRequest());
      String spread = contender.ratioSpread(redis);
      details.add(
          workload.name(),
          contender.label(),
          Text.micros(Stats.median(contender.cpuPerRequest())),
          Text.fixed(ratio, 3),
          spread,
          Text.fixed(Stats.median(contender.perSecond()), 0),
          Text.micros(contender.latencies().quantile(0.50)),
          Text.micros(contender.latencies().quantile(0.99)),
          Text.micros(contender.latencies().quantile(0.999)),
          Text.percent(contender.busyShare()),
          Text.percent(contender.waitShare()),
          Text.percent(contender.othersShare()));
      Row row = row(workload, contender, ratio, spread);
      if (row != null) {
        rows.add(row);
      }
    }
  }

  private static @Nullable Row row(
      Workload workload, Contender contender, double ratio, String spread) {
    if (!contender.isLarder()) {
      return null;
    }
    Goal goal = Goals.cpu(workload.valueLength(), workload.pipeline(), contender.isIoUring());
    String name = "cpu " + workload.name() + ", " + contender.transport();
    String measured =
        "%s (%s µs)"
            .formatted(Text.fixed(ratio, 3), Text.micros(Stats.median(contender.cpuPerRequest())));
    String note = "rounds " + spread + contender.doubts();
    // At depth both transports have the goal, but only what is shipped is judged by it.
    boolean judged =
        contender.isShipped() || workload.pipeline() == 1 && workload.valueLength() == 32;
    return judged ? Row.judged(name, goal, ratio, measured, note) : Row.info(name, measured, note);
  }
}
