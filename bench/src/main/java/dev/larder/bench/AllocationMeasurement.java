package dev.larder.bench;

import java.util.List;

/**
 * What the event loops allocate on the Java heap for each command, as the server counts it by
 * thread. What the two INFO commands around a window allocate themselves is taken off.
 */
final class AllocationMeasurement implements Measurement {
  private static final String FIELD = "loop_allocated_bytes";
  private static final int CONNECTIONS = 50;
  private static final int VALUE_LENGTH = 32;
  private static final long KEYS = 100_000;

  @Override
  public String name() {
    return "allocation";
  }

  @Override
  public String summary() {
    return "bytes the event loops allocate for a command";
  }

  @Override
  public void run(Bench bench, List<Row> rows) {
    try (ServerProcess server = ServerProcess.start(bench.larder());
        ControlClient client = server.control()) {
      if (Double.isNaN(client.infoNumber(FIELD))) {
        rows.add(Row.unknown(name(), Goals.ALLOCATION, "INFO has no " + FIELD));
        return;
      }
      Populate.range(server, 0, KEYS, VALUE_LENGTH, bench.pinned());
      for (int pipeline : new int[] {1, 16, 100}) {
        String row = "allocation, GET and SET, pipeline " + pipeline;
        if (!bench.options().wants(row)) {
          continue;
        }
        bench.say(row);
        double each = bytesEach(bench, server, client, pipeline);
        String measured = Text.fixed(each, 3) + " bytes";
        rows.add(
            pipeline >= 16
                ? Row.judged(row, Goals.ALLOCATION, each, measured, "")
                : Row.info(row, measured, "what a read and a flush take in the network library"));
      }
    }
  }

  private static double bytesEach(
      Bench bench, ServerProcess server, ControlClient client, int pipeline) {
    Workload workload = Workload.mixed(VALUE_LENGTH, pipeline, CONNECTIONS, KEYS);
    try (LoadGenerator load =
        new LoadGenerator(server.port(), server.protocol(), workload, bench.pinned())) {
      load.start();
      load.run(bench.options().windowOr(5, 3));
      load.drain();
      double idle = client.infoNumber(FIELD);
      double from = client.infoNumber(FIELD);
      load.start();
      LoadResult result = load.run(bench.options().windowOr(3, 1));
      load.drain();
      double allocated = client.infoNumber(FIELD) - from - (from - idle);
      return Math.max(0, allocated) / result.requests();
    }
  }
}
