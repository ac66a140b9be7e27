package dev.larder.metrics;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

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

  private final ArrayDeque<Entry> entries = new ArrayDeque<>();
  private long nextId;
  private long maxEntries = Long.MAX_VALUE;

  AccessLog() {}

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

  /** Adds an entry, or counts the one that there is. */
  public synchronized void add(
      String reason, String context, String object, String user, String client) {
    String name = object.substring(0, Math.min(object.length(), MAX_OBJECT_CHARS));
    Denied denied = new Denied(reason, context, name, user);
    long now = Clock.wallMillis();
    int looked = 0;
    for (Iterator<Entry> i = entries.iterator(); i.hasNext() && looked < SAME_AMONG; looked++) {
      Entry entry = i.next();
      if (entry.isSame(denied, now)) {
        i.remove();
        entries.addFirst(entry.again(client, now));
        return;
      }
    }
    entries.addFirst(new Entry(nextId++, 1, denied, client, now, now));
    shorten();
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

  /** Forgets all entries. */
  public synchronized void clear() {
    entries.clear();
  }
}
