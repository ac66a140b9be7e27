package dev.larder.bench;

import java.util.ArrayList;
import java.util.List;

/** What an append-only file costs, and how soon its data and a snapshot's are there again. */
final class AofMeasurement implements Measurement {
  private static final int CONNECTIONS = 50;
  private static final int PIPELINE = 16;
  private static final int VALUE_LENGTH = 32;
  private static final long KEYS = 1_000_000;

  @Override
  public String name() {
    return "aof";
  }

  @Override
  public String summary() {
    return "CPU with an append-only file, writes under appendfsync always, loading of files";
  }

  @Override
  public void run(Bench bench, List<Row> rows) {
    Workload workload = Workload.of(Operation.SET, VALUE_LENGTH, PIPELINE, CONNECTIONS, KEYS);
    String name = "aof " + workload.name() + ", everysec";
    if (bench.options().wants(name)) {
      everySecond(bench, name, workload, rows);
    }
    new DurableWrites(bench).run(rows);
    new FileLoading(bench).run(rows);
  }

  /** Options of a server that writes an append-only file; no rewrite falls into a window. */
  static String[] appending(String policy) {
    return new String[] {
      "--appendonly", "yes", "--appendfsync", policy, "--auto-aof-rewrite-percentage", "0"
    };
  }

  private static void everySecond(Bench bench, String name, Workload workload, List<Row> rows) {
    Table details = Comparison.details("CPU per request with an append-only file, everysec");
    List<Contender> contenders = new ArrayList<>();
    try {
      contenders.add(Contender.rival(ServerProcess.start(bench.redis(appending("everysec")))));
      Contender larder =
          Contender.larder(ServerProcess.start(bench.larder(appending("everysec"))), true);
      contenders.add(larder);
      for (Contender contender : contenders) {
        bench.say("aof: filling " + contender.label() + " with " + KEYS + " keys");
        Populate.range(contender.server(), 0, KEYS, VALUE_LENGTH, bench.pinned());
      }
      bench.say(name);
      Comparison comparison = new Comparison(bench, contenders, details);
      comparison.run(workload, bench.options().windowOr(2, 0.5), bench.options().roundsOr(5, 3));
      rows.add(
          Row.judged(
              name,
              Goals.AOF_CPU,
              comparison.ratio(larder),
              comparison.measured(larder),
              comparison.note(larder)));
    } finally {
      contenders.forEach(Contender::close);
      bench.detail(details);
    }
  }
}
