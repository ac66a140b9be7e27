package dev.larder.bench;

import java.util.List;
import java.util.Locale;
import java.util.function.LongUnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Resident memory per key: the full server minus the same server warmed and emptied, at every
 * number of keys on the way, since a table that has just grown is the dear one.
 */
final class RssMeasurement implements Measurement {
  private static final long MEGA = 1_000_000;

  /** What is stored, and how many keys of it. */
  private record Filling(
      String name, int valueLength, boolean isVolatile, Goal goal, long[] keyCounts) {}

  @Override
  public String name() {
    return "rss";
  }

  @Override
  public String summary() {
    return "resident memory of the empty server and per key";
  }

  @Override
  public void run(Bench bench, List<Row> rows) {
    long[] counts =
        bench.options().quick()
            ? new long[] {4 * MEGA, 5 * MEGA}
            : new long[] {4 * MEGA, 5 * MEGA, 6 * MEGA, 7 * MEGA, 8 * MEGA};
    List<Filling> fillings =
        List.of(
            new Filling("rss 16 + 32 B", 32, false, Goals.RSS_PER_KEY, counts),
            new Filling("rss 16 + 32 B with TTL", 32, true, Goals.RSS_PER_KEY_WITH_TTL, counts),
            new Filling(
                "rss 16 + 1024 B", 1 << 10, false, Goals.RSS_PER_KEY_1K, new long[] {MEGA}));
    Table details = new Table("Memory", "filling", "server", "keys", "bytes a key", "empty MB");
    double emptyMegabytes = 0;
    try {
      for (Filling filling : fillings) {
        if (bench.options().wants(filling.name)) {
          emptyMegabytes = Math.max(emptyMegabytes, runOne(bench, filling, rows, details));
        }
      }
    } finally {
      bench.detail(details);
    }
    if (emptyMegabytes > 0) {
      rows.add(
          Row.judged(
              "rss empty, warmed",
              Goals.EMPTY_RSS,
              emptyMegabytes,
              Text.fixed(emptyMegabytes, 1) + " MB",
              "the largest of the runs"));
    }
  }

  /** Returns the megabytes of the empty server under test. */
  private static double runOne(Bench bench, Filling filling, List<Row> rows, Table details) {
    bench.say(filling.name);
    Result larder = measure(bench, bench.larder(), filling, details);
    Result redis = measure(bench, bench.redis(), filling, details);
    ServerSpec memcached = bench.memcached();
    if (memcached != null) {
      measure(bench, memcached, filling, details);
    }
    rows.add(
        Row.judged(
            filling.name,
            filling.goal,
            larder.worst,
            Text.fixed(larder.worst, 1) + " bytes",
            "worst at %d M keys; redis %s, ratio %s"
                .formatted(
                    larder.worstKeys / MEGA,
                    Text.fixed(redis.worst, 1),
                    Text.fixed(larder.worst / redis.worst, 2))));
    return larder.emptyMegabytes;
  }

  /** Bytes a key where it was worst. */
  private record Result(double worst, long worstKeys, double emptyMegabytes) {}

  private static Result measure(Bench bench, ServerSpec spec, Filling filling, Table details) {
    try (ServerProcess server = ServerProcess.start(spec)) {
      warm(bench, server, filling);
      long empty = server.settledResidentBytes();
      double worst = 0;
      long worstKeys = 0;
      long from = 0;
      for (long keys : filling.keyCounts) {
        fill(bench, server, filling, from, keys);
        from = keys;
        checkCount(server, keys);
        double perKey = (double) (server.settledResidentBytes() - empty) / keys;
        details.add(
            filling.name,
            server.name(),
            Long.toString(keys),
            Text.fixed(perKey, 1),
            Text.fixed(empty / 1e6, 1));
        if (perKey > worst) {
          worst = perKey;
          worstKeys = keys;
        }
      }
      return new Result(worst, worstKeys, empty / 1e6);
    }
  }

  /** Brings in the code and buffers that any running server has, then empties it again. */
  private static void warm(Bench bench, ServerProcess server, Filling filling) {
    long keys = 10_000;
    fill(bench, server, filling, 0, keys);
    Workload workload = Workload.mixed(filling.valueLength, 16, 50, keys);
    try (LoadGenerator load =
        new LoadGenerator(server.port(), server.protocol(), workload, bench.pinned())) {
      load.start();
      load.run(bench.options().windowOr(5, 2));
      load.drain();
    }
    if (server.protocol() == Protocol.RESP) {
      try (ControlClient client = server.control()) {
        client.call("FLUSHALL");
      }
    }
  }

  private static void fill(Bench bench, ServerProcess server, Filling filling, long from, long to) {
    if (filling.isVolatile) {
      // From a day ahead on, over ten days: none goes away while we look.
      long day = 86_400_000L;
      LongUnaryOperator deadlines = Deadlines.spread(Clock.epochMillis() + day, 10 * day);
      Populate.volatileRange(server, from, to, filling.valueLength, deadlines, bench.pinned());
    } else {
      Populate.range(server, from, to, filling.valueLength, bench.pinned());
    }
  }

  private static void checkCount(ServerProcess server, long keys) {
    String count = count(server);
    if (count != null && Long.parseLong(count) != keys) {
      throw new BenchException(
          String.format(Locale.ROOT, "%s holds %s keys of %d", server.name(), count, keys));
    }
  }

  private static @Nullable String count(ServerProcess server) {
    if (server.protocol() != Protocol.RESP) {
      return null;
    }
    try (ControlClient client = server.control()) {
      return client.call("DBSIZE");
    }
  }
}
