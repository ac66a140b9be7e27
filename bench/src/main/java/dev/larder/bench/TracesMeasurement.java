package dev.larder.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
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
  private static final String LFU = "traces, lfu";
  private static final String BYTES = "traces, equal bytes";

  /** A server that holds so much more or less of a small cache, in percent, is not compared. */
  private static final double FAR_OFF = 5;

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

    void limit(TraceCache cache, int entries) {
      if (isLarder) {
        cache.limitEntries(entries);
      } else {
        cache.limitHeldEntries(entries);
      }
    }
  }

  private static final List<Cache> BY_ENTRIES =
      List.of(Cache.LARDER_S3, Cache.LARDER_LRU, Cache.REDIS_LRU);

  /** Counters fade by the clock: compared is what had the same time. */
  private static final List<Cache> BY_FREQUENCY = List.of(Cache.LARDER_LFU, Cache.REDIS_LFU);

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
    private final Map<Cache, Map<Pair, Double>> byCache = new EnumMap<>(Cache.class);
    private final List<Double> lru = new ArrayList<>();

    /** Of all caches with Larder's own policy. */
    private double policyBytes;

    private long policyObjects;
    private double mostPolicyBytes;
    private String mostPolicyBytesAt = "";

    /** Of redis-server, whose limit is hard to set for a small cache. */
    private final Set<Pair> farOff = new HashSet<>();

    /** How far Larder's number of objects was off at most, in percent, and where. */
    private double mostOff;

    private String mostOffAt = "";

    synchronized void held(Pair pair, Cache cache, long held) {
      double off = 100.0 * Math.abs(held - pair.entries) / pair.entries;
      if (!cache.isLarder) {
        if (off > FAR_OFF) {
          farOff.add(pair);
        }
      } else if (off >= mostOff) {
        mostOff = off;
        mostOffAt = "%s held %d".formatted(pair.name(), held);
      }
    }

    synchronized void add(Pair pair, Cache cache, double ratio) {
      byCache.computeIfAbsent(cache, c -> new HashMap<>()).put(pair, 100 * ratio);
    }

    synchronized void addPolicyBytes(Pair pair, double bytes, long objects) {
      policyBytes += bytes;
      policyObjects += objects;
      if (bytes / objects > mostPolicyBytes) {
        mostPolicyBytes = bytes / objects;
        mostPolicyBytesAt = pair.name();
      }
    }

    /** Bytes an object, of all together. */
    double policyBytesEach() {
      return policyBytes / policyObjects;
    }

    synchronized void addLru(double ratio) {
      lru.add(100 * ratio);
    }

    double of(Cache cache) {
      return mean(List.copyOf(byCache.getOrDefault(cache, Map.of()).values()));
    }

    double exactLru() {
      return mean(lru);
    }

    /** By how many points it is better, in the mean of pairs where redis-server had its share. */
    double over(Cache redis, Cache larder) {
      Map<Pair, Double> ours = byCache.getOrDefault(larder, Map.of());
      List<Double> points = new ArrayList<>();
      byCache
          .getOrDefault(redis, Map.of())
          .forEach((pair, ratio) -> {
            if (!farOff.contains(pair)) {
              points.add(ours.getOrDefault(pair, Double.NaN) - ratio);
            }
          });
      return mean(points);
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
    if (bench.options().wants(LFU)) {
      byFrequency(bench, pairs, rows);
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
    Table details = details("Hit ratios at equal numbers of objects, in %", true, BY_ENTRIES);
    Means means = replay(bench, pairs, TracesMeasurement::equalEntries, details, BY_ENTRIES);
    judge(pairs.size(), means, rows);
  }

  private static List<String> equalEntries(Bench bench, Pair pair, Means means) {
    bench.say(ENTRIES + ": " + pair.name());
    double lru = ExactLru.hitRatio(pair.trace.ids(), pair.entries);
    means.addLru(lru);
    List<String> cells = new ArrayList<>(List.of(pair.name(), percent(100 * lru)));
    double policyBytesEach = 0;
    for (Cache cache : BY_ENTRIES) {
      try (TraceCache started = cache.start(bench, SHORT_VALUE)) {
        cache.limit(started, pair.entries);
        TraceCache.Outcome outcome = started.replay(pair.trace);
        means.held(pair, cache, outcome.held());
        add(means, pair, cache, outcome, cells);
        if (cache == Cache.LARDER_S3) {
          double bytes = started.policyBytes();
          means.addPolicyBytes(pair, bytes, outcome.held());
          policyBytesEach = bytes / outcome.held();
        }
      }
    }
    cells.add(Text.fixed(policyBytesEach, 2));
    return cells;
  }

  private static void byFrequency(Bench bench, List<Pair> pairs, List<Row> rows) {
    Table details =
        details("Hit ratios of LFU at equal numbers of objects, in %", false, BY_FREQUENCY);
    Means means = replay(bench, pairs, TracesMeasurement::byFrequency, details, BY_FREQUENCY);
    double points = means.over(Cache.REDIS_LFU, Cache.LARDER_LFU);
    add(rows, LFU + " over redis LFU", Goals.AS_REDIS_CHOOSES, points, note(pairs.size(), means));
  }

  private static List<String> byFrequency(Bench bench, Pair pair, Means means) {
    bench.say(LFU + ": " + pair.name());
    List<String> cells = new ArrayList<>(List.of(pair.name()));
    try (TraceCache larder = Cache.LARDER_LFU.start(bench, SHORT_VALUE);
        TraceCache redis = Cache.REDIS_LFU.start(bench, SHORT_VALUE)) {
      Cache.LARDER_LFU.limit(larder, pair.entries);
      Cache.REDIS_LFU.limit(redis, pair.entries);
      List<TraceCache.Outcome> outcomes = TraceCache.replayBoth(pair.trace, larder, redis);
      for (int i = 0; i < outcomes.size(); i++) {
        means.held(pair, BY_FREQUENCY.get(i), outcomes.get(i).held());
        add(means, pair, BY_FREQUENCY.get(i), outcomes.get(i), cells);
      }
    }
    return cells;
  }

  /** Replays a pair, adds to the means, and returns the cells of its line. */
  @FunctionalInterface
  private interface Replay {
    List<String> of(Bench bench, Pair pair, Means means);
  }

  /** Replays all pairs; the report has the details, as far as they go, whatever happens. */
  private static Means replay(
      Bench bench, List<Pair> pairs, Replay replay, Table details, List<Cache> caches) {
    Means means = new Means();
    try {
      forEach(pairs, pair -> replay.of(bench, pair, means), details);
      addMeans(details, means, caches);
    } finally {
      bench.detail(details);
    }
    return means;
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
    add(rows, ENTRIES + ", s3 over exact LRU", Goals.OVER_LRU, ours - means.exactLru(), note);
    String compared = note(pairs, means);
    double s3 = means.over(Cache.REDIS_LRU, Cache.LARDER_S3);
    add(rows, ENTRIES + ", s3 over redis LRU", Goals.OVER_REDIS, s3, compared);
    double lru = means.over(Cache.REDIS_LRU, Cache.LARDER_LRU);
    add(rows, ENTRIES + ", lru over redis LRU", Goals.AS_REDIS_CHOOSES, lru, compared);
    judgePolicyData(means, rows);
  }

  private static void judgePolicyData(Means means, List<Row> rows) {
    double bytes = means.policyBytesEach();
    rows.add(
        Row.judged(
            "traces, policy data of s3, an object",
            Goals.POLICY_BYTES,
            bytes,
            Text.fixed(bytes, 2) + " bytes",
            "all caches together"));
    rows.add(
        Row.judged(
            "traces, policy data of s3, at most",
            Goals.MOST_POLICY_BYTES,
            means.mostPolicyBytes,
            Text.fixed(means.mostPolicyBytes, 2) + " bytes",
            means.mostPolicyBytesAt));
  }

  private static String note(int pairs, Means means) {
    return "%d of %d pairs; in others redis-server held %.0f %% more or less"
        .formatted(pairs - means.farOff.size(), pairs, FAR_OFF);
  }

  private static void add(List<Row> rows, String name, Goal goal, double points, String note) {
    rows.add(Row.judged(name, goal, points, Text.fixed(points, 2) + " points", note));
  }

  /** Redis gets what it needs for so many objects; Larder the same. */
  private static void equalBytes(Bench bench, List<Pair> pairs, List<Row> rows) {
    Table details =
        details("Hit ratios at equal bytes, values of 200 bytes, in %", false, BY_BYTES);
    Means means = replay(bench, pairs, TracesMeasurement::equalBytes, details, BY_BYTES);
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
        add(means, pair, cache, started.replay(pair.trace), cells);
      }
    }
    return cells;
  }

  /**
   * @param isWhole whether exact LRU is compared as well, and policy data
   */
  private static Table details(String title, boolean isWhole, List<Cache> caches) {
    List<String> header = new ArrayList<>(List.of("trace, objects"));
    if (isWhole) {
      header.add("exact LRU");
    }
    for (Cache cache : caches) {
      header.add(cache.label() + " (held, 1000/s)");
    }
    if (isWhole) {
      header.add("policy data of s3, bytes an object");
    }
    return new Table(title, header.toArray(String[]::new));
  }

  private static void add(
      Means means, Pair pair, Cache cache, TraceCache.Outcome outcome, List<String> cells) {
    means.add(pair, cache, outcome.hitRatio());
    cells.add(
        "%s (%d, %d)"
            .formatted(
                percent(100 * outcome.hitRatio()),
                outcome.held(),
                Math.round(outcome.requestsPerSecond() / 1e3)));
  }

  private static void addMeans(Table details, Means means, List<Cache> caches) {
    List<String> cells = new ArrayList<>(List.of("mean"));
    if (!means.lru.isEmpty()) {
      cells.add(percent(means.exactLru()));
    }
    for (Cache cache : caches) {
      cells.add(percent(means.of(cache)));
    }
    if (means.policyObjects > 0) {
      cells.add(Text.fixed(means.policyBytesEach(), 2));
    }
    details.add(cells.toArray(String[]::new));
  }

  private static String percent(double value) {
    return Text.fixed(value, 2);
  }
}
