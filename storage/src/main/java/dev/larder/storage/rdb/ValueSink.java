package dev.larder.storage.rdb;

/**
 * Receives a value as events: a {@code begin}, what the value consists of, {@link #end}. Which come
 * follows from the type of the value, so that a receiver implements those of its types.
 *
 * <p>Addresses hold during the call only. Everything is bytes: what is a number in a packed
 * encoding comes as its text. A receiver throws {@link RdbException#memoryExhausted} when it cannot
 * go on, and nothing else.
 */
public interface ValueSink {
  /** The count of elements where the encoding does not tell it beforehand. */
  long UNKNOWN = -1;

  // ---- strings

  /** A string, which is the whole value; nothing else comes. */
  default void string(RdbString source) throws RdbException {
    throw unexpected();
  }

  // ---- what several types have

  /**
   * Elements of a list, or all that a set, a sorted set or a hash has, as a listpack that was
   * checked: of a sorted set, members and scores in turn, lowest score first; of a hash, fields and
   * values in turn.
   *
   * @param count entries of the listpack
   * @return whether they are taken; if not, they come one by one
   */
  default boolean listpack(long address, int bytes, long count) throws RdbException {
    return false;
  }

  /** An element of a list, the next towards the tail, or a member of a set. */
  default void element(long address, int length) throws RdbException {
    throw unexpected();
  }

  /** Nothing more comes. */
  default void end() throws RdbException {}

  // ---- lists

  /**
   * A list.
   *
   * @param count how many elements, or {@link #UNKNOWN}; at least 1
   */
  default void beginList(long count) throws RdbException {
    throw unexpected();
  }

  // ---- sets

  /**
   * A set.
   *
   * @param count how many members; at least 1
   */
  default void beginSet(long count) throws RdbException {
    throw unexpected();
  }

  /**
   * All members of a set, as an intset that was checked.
   *
   * @return whether they are taken; if not, they come one by one, as text, lowest first
   */
  default boolean intset(long address, int bytes) throws RdbException {
    return false;
  }

  // ---- sorted sets

  /**
   * A sorted set.
   *
   * @param count how many members; at least 1
   */
  default void beginSortedSet(long count) throws RdbException {
    throw unexpected();
  }

  /** A member of a sorted set, in any order; the score is not NaN. */
  default void scored(long member, int length, double score) throws RdbException {
    throw unexpected();
  }

  // ---- hashes

  /**
   * A hash.
   *
   * @param count how many fields; at least 1
   */
  default void beginHash(long count) throws RdbException {
    throw unexpected();
  }

  /**
   * A field of a hash.
   *
   * @param deadlineMillis when it expires, maybe before now, in milliseconds since the epoch; -1
   *     for never
   */
  default void field(long field, int fieldLength, long value, int valueLength, long deadlineMillis)
      throws RdbException {
    throw unexpected();
  }

  // ---- streams; of ids, both parts are unsigned

  /** A stream; its nodes follow, then {@link #streamState}, then its groups. */
  default void beginStream(long nodes) throws RdbException {
    throw unexpected();
  }

  /** The next node: the id that its entries' are relative to, and the listpack of its entries. */
  default void streamNode(long millis, long sequence, long listpack, int bytes)
      throws RdbException {
    throw unexpected();
  }

  /**
   * What a stream says of itself.
   *
   * @param length entries that were not deleted
   * @param firstMillis the first such entry's id, 0-0 if there is none
   * @param deletedMillis the greatest id that was deleted
   * @param entriesAdded how many entries were ever added
   */
  default void streamState(
      long length,
      long lastMillis,
      long lastSequence,
      long firstMillis,
      long firstSequence,
      long deletedMillis,
      long deletedSequence,
      long entriesAdded)
      throws RdbException {
    throw unexpected();
  }

  /**
   * A group; its pending entries follow, then its consumers.
   *
   * @param entriesRead how many entries it has read, -1 if that is not known
   */
  default void group(
      long name, int nameLength, long lastMillis, long lastSequence, long entriesRead)
      throws RdbException {
    throw unexpected();
  }

  /** An entry that the group has delivered and nobody has acknowledged; mostly ids ascend. */
  default void pending(long millis, long sequence, long deliveredAtMillis, long deliveries)
      throws RdbException {
    throw unexpected();
  }

  /**
   * A consumer of the group; its entries follow.
   *
   * @param activeMillis when it was last given an entry, -1 for never
   */
  default void consumer(long name, int nameLength, long seenMillis, long activeMillis)
      throws RdbException {
    throw unexpected();
  }

  /** One of the group's pending entries that this consumer has; mostly ids ascend. */
  default void consumerPending(long millis, long sequence) throws RdbException {
    throw unexpected();
  }

  /** One of the group's pending entries that no consumer has, in the order of handing them out. */
  default void unownedPending(long millis, long sequence) throws RdbException {
    throw unexpected();
  }

  /** How long and how many ids of idempotent producers the stream remembers. */
  default void idempotence(long seconds, long entries) throws RdbException {}

  /** An entry that an idempotent producer has added, and the name that it gave it. */
  default void produced(
      long producer, int producerLength, long name, int nameLength, long millis, long sequence)
      throws RdbException {}

  /** How many entries producers have added in all, and how many they tried to add again. */
  default void idempotenceCounts(long added, long duplicates) throws RdbException {}

  private static IllegalStateException unexpected() {
    return new IllegalStateException("an event of another type of value");
  }
}
