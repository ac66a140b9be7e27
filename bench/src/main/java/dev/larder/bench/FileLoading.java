package dev.larder.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

/**
 * From the start of a server to its first reply, when it has loaded a file that redis-server wrote:
 * both load the same one in turn, on all cores. The start of the JVM counts; beside it is told what
 * was beyond that of a start without a file, measured in the same round.
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
    Table details =
        new Table(
            "Loading", "file", "server", "seconds from start to reply", "median", "without a file");
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
      Times redisTimes = new Times(redis, rounds);
      Times larderTimes = new Times(larder, rounds);
      for (int round = 0; round < rounds; round++) {
        redisTimes.measure(round, directory, content.keys);
        larderTimes.measure(round, directory, content.keys);
      }
      redisTimes.tell(content, details);
      larderTimes.tell(content, details);
      double ratio = Stats.medianRatio(larderTimes.whole, redisTimes.whole);
      double net = Stats.medianRatio(larderTimes.net(), redisTimes.net());
      rows.add(
          Row.judged(
              content.name,
              Goals.LOADING,
              ratio,
              "%s (%s s)".formatted(Text.fixed(ratio, 3), seconds(Stats.median(larderTimes.whole))),
              "redis %s s; without the start %s (%s s)"
                  .formatted(
                      seconds(Stats.median(redisTimes.whole)),
                      Text.fixed(net, 3),
                      seconds(Stats.median(larderTimes.net())))));
    } finally {
      ServerProcess.remove(directory);
    }
  }

  /** What one server has taken, round by round, in nanoseconds. */
  private static final class Times {
    private final ServerSpec spec;
    private final double[] whole;
    private final double[] empty;

    Times(ServerSpec spec, int rounds) {
      this.spec = spec;
      this.whole = new double[rounds];
      this.empty = new double[rounds];
    }

    void measure(int round, Path directory, long keys) {
      Path nothing = ServerProcess.newDirectory();
      try {
        empty[round] = load(nothing, spec, 0);
      } finally {
        ServerProcess.remove(nothing);
      }
      whole[round] = load(directory, spec, keys);
    }

    /** Beyond a start without a file. */
    double[] net() {
      double[] net = new double[whole.length];
      Arrays.setAll(net, i -> Math.max(0, whole[i] - empty[i]));
      return net;
    }

    void tell(Content content, Table details) {
      List<String> all = new ArrayList<>();
      for (double value : whole) {
        all.add(seconds(value));
      }
      details.add(
          content.name,
          spec.name(),
          String.join(", ", all),
          seconds(Stats.median(whole)),
          seconds(Stats.median(empty)));
    }
  }

  private static double load(Path directory, ServerSpec spec, long keys) {
    long from = Clock.nanos();
    try (ServerProcess server = ServerProcess.startIn(directory, spec)) {
      double nanos = Clock.nanos() - from;
      try (ControlClient client = server.control()) {
        String count = client.call("DBSIZE");
        if (Long.parseLong(count) != keys) {
          throw new BenchException(
              "%s has loaded %s keys of %d".formatted(spec.name(), count, keys));
        }
      }
      return nanos;
    }
  }

  private static String seconds(double nanos) {
    return Text.fixed(nanos / Clock.SECOND, 2);
  }
}
