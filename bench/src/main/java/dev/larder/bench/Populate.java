package dev.larder.bench;

import java.util.List;
import java.util.function.LongUnaryOperator;

/** Filling a server with known keys. */
final class Populate {
  private static final int CONNECTIONS = 16;
  private static final int BATCH_BYTES = 1 << 14;

  private Populate() {}

  /** SETs the keys numbered [from, to), each at least once. */
  static void range(ServerProcess server, long from, long to, int valueLength, boolean polling) {
    run(server, Operation.SET, from, to, valueLength, Deadlines.NONE, polling);
  }

  /** Like {@link #range}, with a deadline on every key. */
  static void volatileRange(
      ServerProcess server,
      long from,
      long to,
      int valueLength,
      LongUnaryOperator deadlines,
      boolean polling) {
    run(server, Operation.SET_VOLATILE, from, to, valueLength, deadlines, polling);
  }

  private static void run(
      ServerProcess server,
      Operation operation,
      long from,
      long to,
      int valueLength,
      LongUnaryOperator deadlines,
      boolean polling) {
    int pipeline = Math.clamp(BATCH_BYTES / (valueLength + 64), 1, 100);
    Workload workload =
        new Workload(List.of(operation), valueLength, pipeline, CONNECTIONS, to - from, deadlines);
    try (LoadGenerator load =
        new LoadGenerator(server.port(), server.protocol(), workload, polling)) {
      load.numbers(KeySource.ascending(from, to));
      load.start();
      load.runRequests(to - from);
      load.drain();
    }
  }
}
