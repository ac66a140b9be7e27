package dev.larder.metrics;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Events that took long, by their names: a sample a second, the worst of it, and of each event the
 * last {@link #SAMPLES} of them. Safe for any thread.
 */
public final class LatencyMonitor {
  /** How many samples are kept of an event. */
  public static final int SAMPLES = 160;

  /** A command that is not declared as fast; one that is; the removal of what has expired. */
  public static final String COMMAND = "command";

  public static final String FAST_COMMAND = "fast-command";
  public static final String EXPIRE_CYCLE = "expire-cycle";

  private static final long NANOS_PER_MILLI = 1_000_000;

  /**
   * The worst of a second.
   *
   * @param seconds since 1970
   */
  public record Sample(long seconds, long millis) {}

  /**
   * What is known of an event.
   *
   * @param samples the oldest first, at least one
   * @param maxMillis the worst ever, or since it was forgotten
   */
  public record Series(String event, List<Sample> samples, long maxMillis) {
    /** The last sample. */
    public Sample latest() {
      return samples.getLast();
    }
  }

  private final Map<String, Series> byEvent = new TreeMap<>();
  private volatile long limitNanos = Long.MAX_VALUE;

  /** Notes events that take so many milliseconds; none with 0. */
  public void threshold(long millis) {
    limitNanos =
        millis == 0
            ? Long.MAX_VALUE
            : Math.min(millis, Long.MAX_VALUE / NANOS_PER_MILLI) * NANOS_PER_MILLI;
  }

  /** Whether events are noted at all. */
  public boolean isOn() {
    return limitNanos != Long.MAX_VALUE;
  }

  /** From how many nanoseconds on an event is noted; the highest number is never. */
  public long limitNanos() {
    return limitNanos;
  }

  /** Notes an event if it took long. */
  public void note(String event, long nanos) {
    if (nanos >= limitNanos) {
      add(event, Clock.wallMillis() / 1000, nanos / NANOS_PER_MILLI);
    }
  }

  synchronized void add(String event, long seconds, long millis) {
    Series before = byEvent.get(event);
    List<Sample> samples = new ArrayList<>(before == null ? List.of() : before.samples);
    long max = before == null ? millis : Math.max(before.maxMillis, millis);
    if (!samples.isEmpty() && samples.getLast().seconds == seconds) {
      millis = Math.max(millis, samples.removeLast().millis);
    } else if (samples.size() == SAMPLES) {
      samples.removeFirst();
    }
    samples.add(new Sample(seconds, millis));
    byEvent.put(event, new Series(event, List.copyOf(samples), max));
  }

  /** All events of which there are samples. */
  public synchronized List<Series> all() {
    return List.copyOf(byEvent.values());
  }

  /** One event; null if there are no samples. */
  public synchronized @Nullable Series find(String event) {
    return byEvent.get(event);
  }

  /** Forgets an event; whether there was one. */
  public synchronized boolean forget(String event) {
    return byEvent.remove(event) != null;
  }

  /** Forgets all events; how many there were. */
  public synchronized int forgetAll() {
    int count = byEvent.size();
    byEvent.clear();
    return count;
  }
}
