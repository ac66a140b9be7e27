package dev.larder.metrics;

import dev.larder.resp.ByteString;
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

  private final RecentEntries<Entry> entries = new RecentEntries<>();
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
  public void maxEntries(long count) {
    entries.most(count);
  }

  /** Adds an entry, in the place of the oldest one if there are too many. */
  public void add(long micros, List<ByteString> arguments, String address, String name) {
    long seconds = Clock.wallMillis() / 1000;
    synchronized (entries) {
      entries.add(new Entry(entries.takeId(), seconds, micros, arguments, address, name));
    }
  }

  public int size() {
    return entries.size();
  }

  /** The latest entries, latest first. */
  public List<Entry> latest(long count) {
    return entries.latest(count);
  }

  /** Removes all entries; ids go on. */
  public void clear() {
    entries.clear();
  }
}
