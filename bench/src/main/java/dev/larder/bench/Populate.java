package dev.larder.bench;

/** Filling a server with known keys. */
final class Populate {
  private static final int CONNECTIONS = 16;
  private static final int BATCH_BYTES = 1 << 16;

  private Populate() {}

  /** SETs the keys numbered [0, keys), each at least once. */
  static void ascending(ServerProcess server, long keys, int valueLength, boolean polling) {
    range(server, 0, keys, valueLength, polling);
  }

  /** SETs the keys numbered [from, to), each at least once. */
  static void range(ServerProcess server, long from, long to, int valueLength, boolean polling) {
    int pipeline = Math.clamp(BATCH_BYTES / (valueLength + 64), 1, 100);
    Workload workload = Workload.of(Operation.SET, valueLength, pipeline, CONNECTIONS, to - from);
    try (LoadGenerator load =
        new LoadGenerator(server.port(), server.protocol(), workload, polling)) {
      load.keys(KeySource.ascending(from, to));
      load.start();
      load.runRequests(to - from);
      load.drain();
    }
  }
}
