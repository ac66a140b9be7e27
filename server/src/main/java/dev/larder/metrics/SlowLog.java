package dev.larder.metrics;

import dev.larder.resp.ByteString;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/** The commands that took long, the latest first. Safe for any thread. */
public final class SlowLog {
  /** What an option of so many microseconds means: never. */
  private static final long NEVER_MICROS = -1;

  private static final long NANOS_PER_MICRO = 1000;

  /**
   * One command.
   *
   * @param id rises by one with each entry since the start
   * @param seconds when it ended, since 1970
   * @param micros how long it was executed
   * @param arguments shortened, and without secrets
   * @param address of its client
   * @param name of its client, empty if it has none
   */
  public record Entry(
      long id,
      long seconds,
      long micros,
      List<ByteString> arguments,
      String address,
      String name) {}

  private final ArrayDeque<Entry> entries = new ArrayDeque<>();
  private long nextId;
  private long maxEntries = Long.MAX_VALUE;
  private volatile long limitNanos = Long.MAX_VALUE;

  /** Notes commands that take so many microseconds; all with 0, none with -1. */
  public void slowerThan(long micros) {
    limitNanos =
        micros == NEVER_MICROS
            ? Long.MAX_VALUE
            : Math.min(micros, Long.MAX_VALUE / NANOS_PER_MICRO) * NANOS_PER_MICRO;
  }

  /** From how many nanoseconds on a command is noted; the highest number is never. */
  public long limitNanos() {
    return limitNanos;
  }

  /** Keeps so many entries, the latest. */
  public synchronized void maxEntries(long count) {
    maxEntries = count;
    shorten();
  }

  private void shorten() {
    while (entries.size() > maxEntries) {
      entries.removeLast();
    }
  }

  /** Adds an entry, in the place of the oldest one if there are too many. */
  public synchronized void add(
      long micros, List<ByteString> arguments, String address, String name) {
    long seconds = Clock.wallMillis() / 1000;
    entries.addFirst(new Entry(nextId++, seconds, micros, arguments, address, name));
    shorten();
  }

  public synchronized int size() {
    return entries.size();
  }

  /** The latest entries, latest first. */
  public synchronized List<Entry> latest(long count) {
    List<Entry> latest = new ArrayList<>();
    for (Entry entry : entries) {
      if (latest.size() >= count) {
        break;
      }
      latest.add(entry);
    }
    return latest;
  }

  /** Removes all entries; ids go on. */
  public synchronized void clear() {
    entries.clear();
  }
}
