package dev.larder.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What it costs that a user may not do everything: each command and each key is looked at. */
final class AclMeasurement implements Measurement {
  private static final int PIPELINE = 16;
  private static final int CONNECTIONS = 50;
  private static final int KEYS = 100_000;
  private static final int REQUESTS = 1_000_000;
  private static final int QUICK_REQUESTS = 200_000;

  /** Runs before the first that counts: compilers need them. */
  private static final int WARM_UPS = 3;

  private static final int ROUNDS = 9;
  private static final int QUICK_ROUNDS = 3;

  /** The keys of redis-benchmark, and all commands but some, as an application's user may have. */
  private static final String[] RULES = {
    "--user", "default", "on", "nopass", "~other:*", "~key:*", "+@all", "-@dangerous"
  };

  @Override
  public String name() {
    return "acl";
  }

  @Override
  public String summary() {
    return "CPU per request of a user with rules over one who may do everything";
  }

  @Override
  public void run(Bench bench, List<Row> rows) {
    for (String operation : List.of("GET", "SET")) {
      String row = "user with rules, %s, pipeline %d".formatted(operation, PIPELINE);
      if (bench.options().wants(row)) {
        rows.add(measure(bench, row, operation.toLowerCase(Locale.ROOT)));
      }
    }
  }

  private static Row measure(Bench bench, String row, String operation) {
    int requests = bench.options().quick() ? QUICK_REQUESTS : REQUESTS;
    int rounds = bench.options().roundsOr(ROUNDS, QUICK_ROUNDS);
    try (ServerProcess free = ServerProcess.start(bench.larder());
        ServerProcess ruled = ServerProcess.start(bench.larder(RULES))) {
      bench.say(row);
      for (int i = 0; i < WARM_UPS; i++) {
        load(free, "set", requests);
        load(ruled, "set", requests);
        load(free, operation, requests);
        load(ruled, operation, requests);
      }
      double[] ofFree = new double[rounds];
      double[] ofRuled = new double[rounds];
      for (int i = 0; i < rounds; i++) {
        ofFree[i] = load(free, operation, requests);
        ofRuled[i] = load(ruled, operation, requests);
      }
      double percent = 100 * (Stats.medianRatio(ofRuled, ofFree) - 1);
      String measured =
          "%s %% (%s µs)".formatted(Text.fixed(percent, 1), Text.micros(Stats.median(ofRuled)));
      String note = "without %s µs".formatted(Text.micros(Stats.median(ofFree)));
      return Row.judged(row, Goals.ACL_CPU, Math.max(0, percent), measured, note);
    }
  }

  /** CPU time of the server for each request, in nanoseconds. */
  private static double load(ServerProcess server, String operation, int requests) {
    List<String> options = new ArrayList<>();
    options.addAll(List.of("-t", operation, "-P", Integer.toString(PIPELINE)));
    options.addAll(List.of("-c", Integer.toString(CONNECTIONS), "-r", Integer.toString(KEYS)));
    return RedisBenchmark.cpuNanos(server, server.port(), requests, options);
  }
}
