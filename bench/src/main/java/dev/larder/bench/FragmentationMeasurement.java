package dev.larder.bench;

import java.util.List;

/**
 * Whether memory comes back: nine of ten keys are deleted in an order like chance, and a minute
 * later the server should take little more than a fresh one that only ever had the rest; and the
 * longest stop of other clients in that minute.
 */
final class FragmentationMeasurement implements Measurement {
  private static final long MILLION = 1_000_000;
  private static final int VALUE_LENGTH = 32;
  private static final int CONNECTIONS = 10;
  private static final int PIPELINE = 50;
  private static final long WAIT_NANOS = 60 * Clock.SECOND;
  private static final int RUNS = 3;
  private static final String MEMORY = "fragmentation, memory a minute after random deletes";
  private static final String STOPS = "fragmentation, longest stop in that minute";

  private static final Exchange DELETE =
      new Exchange(
          Template.of("*2\r\n$3\r\nDEL\r\n$16\r\n@K\r\n", 0, Deadlines.NONE),
          Replies.integer(1, 1));

  @Override
  public String name() {
    return "fragmentation";
  }

  @Override
  public String summary() {
    return "memory after random deletes, and stops of other clients while it comes back";
  }

  @Override
  public void run(Bench bench, List<Row> rows) {
    if (!bench.options().wants(MEMORY)) {
      return;
    }
    bench.say(MEMORY);
    long keys = (bench.options().quick() ? 1 : 5) * MILLION;
    long deleted = keys * 9 / 10;
    Table stops = StopProbe.details();
    StopProbe probe = new StopProbe(STOPS, Goals.STOP);
    double resident = 0;
    double full = 0;
    try {
      for (int run = 0; run < (bench.options().quick() ? 1 : RUNS); run++) {
        try (ServerProcess server = ServerProcess.start(bench.larder());
            ServerProcess control = ServerProcess.start(bench.redis().on(""))) {
          Populate.range(server, 0, keys, VALUE_LENGTH, bench.pinned());
          full = server.residentBytes() / 1e6;
          // What is asked of the server around the minute must not be asked for the first time.
          probe.rehearse(server, control, () -> Clock.pause(Clock.SECOND));
          send(bench, server, List.of(DELETE), KeySource.shuffled(keys), deleted);
          probe.run(server, control, () -> Clock.pause(WAIT_NANOS), stops);
          resident = Math.max(resident, server.residentBytes() / 1e6);
        }
      }
    } finally {
      bench.detail(stops);
    }
    double fresh = fresh(bench, keys, deleted);
    rows.add(
        Row.judged(
            MEMORY,
            Goals.FRAGMENTATION,
            resident / fresh,
            Text.fixed(resident / fresh, 2),
            "%s MB of %s, a fresh server %s"
                .formatted(Text.fixed(resident, 0), Text.fixed(full, 0), Text.fixed(fresh, 0))));
    rows.add(probe.row());
  }

  /** Megabytes of a server that never had more than the keys that are left. */
  private static double fresh(Bench bench, long keys, long deleted) {
    Shuffle shuffle = new Shuffle(keys);
    KeySource positions = KeySource.ascending(deleted, keys);
    Workload sets = Workload.of(Operation.SET, VALUE_LENGTH, PIPELINE, CONNECTIONS, keys - deleted);
    try (ServerProcess server = ServerProcess.start(bench.larder())) {
      List<Exchange> exchanges = sets.exchanges(server.protocol());
      send(bench, server, exchanges, () -> shuffle.at(positions.next()), keys - deleted);
      return server.settledResidentBytes() / 1e6;
    }
  }

  private static void send(
      Bench bench, ServerProcess server, List<Exchange> work, KeySource numbers, long count) {
    try (LoadGenerator load =
        new LoadGenerator(server.port(), work, PIPELINE, CONNECTIONS, bench.pinned())) {
      load.numbers(numbers);
      load.start();
      load.runRequests(count);
      load.drain();
    }
  }
}
