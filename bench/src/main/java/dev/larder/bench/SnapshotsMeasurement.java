package dev.larder.bench;

import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;

/**
 * What BGSAVE costs under a full load of writes to random keys: resident memory beyond what there
 * was under the same load before, the longest stop of another client, and what it waits for all but
 * a thousandth of its requests.
 */
final class SnapshotsMeasurement implements Measurement {
  private static final long MILLION = 1_000_000;
  private static final int CONNECTIONS = 10;
  private static final int PIPELINE = 16;

  /** The first ones compile what saves. */
  private static final int WARM_UPS = 3;

  private static final double RARE = 0.999;

  private static final long SAMPLE_NANOS = 50 * Clock.MILLI;
  private static final long PATIENCE_NANOS = 600 * Clock.SECOND;

  /**
   * What is saved.
   *
   * @param fill makes the data
   * @param keys how many of them are strings, which the load writes to
   */
  private record Data(
      String name, BiConsumer<ServerProcess, Boolean> fill, long keys, int valueLength) {}

  @Override
  public String name() {
    return "snapshots";
  }

  @Override
  public String summary() {
    return "memory that BGSAVE takes under writes, and longest stop of other clients";
  }

  private static List<Data> data(boolean quick) {
    long keys = (quick ? 1 : 5) * MILLION;
    long fields = (quick ? 1 : 10) * MILLION;
    long large = quick ? MILLION / 5 : MILLION;
    return List.of(
        new Data(
            "snapshots, %d M keys".formatted(keys / MILLION),
            (server, polling) -> Populate.range(server, 0, keys, 32, polling),
            keys,
            32),
        new Data(
            "snapshots, a hash of %d M fields and values of 1 KiB".formatted(fields / MILLION),
            (server, polling) -> {
              Filling.HASH.build(server, new Elements(1, fields), polling);
              Populate.range(server, 0, large, 1 << 10, polling);
            },
            large,
            1 << 10));
  }

  @Override
  public void run(Bench bench, List<Row> rows) {
    Table details =
        new Table("Snapshots", "data", "MB before", "MB more", "waiting MB", "seconds", "SETs/s");
    Table stops = StopProbe.details();
    try {
      for (Data data : data(bench.options().quick())) {
        if (bench.options().wants(data.name)) {
          bench.say(data.name);
          runOne(bench, data, rows, details, stops);
        }
      }
    } finally {
      bench.detail(details);
      bench.detail(stops);
    }
  }

  private static void runOne(Bench bench, Data data, List<Row> rows, Table details, Table stops) {
    StopProbe probe = new StopProbe(data.name + ", longest stop", Goals.STOP);
    double most = 0;
    Histogram before = new Histogram();
    Histogram meanwhile = new Histogram();
    try (ServerProcess server = ServerProcess.start(bench.larder());
        ServerProcess control = ServerProcess.start(bench.redis().on(""))) {
      data.fill.accept(server, bench.pinned());
      Workload workload =
          Workload.of(Operation.SET, data.valueLength, PIPELINE, CONNECTIONS, data.keys);
      try (LoadGenerator load =
          new LoadGenerator(server.port(), server.protocol(), workload, false)) {
        load.start();
        int runs = bench.options().roundsOr(3, 2);
        for (int run = -WARM_UPS; run < runs; run++) {
          Saving saving = new Saving(server, load);
          Histogram calm = saving.settle(bench.options().windowOr(10, 3));
          if (run < 0) {
            probe.rehearse(server, control, saving::run);
          } else {
            before.add(calm);
            meanwhile.add(probe.run(server, control, saving::run, stops));
            most = Math.max(most, saving.part());
            saving.tell(data.name, details);
          }
        }
        load.drain();
      }
    }
    rows.add(
        Row.judged(
            data.name + ", memory",
            Goals.SNAPSHOT_RSS,
            100 * most,
            Text.fixed(100 * most, 1) + " %",
            "the most of the runs"));
    rows.add(probe.row());
    double slowdown = (double) meanwhile.quantile(RARE) / before.quantile(RARE);
    rows.add(
        Row.judged(
            data.name + ", p99.9",
            Goals.SNAPSHOT_LATENCY,
            slowdown,
            Text.fixed(slowdown, 2),
            "of all runs, for a client that sends 1,000 GETs a second"));
  }

  /** One BGSAVE under load. */
  private static final class Saving {
    private final ServerProcess server;
    private final LoadGenerator load;
    private long before;
    private long most;
    private long requests;
    private long nanos;
    private double waiting;

    Saving(ServerProcess server, LoadGenerator load) {
      this.server = server;
      this.load = load;
    }

    /** Loads the server, and finds out what memory that takes and how long a probe waits. */
    Histogram settle(long windowNanos) {
      try (Prober probe = Prober.start(server)) {
        long end = Clock.nanos() + windowNanos;
        while (Clock.nanos() < end) {
          load.run(SAMPLE_NANOS);
          before = Math.max(before, server.residentBytes());
        }
        return probe.stop();
      }
    }

    void run() {
      try (ControlClient client = server.control()) {
        double saves = number(client, "rdb_saves");
        client.call("BGSAVE");
        long from = Clock.nanos();
        long end = from + PATIENCE_NANOS;
        boolean isOver = false;
        while (!isOver) {
          requests += load.run(SAMPLE_NANOS).requests();
          most = Math.max(most, server.residentBytes());
          Map<String, String> info = client.info("persistence");
          isOver = "0".equals(info.get("rdb_bgsave_in_progress"));
          if (Clock.nanos() > end) {
            throw new BenchException("BGSAVE does not end");
          }
        }
        nanos = Clock.nanos() - from;
        waiting = number(client, "rdb_last_cow_size");
        if (number(client, "rdb_saves") != saves + 1) {
          throw new BenchException("BGSAVE has written no file");
        }
      }
    }

    private static double number(ControlClient client, String field) {
      return Double.parseDouble(client.info("persistence").getOrDefault(field, "NaN"));
    }

    /** Memory beyond what there was before, as a part of that. */
    double part() {
      return Math.max(0, (double) (most - before) / before);
    }

    void tell(String name, Table details) {
      details.add(
          name,
          Text.fixed(before / 1e6, 0),
          Text.fixed((most - before) / 1e6, 1),
          Text.fixed(waiting / 1e6, 1),
          Text.fixed((double) nanos / Clock.SECOND, 1),
          Text.fixed(requests * (double) Clock.SECOND / nanos, 0));
    }
  }
}
