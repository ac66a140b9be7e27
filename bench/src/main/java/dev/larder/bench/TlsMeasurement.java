package dev.larder.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What encryption costs, and whether new clients' handshakes keep those waiting who are there. */
final class TlsMeasurement implements Measurement {
  private static final int PIPELINE = 16;
  private static final int CONNECTIONS = 50;
  private static final int KEYS = 100_000;
  private static final int VALUE_LENGTH = 32;
  private static final int REQUESTS = 500_000;
  private static final int QUICK_REQUESTS = 100_000;

  /** Runs before the first that counts: compilers need them. */
  private static final int WARM_UPS = 5;

  private static final int ROUNDS = 9;
  private static final int QUICK_ROUNDS = 3;
  private static final int HANDSHAKES_PER_SECOND = 5_000;
  private static final double STORM_SECONDS = 15;

  /** So many before the one that counts: until the JIT compilers have gone through all of it. */
  private static final int WARM_STORMS = 3;

  private static final double QUICK_STORM_SECONDS = 5;

  private static final String STORM = "TLS, 5,000 handshakes a second, p99 of others";

  @Override
  public String name() {
    return "tls";
  }

  @Override
  public String summary() {
    return "CPU per encrypted request, by redis-benchmark; latency beside new clients' handshakes";
  }

  @Override
  public void run(Bench bench, List<Row> rows) {
    for (String operation : List.of("GET", "SET")) {
      String row = "TLS, %s 32 B, pipeline %d".formatted(operation, PIPELINE);
      if (!bench.options().wants(row)) {
        continue;
      }
      if (hasTls()) {
        rows.add(cpu(bench, row, operation.toLowerCase(Locale.ROOT)));
      } else {
        rows.add(Row.unknown(row, Goals.TLS_CPU, "needs redis-benchmark and redis with TLS"));
      }
    }
    if (bench.options().wants(STORM)) {
      rows.add(storm(bench));
    }
  }

  private static boolean hasTls() {
    String found = "redis-benchmark --help 2>&1 | grep -e --cacert";
    return !Machine.firstLineOf(List.of("sh", "-c", found)).isEmpty();
  }

  /** A server with a port for TLS beside the other. */
  private record Encrypted(ServerProcess server, int port) implements AutoCloseable {
    static Encrypted larder(Bench bench) {
      int port = ServerProcess.freePort();
      return new Encrypted(ServerProcess.start(bench.larder(options(bench, port))), port);
    }

    static Encrypted redis(Bench bench) {
      int port = ServerProcess.freePort();
      return new Encrypted(ServerProcess.start(bench.redis(options(bench, port))), port);
    }

    private static String[] options(Bench bench, int port) {
      return new String[] {
        "--tls-port",
        Integer.toString(port),
        "--tls-cert-file",
        certificates(bench).resolve("server-rsa.crt").toString(),
        "--tls-key-file",
        certificates(bench).resolve("server-rsa.key").toString(),
        "--tls-auth-clients",
        "no"
      };
    }

    @Override
    public void close() {
      server.close();
    }
  }

  private static Path certificates(Bench bench) {
    return bench.options().home().resolve("server/src/test/resources/tls");
  }

  // ---- CPU -------------------------------------------------------------------------------------

  private static Row cpu(Bench bench, String row, String operation) {
    int requests = bench.options().quick() ? QUICK_REQUESTS : REQUESTS;
    int rounds = bench.options().roundsOr(ROUNDS, QUICK_ROUNDS);
    try (Encrypted redis = Encrypted.redis(bench);
        Encrypted larder = Encrypted.larder(bench)) {
      bench.say(row);
      for (int i = 0; i < WARM_UPS; i++) {
        load(bench, larder, "set", REQUESTS);
        load(bench, larder, operation, REQUESTS);
      }
      load(bench, redis, "set", REQUESTS);
      double[] ofRedis = new double[rounds];
      double[] ofLarder = new double[rounds];
      for (int i = 0; i < rounds; i++) {
        ofRedis[i] = load(bench, redis, operation, requests);
        ofLarder[i] = load(bench, larder, operation, requests);
      }
      double ratio = Stats.medianRatio(ofLarder, ofRedis);
      String measured =
          "%s (%s µs)".formatted(Text.fixed(ratio, 3), Text.micros(Stats.median(ofLarder)));
      String note = "redis %s µs".formatted(Text.micros(Stats.median(ofRedis)));
      return Row.judged(row, Goals.TLS_CPU, ratio, measured, note);
    }
  }

  /** CPU time of the server for each request, in nanoseconds. */
  private static double load(Bench bench, Encrypted to, String operation, int requests) {
    List<String> options = new ArrayList<>();
    options.addAll(List.of("--tls", "--cacert", certificates(bench).resolve("ca.crt").toString()));
    options.addAll(List.of("-t", operation, "-P", Integer.toString(PIPELINE)));
    options.addAll(List.of("-c", Integer.toString(CONNECTIONS)));
    options.addAll(List.of("-r", Integer.toString(KEYS), "-d", Integer.toString(VALUE_LENGTH)));
    return RedisBenchmark.cpuNanos(to.server, to.port, requests, options);
  }

  // ---- Handshakes ------------------------------------------------------------------------------

  private static Row storm(Bench bench) {
    String redisFound;
    try (Encrypted redis = Encrypted.redis(bench)) {
      redisFound = describe(storm(bench, redis));
    } catch (BenchException e) {
      redisFound = "failed: " + e.getMessage();
    }
    try (Encrypted larder = Encrypted.larder(bench)) {
      for (int i = 0; i < WARM_STORMS; i++) {
        storm(bench, larder);
      }
      Outcome outcome = storm(bench, larder);
      double millis = outcome.p99Nanos / Clock.MILLI;
      String note = "%s; redis %s".formatted(describe(outcome), redisFound);
      return Row.judged(STORM, Goals.TLS_STORM, millis, Text.millis(outcome.p99Nanos), note);
    }
  }

  /** What a storm has brought about. */
  private record Outcome(double p99Nanos, double openedPerSecond, double answeredPerSecond) {}

  private static String describe(Outcome outcome) {
    return "p99 %s, %s a second opened, %s answered"
        .formatted(
            Text.millis(outcome.p99Nanos),
            Text.fixed(outcome.openedPerSecond, 0),
            Text.fixed(outcome.answeredPerSecond, 0));
  }

  private static Outcome storm(Bench bench, Encrypted on) {
    bench.say("tls: handshakes with " + on.server.name());
    long nanos = bench.options().windowOr(STORM_SECONDS, QUICK_STORM_SECONDS);
    HandshakeStorm storm = new HandshakeStorm(on.port, HANDSHAKES_PER_SECOND, nanos);
    try (Prober prober = Prober.start(on.server)) {
      storm.run();
      double p99 = prober.stop().quantile(0.99);
      return new Outcome(p99, storm.openedPerSecond(), storm.answeredPerSecond());
    }
  }
}
