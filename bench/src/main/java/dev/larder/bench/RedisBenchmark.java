package dev.larder.bench;

import java.util.ArrayList;
import java.util.List;

/** Load by redis-benchmark, for what the own load generator does not do. */
final class RedisBenchmark {
  private RedisBenchmark() {}

  /**
   * CPU time of the server for each request of a run, in nanoseconds.
   *
   * @param port of the server
   * @param options of redis-benchmark, but for the port and the number of requests
   */
  static double cpuNanos(ServerProcess server, int port, int requests, List<String> options) {
    List<String> command =
        new ArrayList<>(List.of("redis-benchmark", "-p", Integer.toString(port)));
    command.addAll(options);
    command.addAll(List.of("-n", Integer.toString(requests), "-q"));
    ProcessUsage before = server.usage();
    String output = Machine.outputOf(command);
    if (!output.contains("requests per second")) {
      throw new BenchException("redis-benchmark has failed: " + output.strip());
    }
    return (double) server.usage().since(before).ranNanos() / requests;
  }
}
