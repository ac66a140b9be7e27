package dev.larder.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Hit ratios of caches that serve what was really asked for: policies of Larder beside those of
 * redis-server, at the same number of objects, and at the same bytes.
 */
final class TracesMeasurement implements Measurement {
  /** Sizes of caches as parts of all objects that a trace asks for. */
  private static final double[] PARTS = {0.001, 0.01, 0.1};

  /** Smaller caches say little. */
  private static final int MIN_ENTRIES = 500;

  /** Traces with such names are stress cases, and not part of means. */
  private static final String STRESS = "lirs-";

  /** The open traces make so many pairs; a goal for their mean holds for no other set. */
  private static final int OPEN_PAIRS = 15;

  private static final int SHORT_VALUE = 8;
  private static final int LONGER_VALUE = 200;

  private static final String ENTRIES = "traces, equal entries";
  private static final String BYTES = "traces, equal bytes";

  /** A replay waits for each reply, so that most of the time of one belongs to others. */
  private static final int AT_ONCE = 3;

  /** A server with a policy. */
  private enum Cache {
    LARDER_S3("allkeys-s3", true),
    LARDER_LRU("allkeys-lru", true),
    LARDER_LFU("allkeys-lfu", true),
    REDIS_LRU("allkeys-lru", false),
    REDIS_LFU("allkeys-lfu", false);

    private final String policy;
    private final boolean isLarder;

    Cache(String policy, boolean isLarder) {
      this.policy = policy;
      this.isLarder = isLarder;
    }

    String label() {
      return (isLarder ? "larder " : "redis ") + policy;
    }

    TraceCache start(Bench bench, int valueLength) {
      return new TraceCache(isLarder ? bench.larder() : bench.redis(), policy, valueLength);
    }
  }

  /** Redis first: its need is everyone's limit. */
  private static final List<Cache> BY_BYTES =
      List.of(Cache.REDIS_LRU, Cache.REDIS_LFU, Cache.LARDER_S3);

  /** A trace, and the size of the cache it is replayed on. */
  private record Pair(Trace trace, int entries) {
    String name() {
      return trace.name() + " " + entries;
    }
  }

  /** The hit ratios of all pairs so far, in percent. Any thread may add some. */
  private static final class Means {
    private final Map<Cache, List<Double>> byCache = new EnumMap<>(Cache.class);
    private final List<Double> lru = new ArrayList<>();

    /** How far Larder's number of objects was off at most, in percent, and where. */
    private double mostOff;

    private String mostOffAt = "";

    synchronized void held(Pair pair, Cache cache, long held) {
      double off = 100.0 * Math.abs(held - pair.entries) / pair.entries;
      if (cache.isLarder && off >= mostOff) {
        mostOff = off;
        mostOffAt = "%s held %d".formatted(pair.name(), held);
      }
    }

    synchronized void add(Cache cache, double ratio) {
      byCache.computeIfAbsent(cache, c -> new ArrayList<>()).add(100 * ratio);
    }

    synchronized void addLru(double ratio) {
      lru.add(100 * ratio);
    }

    double of(Cache cache) {
      return mean(byCache.getOrDefault(cache, List.of()));
    }

    double exactLru() {
      return mean(lru);
    }

    private static double mean(List<Double> values) {
      return values.stream().mapToDouble(Double::doubleValue).average().orElse(Double.NaN);
    }
  }

  @Override
  public String name() {
    return "traces";
  }

  @Override
  public String summary() {
    return "hit ratios on traces (--traces DIR, else a sample) beside redis-server's";
  }

  @Override
  public void run(Bench bench, List<Row> rows) {
    List<Pair> pairs = pairs(bench.options().traces(), bench.options().quick());
    if (bench.options().wants(ENTRIES)) {
      equalEntries(bench, pairs, rows);
    }
    if (bench.options().wants(BYTES)) {
      equalBytes(bench, pairs, rows);
    }
  }

  private static List<Pair> pairs(@Nullable Path directory, boolean quick) {
    List<Trace> traces = directory == null ? List.of(Trace.sample()) : Trace.allIn(directory);
    List<Pair> pairs = new ArrayList<>();
    for (Trace trace : traces) {
      for (double part : PARTS) {
        int entries = (int) Math.round(part * trace.distinct());
        if (entries >= MIN_ENTRIES
            && !trace.name().startsWith(STRESS)
            && !(quick && trace.ids().length > 1_000_000)) {
          pairs.add(new Pair(trace, entries));
        }
      }
    }
    if (pairs.isEmpty()) {
      throw new BenchException("no traces of caches with at least " + MIN_ENTRIES + " objects");
    }
    return pairs;
  }

  private static void equalEntries(Bench bench, List<Pair> pairs, List<Row> rows) {
    Means means = new Means();
    Table details = details("Hit ratios at equal numbers of objects, in %", true);
    try {
      forEach(pairs, pair -> equalEntries(bench, pair, means), details);
      addMeans(details, means, true);
    } finally {
      bench.detail(details);
    }
    judge(pairs.size(), means, rows);
  }

