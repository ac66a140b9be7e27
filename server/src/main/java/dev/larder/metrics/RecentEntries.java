package dev.larder.metrics;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/**
 * The latest entries of a log in memory, the latest first, each with a number that rises by one
 * from the start on. Safe for any thread, which holds the object's monitor for what it does in more
 * than one step.
 *
 * @param <E> an entry, which nobody changes
 */
final class RecentEntries<E> {
  private final ArrayDeque<E> entries = new ArrayDeque<>();
  private long nextId;
  private long most = Long.MAX_VALUE;

  /** Keeps so many entries, the latest. */
  synchronized void most(long count) {
    most = count;
    shorten();
  }

  private void shorten() {
    while (entries.size() > most) {
      entries.removeLast();
    }
  }

  /** The number of the next new entry. */
  synchronized long takeId() {
    return nextId++;
  }

  /** Adds an entry, in the place of the oldest one if there are too many. */
  synchronized void add(E entry) {
    entries.addFirst(entry);
    shorten();
  }

  /** From the latest on; those that it has passed may be removed. */
  synchronized Iterator<E> iterator() {
    return entries.iterator();
  }

  synchronized int size() {
    return entries.size();
  }

  /** So many of the latest. */
  synchronized List<E> latest(long count) {
    List<E> latest = new ArrayList<>();
    for (E entry : entries) {
      if (latest.size() >= count) {
        break;
      }
      latest.add(entry);
    }
    return latest;
  }

  /** Forgets all entries; numbers go on. */
  synchronized void clear() {
    entries.clear();
  }
}
