package dev.larder.persistence;

import static dev.larder.persistence.CommandText.arguments;
import static dev.larder.persistence.CommandText.head;

import dev.larder.storage.Entry;
import dev.larder.storage.HashValue;
import dev.larder.storage.ListValue;
import dev.larder.storage.SetValue;
import dev.larder.storage.Shard;
import dev.larder.storage.SortedSetValue;
import dev.larder.storage.ValueType;
import dev.larder.storage.Views;

/**
 * Writes a long collection as commands that each add some of its elements: as one payload it could
 * be longer than an argument may be. For the unit's thread, with views of its own, since the unit's
 * may be in use.
 */
final class AofPieces {
  /** So many elements go into a command, or a few more. */
  private static final int ELEMENTS = 256;

  private static final byte[] DEL = head(2, "DEL");
  private static final byte[] PEXPIREAT = head(3, "PEXPIREAT");
  private static final byte[] HPEXPIREAT = head(6, "HPEXPIREAT");
  private static final byte[] ONE_FIELD = arguments("FIELDS", "1");

  private final AofUnit unit;
  private final Views views;

  AofPieces(AofUnit unit, Views views) {
    this.unit = unit;
    this.views = views;
  }

  /** Whether there are commands for entries of this type. */
  static boolean knows(long entry) {
    return switch (Entry.type(entry)) {
      case LIST, SET, SORTED_SET, HASH -> true;
      case STRING, STREAM -> false;
    };
  }

  /**
   * Writes an entry with its deadline.
   *
   * @param deadline milliseconds since the epoch, -1 for none
   */
  void write(Shard shard, int database, long entry, long deadline) {
    CommandText unused = keyed(database, DEL, entry);
    ValueType type = Entry.type(entry);
    switch (type) {
      case LIST -> list(shard, database, entry);
      case SET -> set(shard, database, entry);
      case SORTED_SET -> sortedSet(shard, database, entry);
      case HASH -> hash(shard, database, entry);
      case STRING, STREAM -> throw new IllegalArgumentException("no commands for a " + type);
    }
    if (deadline >= 0) {
      keyed(database, PEXPIREAT, entry).number(deadline);
    }
  }

  private CommandText keyed(int database, byte[] head, long entry) {
    return unit.command(database, head).bytes(Entry.keyAddress(entry), Entry.keyLength(entry));
  }

  /** Begins a command on a key with some of the elements left, of so many arguments each. */
  private CommandText piece(
      int database, String name, long entry, long elements, int argumentsEach) {
    return keyed(database, head(2 + (int) elements * argumentsEach, name), entry);
  }

  private void list(Shard shard, int database, long entry) {
    ListValue list = views.list();
    list.point(shard, database, entry);
    boolean more = list.seek(0);
    for (long left = list.count(); more; left -= ELEMENTS) {
      long count = Math.min(left, ELEMENTS);
      CommandText text = piece(database, "RPUSH", entry, count, 1);
      for (long i = 0; i < count; i++) {
        if (list.isInteger()) {
          text.integer(list.integer());
        } else {
          text.bytes(list.address(), list.length());
        }
        more = list.next();
      }
    }
  }

  private void set(Shard shard, int database, long entry) {
    SetValue set = views.set();
    set.point(shard, database, entry);
    boolean more = set.seekFirst();
    for (long left = set.count(); more; left -= ELEMENTS) {
      long count = Math.min(left, ELEMENTS);
      CommandText text = piece(database, "SADD", entry, count, 1);
      for (long i = 0; i < count; i++) {
        text.bytes(set.address(), set.member().length());
        more = set.next();
      }
    }
  }

  private void sortedSet(Shard shard, int database, long entry) {
    SortedSetValue sortedSet = views.sortedSet();
    sortedSet.point(shard, database, entry);
    boolean more = sortedSet.seekRank(0);
    for (long left = sortedSet.count(); more; left -= ELEMENTS) {
      long count = Math.min(left, ELEMENTS);
      CommandText text = piece(database, "ZADD", entry, count, 2);
      for (long i = 0; i < count; i++) {
        text.score(sortedSet.score()).bytes(sortedSet.text(), sortedSet.length());
        more = sortedSet.next();
      }
    }
  }

  /** Each part of a walk is gone through twice: to count its fields, then to write them. */
  private void hash(Shard shard, int database, long entry) {
    HashValue hash = views.hash();
    hash.point(shard, database, entry);
    long from = 0;
    do {
      long count = 0;
      long to = from;
      do {
        to = hash.walk(to);
        while (hash.next()) {
          count++;
        }
      } while (to != 0 && count < ELEMENTS);
      if (count > 0) {
        fields(hash, piece(database, "HSET", entry, count, 2), from, count);
        fieldDeadlines(hash, database, entry, from, count);
      }
      from = to;
    } while (from != 0);
  }

  private static void fields(HashValue hash, CommandText text, long from, long count) {
    long left = count;
    for (long at = from; left > 0; ) {
      at = hash.walk(at);
      while (hash.next()) {
        text.element(hash.fieldName()).element(hash.fieldValue());
        left--;
      }
    }
  }

  private void fieldDeadlines(HashValue hash, int database, long entry, long from, long count) {
    long left = count;
    for (long at = from; left > 0; ) {
      at = hash.walk(at);
      while (hash.next()) {
        left--;
        long deadline = hash.deadline();
        if (deadline >= 0) {
          keyed(database, HPEXPIREAT, entry)
              .number(deadline)
              .raw(ONE_FIELD)
              .element(hash.fieldName());
        }
      }
    }
  }
}
