package dev.larder.cli.top;

import dev.larder.cli.top.Sample.CommandCost;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a server has done between two samples.
 *
 * @param before null for the first sample, or where the server was started anew meanwhile: then all
 *     since its start counts
 */
record Interval(@Nullable Sample before, Sample now) {
  private static final double NANOS_PER_SECOND = 1e9;
  private static final CommandCost NOTHING = new CommandCost(0, 0, 0, new TreeMap<>());

  /** What the commands come in the order of. */
  enum Order {
    CALLS,
    TIME,
    LATENCY;

    /** The next one, and behind the last the first. */
    Order next() {
      return values()[(ordinal() + 1) % values().length];
    }

    String title() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * What a command has cost.
   *
   * @param share of the time of all commands, 0 to 1
   * @param micros a call
   * @param percentiles microseconds that 50, 99 and 99.9 % of the calls took at most, to a power of
   *     two; 0 where that is not known
   */
  record CommandRate(
      String name,
      double callsPerSecond,
      double share,
      double micros,
      double failuresPerSecond,
      List<Long> percentiles) {}

  private static final double[] PERCENTILES = {0.5, 0.99, 0.999};

  /** From one sample to the next. */
  static Interval between(@Nullable Sample before, Sample now) {
    boolean isSame = before != null && before.text("run_id").equals(now.text("run_id"));
    return new Interval(isSame ? before : null, now);
  }

  double seconds() {
    double sinceStart = Math.max(1, now.number("uptime_in_seconds"));
    return before == null ? sinceStart : (now.nanos() - before.nanos()) / NANOS_PER_SECOND;
  }

  /** By how much a field has grown a second. */
  double rate(String field) {
    return growth(field) / seconds();
  }

  private double growth(String field) {
    return now.number(field) - (before == null ? 0 : before.number(field));
  }

  /** The share of reads that found their key, 0 to 1; NaN if there were none. */
  double hitRatio() {
    double hits = growth("keyspace_hits");
    return hits / (hits + growth("keyspace_misses"));
  }

  /** Cores that were at work, of which each is 1. */
  double cores() {
    return rate("used_cpu_sys") + rate("used_cpu_user");
  }

  /** The commands that were called, those first that cost most. */
  List<CommandRate> commands(Order order) {
    double allMicros = 0;
    for (String name : now.commands().keySet()) {
      allMicros += growth(name, CommandCost::micros);
    }
    List<CommandRate> rates = new ArrayList<>();
    for (Map.Entry<String, CommandCost> entry : now.commands().entrySet()) {
      String name = entry.getKey();
      double calls = growth(name, CommandCost::calls);
      double failures = growth(name, CommandCost::failures);
      double micros = growth(name, CommandCost::micros);
      if (calls > 0 || failures > 0) {
        rates.add(
            new CommandRate(
                name,
                calls / seconds(),
                micros / Math.max(1, allMicros),
                micros / Math.max(1, calls),
                failures / seconds(),
                percentiles(name)));
      }
    }
    rates.sort(comparator(order).reversed().thenComparing(CommandRate::name));
    return rates;
  }

  private static Comparator<CommandRate> comparator(Order order) {
    return switch (order) {
      case CALLS -> Comparator.comparingDouble(CommandRate::callsPerSecond);
      case TIME -> Comparator.comparingDouble(CommandRate::share);
      case LATENCY -> Comparator.comparingLong(rate -> rate.percentiles().getLast());
    };
  }

  private interface Figure {
    long of(CommandCost cost);
  }

  private double growth(String command, Figure figure) {
    return figure.of(cost(now, command)) - figure.of(cost(before, command));
  }

  private static CommandCost cost(@Nullable Sample sample, String command) {
    return sample == null ? NOTHING : sample.commands().getOrDefault(command, NOTHING);
  }

  private List<Long> percentiles(String command) {
    NavigableMap<Long, Long> past = cost(before, command).histogram();
    NavigableMap<Long, Long> present = cost(now, command).histogram();
    List<Long> durations = new ArrayList<>();
    long all = present.isEmpty() ? 0 : grown(past, present.lastEntry());
    for (double percentile : PERCENTILES) {
      long duration = 0;
      for (Map.Entry<Long, Long> bucket : present.entrySet()) {
        if (all > 0 && grown(past, bucket) >= percentile * all) {
          duration = bucket.getKey();
          break;
        }
      }
      durations.add(duration);
    }
    return durations;
  }

  private static long grown(NavigableMap<Long, Long> past, Map.Entry<Long, Long> bucket) {
    Map.Entry<Long, Long> same = past.floorEntry(bucket.getKey());
    return bucket.getValue() - (same == null ? 0 : same.getValue());
  }
}