  private static List<String> equalEntries(Bench bench, Pair pair, Means means) {
    bench.say(ENTRIES + ": " + pair.name());
    double lru = ExactLru.hitRatio(pair.trace.ids(), pair.entries);
    means.addLru(lru);
    List<String> cells = new ArrayList<>(List.of(pair.name(), percent(100 * lru)));
    for (Cache cache : Cache.values()) {
      try (TraceCache started = cache.start(bench, SHORT_VALUE)) {
        if (cache.isLarder) {
          started.limitEntries(pair.entries);
        } else {
          started.limitHeldEntries(pair.entries);
        }
        TraceCache.Outcome outcome = started.replay(pair.trace);
        means.held(pair, cache, outcome.held());
        add(means, cache, outcome, cells);
      }
    }
    return cells;
  }

  /**
   * Does this with all pairs, some at a time, and adds what it returns in the order of the pairs.
   */
  private static void forEach(List<Pair> pairs, Function<Pair, List<String>> work, Table details) {
    try (ExecutorService threads = Executors.newFixedThreadPool(AT_ONCE)) {
      List<Future<List<String>>> results = new ArrayList<>();
      for (Pair pair : pairs) {
        results.add(threads.submit(() -> work.apply(pair)));
      }
      for (Future<List<String>> result : results) {
        details.add(result.get().toArray(String[]::new));
      }
    } catch (ExecutionException e) {
      throw new BenchException("a replay failed: " + e.getCause(), e);
    } catch (InterruptedException e) {
      throw new BenchException("a replay was interrupted", e);
    }
  }

  private static void judge(int pairs, Means means, List<Row> rows) {
    double ours = means.of(Cache.LARDER_S3);
    String note = pairs + " pairs of trace and size";
    rows.add(
        Row.judged(
            ENTRIES + ", held by the limit of N",
            Goals.OFF_ENTRIES,
            means.mostOff,
            Text.fixed(means.mostOff, 2) + " % off",
            means.mostOffAt));
    rows.add(
        pairs == OPEN_PAIRS
            ? Row.judged(ENTRIES + ", s3", Goals.OPEN_TRACES, ours, percent(ours) + " %", note)
            : Row.info(ENTRIES + ", s3", percent(ours) + " %", note));
    double redisLru = means.of(Cache.REDIS_LRU);
    add(rows, ENTRIES + ", s3 over exact LRU", Goals.OVER_LRU, ours - means.exactLru(), note);
    add(rows, ENTRIES + ", s3 over redis LRU", Goals.OVER_REDIS, ours - redisLru, note);
    double lru = means.of(Cache.LARDER_LRU) - redisLru;
    add(rows, ENTRIES + ", lru over redis LRU", Goals.AS_REDIS_CHOOSES, lru, note);
    double lfu = means.of(Cache.LARDER_LFU) - means.of(Cache.REDIS_LFU);
    add(rows, ENTRIES + ", lfu over redis LFU", Goals.AS_REDIS_CHOOSES, lfu, note);
  }

  private static void add(List<Row> rows, String name, Goal goal, double points, String note) {
    rows.add(Row.judged(name, goal, points, Text.fixed(points, 2) + " points", note));
  }

  /** Redis gets what it needs for so many objects; Larder the same. */
  private static void equalBytes(Bench bench, List<Pair> pairs, List<Row> rows) {
    Means means = new Means();
    Table details = details("Hit ratios at equal bytes, values of 200 bytes, in %", false);
    try {
      forEach(pairs, pair -> equalBytes(bench, pair, means), details);
      addMeans(details, means, false);
    } finally {
      bench.detail(details);
    }
    double points = means.of(Cache.LARDER_S3) - means.of(Cache.REDIS_LRU);
    add(
        rows,
        BYTES + ", s3 over redis LRU",
        Goals.OVER_REDIS_IN_BYTES,
        points,
        pairs.size() + " pairs");
  }

  private static List<String> equalBytes(Bench bench, Pair pair, Means means) {
    bench.say(BYTES + ": " + pair.name());
    List<String> cells = new ArrayList<>(List.of(pair.name()));
    long limit = 0;
    for (Cache cache : BY_BYTES) {
      try (TraceCache started = cache.start(bench, LONGER_VALUE)) {
        limit = limit == 0 ? started.bytesFor(pair.entries) : limit;
        started.limitBytes(limit);
        add(means, cache, started.replay(pair.trace), cells);
      }
    }
    return cells;
  }

  private static Table details(String title, boolean all) {
    List<String> header = new ArrayList<>(List.of("trace, objects"));
    if (all) {
      header.add("exact LRU");
    }
    for (Cache cache : all ? List.of(Cache.values()) : BY_BYTES) {
      header.add(cache.label() + " (held, 1000/s)");
    }
    return new Table(title, header.toArray(String[]::new));
  }

  private static void add(
      Means means, Cache cache, TraceCache.Outcome outcome, List<String> cells) {
    means.add(cache, outcome.hitRatio());
    cells.add(
        "%s (%d, %d)"
            .formatted(
                percent(100 * outcome.hitRatio()),
                outcome.held(),
                Math.round(outcome.requestsPerSecond() / 1e3)));
  }

  private static void addMeans(Table details, Means means, boolean all) {
    List<String> cells = new ArrayList<>(List.of("mean"));
    if (all) {
      cells.add(percent(means.exactLru()));
    }
    for (Cache cache : all ? List.of(Cache.values()) : BY_BYTES) {
      cells.add(percent(means.of(cache)));
    }
    details.add(cells.toArray(String[]::new));
  }

  private static String percent(double value) {
    return Text.fixed(value, 2);
  }
}
