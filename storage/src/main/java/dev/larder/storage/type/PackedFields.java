package dev.larder.storage.type;

import dev.larder.storage.memory.HotPath;
import dev.larder.storage.memory.Memory;

/*
 * The fields of a small hash in a listpack, one behind the other, as in Redis.
 *
 *   width 2:  field, value, field, value, ...                      in the order of insertion
 *   width 3:  field, value, deadline, field, value, deadline, ...  in the order of deadlines
 *
 *   A deadline is an integer, milliseconds since the epoch, or 0 for none.
 *   DEADLINE ORDER: deadlines ascend, and fields without one come last.
 */

/**
 * Access to packed fields. A field is named by the address of its entry, 0 for none; see {@link
 * Listpack} for what a change does to addresses, and for who provides room.
 */
@HotPath
public final class PackedFields {
  /** A field and its value. */
  public static final int PAIR = 2;

  /** A field, its value and its deadline. */
  public static final int TRIPLE = 3;

  /** What {@link #addDeadlines} adds for each field. */
  private static final int NO_DEADLINE_BYTES = Listpack.encodedIntegerBytes(0);

  private PackedFields() {}

  /** How many fields there are. */
  public static int count(long lp, int width) {
    return Listpack.count(lp) / width;
  }

  /** The field of this name, or 0. */
  public static long find(long lp, int width, long name, int nameLength) {
    return Listpack.find(lp, Listpack.first(lp), name, nameLength, width - 1);
  }

  /** The entry of a field's value. */
  public static long value(long field) {
    return field + Listpack.entryBytes(field);
  }

  private static long deadlineEntry(long field) {
    return value(value(field));
  }

  /** The deadline of a field in triples, 0 for none. */
  public static long deadline(long field) {
    return Listpack.integer(deadlineEntry(field));
  }

  /** The field behind, or 0. */
  public static long next(long field, int width) {
    long next = value(value(field));
    if (width == TRIPLE) {
      next += Listpack.entryBytes(next);
    }
    return Listpack.head(next) == Listpack.END ? 0 : next;
  }

  /** The bytes of a field and its value. */
  public static int pairBytes(long field) {
    return (int) (value(value(field)) - field);
  }

  /** The bytes of a triple. */
  public static int tripleBytesOf(long field) {
    int bytes = pairBytes(field);
    return bytes + Listpack.entryBytes(field + bytes);
  }

  /** The bytes that a deadline's entry takes. */
  public static int deadlineBytes(long deadlineMillis) {
    return Listpack.encodedIntegerBytes(deadlineMillis);
  }

  /** The bytes that pairs take as triples without deadlines. */
  public static int tripleBytes(long pairs) {
    return Listpack.bytes(pairs) + NO_DEADLINE_BYTES * count(pairs, PAIR);
  }

  /** Writes pairs as triples without deadlines to a place of {@link #tripleBytes}. */
  public static void addDeadlines(long pairs, long target) {
    Listpack.writeEmpty(target);
    for (long field = Listpack.first(pairs); field != 0; field = next(field, PAIR)) {
      int bytes = pairBytes(field);
      long at = Listpack.end(target);
      Listpack.openGap(target, at, bytes + NO_DEADLINE_BYTES, TRIPLE);
      Memory.copy(field, at, bytes);
      Listpack.writeInteger(at + bytes, 0);
    }
  }

  /** Where a triple with this deadline belongs, 0 for none: by DEADLINE ORDER, behind its like. */
  public static long place(long lp, long deadlineMillis) {
    if (deadlineMillis == 0) {
      return Listpack.end(lp);
    }
    long field = Listpack.first(lp);
    while (field != 0) {
      long deadline = deadline(field);
      if (deadline == 0 || deadline > deadlineMillis) {
        return field;
      }
      field = next(field, TRIPLE);
    }
    return Listpack.end(lp);
  }

  /** Inserts a pair, or with a deadline (0 for none) a triple; see {@link #place}. */
  public static void insert(
      long lp,
      long at,
      int width,
      long name,
      int nameLength,
      long value,
      int valueLength,
      long deadlineMillis) {
    int nameBytes = Listpack.encodedBytes(name, nameLength);
    int valueBytes = Listpack.encodedBytes(value, valueLength);
    int more = width == TRIPLE ? deadlineBytes(deadlineMillis) : 0;
    Listpack.openGap(lp, at, nameBytes + valueBytes + more, width);
    long end = Listpack.writeEntry(at, name, nameLength);
    end = Listpack.writeEntry(end, value, valueLength);
    if (width == TRIPLE) {
      Listpack.writeInteger(end, deadlineMillis);
    }
  }

  /**
   * Gives a field in triples another deadline, 0 for none, and its place by it. Needs room for a
   * second copy of the triple, which is not used afterwards.
   *
   * @return the field
   */
  public static long expire(long lp, long field, long deadlineMillis) {
    long from = field;
    long to = place(lp, deadlineMillis);
    int pairBytes = pairBytes(from);
    int oldBytes = tripleBytesOf(from);
    int bytes = pairBytes + deadlineBytes(deadlineMillis);
    Listpack.openGap(lp, to, bytes, TRIPLE);
    if (to <= from) {
      from += bytes;
    }
    Memory.copy(from, to, pairBytes);
    Listpack.writeInteger(to + pairBytes, deadlineMillis);
    Listpack.delete(lp, from, TRIPLE);
    return to < from ? to : to - oldBytes;
  }

  /**
   * Gives a field in triples another deadline, if it needs neither another place nor more bytes.
   *
   * @return whether it did
   */
  public static boolean expireInPlace(long lp, long field, long deadlineMillis) {
    long entry = deadlineEntry(field);
    if (deadlineMillis == 0 || Listpack.entryBytes(entry) != deadlineBytes(deadlineMillis)) {
      return false;
    }
    long before = Listpack.previous(lp, field);
    if (before != 0
        && (Listpack.integer(before) == 0 || Listpack.integer(before) > deadlineMillis)) {
      return false;
    }
    long next = next(field, TRIPLE);
    if (next != 0 && deadline(next) != 0 && deadline(next) < deadlineMillis) {
      return false;
    }
    Listpack.writeInteger(entry, deadlineMillis);
    return true;
  }

  /** The earliest deadline of triples, -1 if none has one. */
  public static long firstDeadline(long lp) {
    long first = Listpack.first(lp);
    long deadline = first == 0 ? 0 : deadline(first);
    return deadline == 0 ? -1 : deadline;
  }

  /** The number of fields in triples whose deadline is before this. */
  public static int countDeadlinesBefore(long lp, long deadlineMillis) {
    int count = 0;
    for (long field = Listpack.first(lp); field != 0; field = next(field, TRIPLE)) {
      long deadline = deadline(field);
      if (deadline == 0 || deadline >= deadlineMillis) {
        break;
      }
      count++;
    }
    return count;
  }

  /** Checks count and DEADLINE ORDER; for tests. */
  public static void validate(long lp, int width) {
    if (Listpack.count(lp) % width != 0) {
      throw new AssertionError("a field without its " + (width == PAIR ? "value" : "deadline"));
    }
    long before = 0;
    for (long field = Listpack.first(lp); field != 0; field = next(field, width)) {
      if (width == TRIPLE) {
        long deadline = deadline(field);
        if (deadline != 0 && (before == -1 || deadline < before)) {
          throw new AssertionError("deadlines are out of order");
        }
        before = deadline == 0 ? -1 : deadline;
      }
    }
  }
}
