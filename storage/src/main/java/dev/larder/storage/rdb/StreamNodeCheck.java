package dev.larder.storage.rdb;

import dev.larder.storage.type.Listpack;

/*
 * A stream's node is a listpack. Of the entries' ids it keeps the distance to the node's own, and
 * of entries with the same fields as the first one only the values.
 *
 *   head:   live entries, deleted entries, fields n, field 1 ... field n, 0
 *   entry:  flags, millis distance, sequence distance, value 1 ... value n, n + 3
 *           flags, millis distance, sequence distance, m, field 1, value 1 ... value m, 2m + 4
 *
 *   flags: bit 0 the entry is deleted, bit 1 it has the fields of the head
 */

/** Checks the node of a stream, of which nothing is believed. Used by one thread at a time. */
final class StreamNodeCheck {
  private static final int DELETED = 1;
  private static final int SAME_FIELDS = 2;

  /** The bytes of a listpack's entry that is a small number. */
  private static final int FLAG_ENTRY_BYTES = 2;

  private long listpack;

  /** The next element of the listpack, 0 at the end. */
  private long at;

  private long liveCount;
  private long lastMillis;
  private long lastSequence;
  private boolean hasLive;
  private long firstMillis;
  private long firstSequence;

  /**
   * Checks a node.
   *
   * @param millis the node's id, at which or after which its entries begin
   * @throws RdbException if it is damaged, or its entries are not in order
   */
  void read(long millis, long sequence, long address, long bytes) throws RdbException {
    require(Listpack.validate(address, bytes), "a listpack that is damaged");
    listpack = address;
    at = Listpack.first(address);
    hasLive = false;
    long live = number();
    long deleted = number();
    require(live >= 0 && deleted >= 0, "counts of entries below zero");
    long fields = number();
    skip(fields);
    require(number() == 0, "a head without its end");
    long liveFound = 0;
    long deletedFound = 0;
    while (at != 0) {
      boolean isLive = readEntry(millis, sequence, fields, liveFound + deletedFound == 0);
      liveFound += isLive ? 1 : 0;
      deletedFound += isLive ? 0 : 1;
    }
    require(liveFound + deletedFound > 0, "no entries");
    require(liveFound == live && deletedFound == deleted, "another number of entries");
    liveCount = live;
  }

  /** Passes over an entry; whether it is live. */
  private boolean readEntry(long millis, long sequence, long fields, boolean isFirst)
      throws RdbException {
    // Who takes the node as it is marks entries as deleted in place.
    require(Listpack.entryBytes(at) == FLAG_ENTRY_BYTES, "flags in another form");
    long flags = number();
    require((flags & ~(DELETED | SAME_FIELDS)) == 0, "an entry with flags " + flags);
    long entryMillis = millis + number();
    long entrySequence = sequence + number();
    require(
        isFirst
            ? compare(entryMillis, entrySequence, millis, sequence) >= 0
            : compare(entryMillis, entrySequence, lastMillis, lastSequence) > 0,
        "entries that are not in order");
    lastMillis = entryMillis;
    lastSequence = entrySequence;
    long parts;
    if ((flags & SAME_FIELDS) != 0) {
      skip(fields);
      parts = fields + 3;
    } else {
      long own = number();
      require(own >= 0 && own <= Listpack.MAX_BYTES, "an entry of " + own + " fields");
      skip(2 * own);
      parts = 2 * own + 4;
    }
    require(number() == parts, "an entry that does not know its length");
    boolean isLive = (flags & DELETED) == 0;
    if (isLive && !hasLive) {
      hasLive = true;
      firstMillis = entryMillis;
      firstSequence = entrySequence;
    }
    return isLive;
  }

  private long number() throws RdbException {
    require(at != 0 && Listpack.isInteger(at), "no number where one belongs");
    long number = Listpack.integer(at);
    at = Listpack.next(listpack, at);
    return number;
  }

  private void skip(long count) throws RdbException {
    require(count >= 0, "a number of fields below zero");
    for (long i = 0; i < count; i++) {
      require(at != 0, "an entry beyond the end");
      at = Listpack.next(listpack, at);
    }
  }

  private static void require(boolean holds, String otherwise) throws RdbException {
    if (!holds) {
      throw RdbException.malformed("a stream's node: " + otherwise);
    }
  }

  /** The order of two ids. */
  static int compare(long millis, long sequence, long otherMillis, long otherSequence) {
    int order = Long.compareUnsigned(millis, otherMillis);
    return order != 0 ? order : Long.compareUnsigned(sequence, otherSequence);
  }

  /** Entries of the node that are not deleted. */
  long liveCount() {
    return liveCount;
  }

  /** The id of the last entry, deleted or not. */
  long lastMillis() {
    return lastMillis;
  }

  long lastSequence() {
    return lastSequence;
  }

  /** The id of the first entry that is not deleted; there has to be one. */
  long firstMillis() {
    return firstMillis;
  }

  long firstSequence() {
    return firstSequence;
  }
}
