package dev.larder.bench;

import java.util.ArrayList;
import java.util.List;

/** Server CPU per GET and SET, as a ratio to redis-server. */
final class CpuMeasurement implements Measurement {
  private static final int CONNECTIONS = 50;

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
    Table details = Comparison.details("CPU per request");
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
      Comparison comparison = new Comparison(bench, contenders, details);
      long window = bench.options().windowOr(2, 0.5);
      int rounds = bench.options().roundsOr(5, 3);
      for (Workload workload : workloads) {
        bench.say("cpu: " + workload.name());
        comparison.run(workload, window, rounds);
        for (Contender contender : contenders) {
          if (contender.isLarder()) {
            rows.add(row(workload, comparison, contender));
          }
        }
      }
    } finally {
      contenders.forEach(Contender::close);
    }
  }

  private static Row row(Workload workload, Comparison comparison, Contender contender) {
    Goal goal = Goals.cpu(workload.valueLength(), workload.pipeline(), contender.isIoUring());
    String name = "cpu " + workload.name() + ", " + contender.transport();
    double ratio = comparison.ratio(contender);
    String measured = comparison.measured(contender);
    String note = comparison.note(contender);
    // At depth both transports have the goal, but only what is shipped is judged by it.
    boolean judged =
        contender.isShipped() || workload.pipeline() == 1 && workload.valueLength() == 32;
    return judged ? Row.judged(name, goal, ratio, measured, note) : Row.info(name, measured, note);
  }
}
