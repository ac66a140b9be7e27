package dev.larder.bench;

import java.util.ArrayList;
import java.util.List;

/**
 * What it costs to remember who has read which key: server CPU of clients that track what they read
 * and have read it before, as a ratio to that of others on the same server, and memory.
 */
final class TrackingMeasurement implements Measurement {
  private static final String MEMORY = "tracking, memory of a tracked key";
  private static final int READERS = 10_000;

  /** So many of them read the same keys. */
  private static final int READERS_OF_KEY = 10;

  private static final int CONNECTIONS = 50;
  private static final int VALUE_LENGTH = 32;
  private static final String[] LIMIT = {"--maxclients", "12000"};

  @Override
  public String name() {
    return "tracking";
  }

  @Override
  public String summary() {
    return "what GET costs more, and memory, where clients track what they read";
  }

  @Override
  public void run(Bench bench, List<Row> rows) {
    List<Workload> workloads = new ArrayList<>();
    for (int pipeline : new int[] {1, 16}) {
      Workload workload =
          Workload.of(Operation.GET, VALUE_LENGTH, pipeline, CONNECTIONS, keys(bench));
      if (bench.options().wants(row(workload))) {
        workloads.add(workload);
      }
    }
    if (!workloads.isEmpty()) {
      compare(bench, workloads, rows);
    }
    if (bench.options().wants(MEMORY)) {
      double larder = bytesEach(bench, bench.larder(LIMIT));
      double redis = bytesEach(bench, bench.redis(LIMIT));
      rows.add(
          Row.judged(
              MEMORY,
              Goals.TRACKED_KEY_RSS,
              larder / redis,
              "%s (%s bytes)".formatted(Text.fixed(larder / redis, 2), Text.fixed(larder, 1)),
              "redis %s bytes; keys of 16 bytes, read by %d"
                  .formatted(Text.fixed(redis, 1), READERS_OF_KEY)));
    }
  }

  private static String row(Workload workload) {
    return "tracking " + workload.name();
  }

  private static int readers(Bench bench) {
    return bench.options().quick() ? READERS / 10 : READERS;
  }

  private static long keys(Bench bench) {
    return (long) readers(bench) * ManyReaders.KEYS_EACH / READERS_OF_KEY;
  }

  private static void compare(Bench bench, List<Workload> workloads, List<Row> rows) {
    Table details = Comparison.details("CPU per request of clients that track", "of without");
    try (ServerProcess server = ServerProcess.start(bench.larder(LIMIT));
        Contender without = Contender.larder(server, true);
        Contender tracking = Contender.larder(server, true);
        ManyReaders readers = new ManyReaders(server, readers(bench))) {
      bench.say("tracking: " + keys(bench) + " keys and their readers");
      Populate.range(server, 0, keys(bench), VALUE_LENGTH, bench.pinned());
      readers.ask(ManyReaders.TRACK);
      readers.read(VALUE_LENGTH, keys(bench));
      tracking.opensWith("tracking", ManyReaders.trackAll(keys(bench)));
      Comparison comparison = new Comparison(bench, List.of(without, tracking), details);
      for (Workload workload : workloads) {
        bench.say(row(workload));
        comparison.run(workload, bench.options().windowOr(1, 0.5), bench.options().roundsOr(5, 2));
        rows.add(
            Row.judged(
                row(workload),
                Goals.TRACKING,
                comparison.ratio(tracking),
                comparison.measured(tracking),
                comparison.note(tracking)));
      }
    } finally {
      bench.detail(details);
    }
  }

  /** What the server keeps of a key that some clients have read. */
  private static double bytesEach(Bench bench, ServerSpec spec) {
    try (ServerProcess server = ServerProcess.start(spec);
        ManyReaders readers = new ManyReaders(server, readers(bench))) {
      bench.say("tracking: memory, " + server.name());
      Populate.range(server, 0, keys(bench), VALUE_LENGTH, bench.pinned());
      // What connections need to read, and to be told, is not the keys'.
      readers.read(VALUE_LENGTH, keys(bench));
      readers.ask(ManyReaders.TRACK);
      long before = server.settledResidentBytes();
      readers.read(VALUE_LENGTH, keys(bench));
      return (double) (server.settledResidentBytes() - before) / keys(bench);
    }
  }
}
