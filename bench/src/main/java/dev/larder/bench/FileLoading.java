package dev.larder.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * From the start of a server to its first reply, when it has loaded a file that redis-server wrote:
 * both load the same one in turn, on all cores. The start of the JVM counts.
 */
final class FileLoading {
  private static final long MILLION = 1_000_000;
  private static final int VALUE_LENGTH = 32;
  private static final int SMALL = 20;

  /**
   * A file.
   *
   * @param keys how many it holds
   * @param isAppended whether it is an append-only file that begins with nothing
   */
  private record Content(
      String name, long keys, boolean isAppended, Consumer<ServerProcess> fill) {}

  private final Bench bench;

  FileLoading(Bench bench) {
    this.bench = bench;
  }

  void run(List<Row> rows) {
    Table details = new Table("Loading", "file", "server", "seconds", "median");
    try {
      for (Content content : contents()) {
        if (bench.options().wants(content.name)) {
          bench.say(content.name);
          runOne(content, rows, details);
        }
      }
    } finally {
      bench.detail(details);
    }
  }

  private List<Content> contents() {
    long strings = bench.options().quick() ? MILLION : 5 * MILLION;
    long small = bench.options().quick() ? MILLION / 10 : MILLION / 2;
    Consumer<ServerProcess> fill =
        server -> Populate.range(server, 0, strings, VALUE_LENGTH, bench.pinned());
    String count = strings / MILLION + " M keys";
    List<Content> contents = new ArrayList<>();
    contents.add(new Content("aof loading, RDB, " + count, strings, false, fill));
    contents.add(new Content("aof loading, AOF, " + count, strings, true, fill));
    contents.add(ofSmall(small, "hashes", Filling.HASH));
    contents.add(ofSmall(small, "sets", Filling.SET));
    contents.add(ofSmall(small, "sorted sets", Filling.ZSET));
    contents.add(ofSmall(small, "lists", Filling.LIST));
    return contents;
  }

  private Content ofSmall(long keys, String what, Filling filling) {
    return new Content(
        "aof loading, RDB, %d k %s of %d".formatted(keys / 1_000, what, SMALL),
        keys,
        false,
        server -> filling.build(server, new Elements(keys, SMALL), bench.pinned()));
  }

  private void runOne(Content content, List<Row> rows, Table details) {
    String[] options = content.isAppended ? AofMeasurement.appending("no") : new String[0];
    ServerSpec redis = bench.redis(options).on(Machine.allCores());
    ServerSpec larder = bench.larder(options).on(Machine.allCores());
    Path directory = ServerProcess.newDirectory();
    try {
      try (ServerProcess server = ServerProcess.startIn(directory, redis);
          ControlClient client = server.control()) {
        content.fill.accept(server);
        if (!content.isAppended) {
          client.call("SAVE");
        }
      }
      int rounds = bench.options().roundsOr(5, 3);
      double[] redisNanos = new double[rounds];
      double[] larderNanos = new double[rounds];
      for (int round = 0; round < rounds; round++) {
        redisNanos[round] = load(content, directory, redis);
        larderNanos[round] = load(content, directory, larder);
      }
      tell(content, "redis", redisNanos, details);
      tell(content, "larder", larderNanos, details);
      double ratio = Stats.medianRatio(larderNanos, redisNanos);
      rows.add(
          Row.judged(
              content.name,
              Goals.LOADING,
              ratio,
              "%s (%s s)".formatted(Text.fixed(ratio, 3), seconds(Stats.median(larderNanos))),
              "redis %s s".formatted(seconds(Stats.median(redisNanos)))));
    } finally {
      ServerProcess.remove(directory);
    }
  }

  private static double load(Content content, Path directory, ServerSpec spec) {
    long from = Clock.nanos();
    try (ServerProcess server = ServerProcess.startIn(directory, spec)) {
      double nanos = Clock.nanos() - from;
      try (ControlClient client = server.control()) {
        String count = client.call("DBSIZE");
        if (Long.parseLong(count) != content.keys) {
          throw new BenchException(
              "%s has loaded %s keys of %d".formatted(spec.name(), count, content.keys));
        }
      }
      return nanos;
    }
  }

  private static void tell(Content content, String server, double[] nanos, Table details) {
    List<String> all = new ArrayList<>();
    for (double value : nanos) {
      all.add(seconds(value));
    }
    details.add(content.name, server, String.join(", ", all), seconds(Stats.median(nanos)));
  }

  private static String seconds(double nanos) {
    return Text.fixed(nanos / Clock.SECOND, 2);
  }
}
