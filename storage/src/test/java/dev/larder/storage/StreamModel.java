package dev.larder.storage;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A stream as plain Java objects: what a test expects, or what effects amount to. */
final class StreamModel {
  /** An id, in the order of unsigned numbers. */
  record Id(long millis, long sequence) implements Comparable<Id> {
    static final Id MIN = new Id(0, 0);

    @Override
    public int compareTo(Id other) {
      int byMillis = Long.compareUnsigned(millis, other.millis);
      return byMillis != 0 ? byMillis : Long.compareUnsigned(sequence, other.sequence);
    }

    @Override
    public String toString() {
      return Long.toUnsignedString(millis) + "-" + Long.toUnsignedString(sequence);
    }
  }

  /** A pending entry; the owner is empty for none. */
  record Pending(String owner, long time, long count) {}

  /** A group. */
  static final class Group {
    Id last = Id.MIN;
    long read;
    final TreeMap<Id, Pending> pending = new TreeMap<>();
    final List<String> consumers = new ArrayList<>();

    @Override
    public String toString() {
      return last
          + " read "
          + read
          + " pending "
          + pending
          + " of "
          + consumers.stream().sorted().toList();
    }
  }

  final TreeMap<Id, List<String>> entries = new TreeMap<>();
  final Map<String, Group> groups = new TreeMap<>();
  Id last = Id.MIN;
  Id maxDeleted = Id.MIN;
  long added;

  void add(Id id, List<String> texts) {
    entries.put(id, texts);
    last = id;
    added++;
  }

  boolean delete(Id id) {
    if (entries.remove(id) == null) {
      return false;
    }
    if (id.compareTo(maxDeleted) > 0) {
      maxDeleted = id;
    }
    return true;
  }

  @Override
  public String toString() {
    return entries
        + " last "
        + last
        + " deleted "
        + maxDeleted
        + " added "
        + added
        + " groups "
        + groups;
  }
}
