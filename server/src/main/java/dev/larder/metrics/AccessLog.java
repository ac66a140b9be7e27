package dev.larder.metrics;

import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What was denied to clients, the latest first; the same again within a minute is one entry. Safe
 * for any thread.
 */
public final class AccessLog {
  private static final long SAME_MILLIS = 60_000;

  /** Among how many entries the same is looked for. */
  private static final int SAME_AMONG = 10;

  /** Longer names of keys and channels are cut, since entries are on the heap. */
  private static final int MAX_OBJECT_CHARS = 1024;

  /**
   * What was denied, with one char a byte.
   *
   * @param reason {@code command}, {@code key}, {@code channel} or {@code auth}
   * @param context {@code toplevel}, {@code multi} or {@code lua}
   * @param object the command, key or channel
   * @param user who was denied it, or could not prove to be that
   */
  public record Denied(String reason, String context, String object, String user) {}

  /**
   * One entry.
   *
   * @param id rises by one with each entry since the start
   * @param count how often it happened
   * @param client as CLIENT LIST describes it, the last one
   * @param created milliseconds since 1970
   * @param updated when it happened last
   */
  public record Entry(
      long id, long count, Denied denied, String client, long created, long updated) {
    private boolean isSame(Denied other, long now) {
      return now - updated <= SAME_MILLIS && denied.equals(other);
    }

    private Entry again(String newClient, long now) {
      return new Entry(id, count + 1, denied, newClient, created, now);
    }
  }

  private final RecentEntries<Entry> entries = new RecentEntries<>();

  AccessLog() {}

  /** Keeps so many entries, the latest. */
  public void maxEntries(long count) {
    entries.most(count);
  }

  /** Adds an entry, or counts the one that there is. */
  public void add(String reason, String context, String object, String user, String client) {
    String name = object.substring(0, Math.min(object.length(), MAX_OBJECT_CHARS));
    Denied denied = new Denied(reason, context, name, user);
    long now = Clock.wallMillis();
    synchronized (entries) {
      Entry same = takeSame(denied, now);
      entries.add(
          same == null
              ? new Entry(entries.takeId(), 1, denied, client, now, now)
              : same.again(client, now));
    }
  }

  private @Nullable Entry takeSame(Denied denied, long now) {
    Iterator<Entry> all = entries.iterator();
    for (int looked = 0; all.hasNext() && looked < SAME_AMONG; looked++) {
      Entry entry = all.next();
      if (entry.isSame(denied, now)) {
        all.remove();
        return entry;
      }
    }
    return null;
  }

  /** The latest entries, latest first. */
  public List<Entry> latest(long count) {
    return entries.latest(count);
  }

  /** Forgets all entries. */
  public void clear() {
    entries.clear();
  }
}
