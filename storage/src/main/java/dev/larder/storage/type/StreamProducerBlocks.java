package dev.larder.storage.type;

import dev.larder.storage.memory.Memory;
import dev.larder.storage.table.CountedTree;
import dev.larder.storage.table.IdTree;

/*
 * What a stream knows of producers that mark their entries with idempotent ids.
 *
 *   state
 *   0          8         16      24           32          36
 *   +----------+---------+-------+------------+-----------+--------+
 *   | duration | max ids | added | duplicates | producers | sweep  |
 *   +----------+---------+-------+------------+-----------+--------+
 *
 *   producer, a named block
 *   0             4     8       32     56
 *   +-------------+-----+-------+------+------+
 *   | name length |  -  | known | aged | name |
 *   +-------------+-----+-------+------+------+
 *
 *   idempotent id, a named block
 *   0             4     8       16         32          36     44          52
 *   +-------------+-----+-------+----------+-----------+------+-----------+------+
 *   | name length |  -  | since | entry id | reference | hash | reference | name |
 *   +-------------+-----+-------+----------+-----------+------+-----------+------+
 *                               | entry of `aged`      | entry of `known` |
 *
 * `duration` is in seconds, `since` in milliseconds since the epoch. `producers` is their
 * directory, `sweep` the place in it where expiry goes on.
 *
 * A producer's ids are in two trees: `known` finds one by its hash (an entry is the hash and the
 * reference, like an id), `aged` has them in the order of their entries' ids (an entry is the id
 * and the reference, like one of a stream's nodes), which is the order in which they came.
 */

/** Static access to the idempotency of a stream; for the shard's owner. */
public final class StreamProducerBlocks {
  private static final int DURATION = 0;
  private static final int MAX_IDS = DURATION + Long.BYTES;
  private static final int ADDED = MAX_IDS + Long.BYTES;
  private static final int DUPLICATES = ADDED + Long.BYTES;
  private static final int PRODUCERS = DUPLICATES + Long.BYTES;
  private static final int SWEEP = PRODUCERS + Integer.BYTES;

  /** The bytes of the state. */
  public static final int STATE_BYTES = SWEEP + Integer.BYTES;

  private static final int KNOWN = NamedBlocks.CONTENT + Integer.BYTES;
  private static final int AGED = KNOWN + CountedTree.ROOT_BYTES;

  /** Where a producer's name begins. */
  public static final int PRODUCER_NAME = AGED + CountedTree.ROOT_BYTES;

  private static final int SINCE = NamedBlocks.CONTENT + Integer.BYTES;
  private static final int ENTRY_ID = SINCE + Long.BYTES;
  private static final int AGED_REFERENCE = ENTRY_ID + IdTree.ID_BYTES;
  private static final int HASH = AGED_REFERENCE + Integer.BYTES;
  private static final int KNOWN_REFERENCE = HASH + Long.BYTES;

  /** Where an idempotent id's bytes begin. */
  public static final int ID_NAME = KNOWN_REFERENCE + Long.BYTES;

  private StreamProducerBlocks() {}

  public static void initState(long state, long durationSeconds, long maxIds) {
    Memory.fill(state, STATE_BYTES, (byte) 0);
    configure(state, durationSeconds, maxIds);
  }

  public static void configure(long state, long durationSeconds, long maxIds) {
    Memory.putLong(state + DURATION, durationSeconds);
    Memory.putLong(state + MAX_IDS, maxIds);
  }

  public static long duration(long state) {
    return Memory.getLong(state + DURATION);
  }

  public static long maxIds(long state) {
    return Memory.getLong(state + MAX_IDS);
  }

  public static long added(long state) {
    return Memory.getLong(state + ADDED);
  }

  public static void added(long state, long ids) {
    Memory.putLong(state + ADDED, ids);
  }

  public static long duplicates(long state) {
    return Memory.getLong(state + DUPLICATES);
  }

  public static void duplicates(long state, long ids) {
    Memory.putLong(state + DUPLICATES, ids);
  }

  public static int producers(long state) {
    return Memory.getInt(state + PRODUCERS);
  }

  public static void producers(long state, int directory) {
    Memory.putInt(state + PRODUCERS, directory);
  }

  public static int sweep(long state) {
    return Memory.getInt(state + SWEEP);
  }

  public static void sweep(long state, int index) {
    Memory.putInt(state + SWEEP, index);
  }

  // ---- producers

  /** Makes a block a producer without ids; its name is written apart. */
  public static void initProducer(long producer) {
    Memory.fill(producer + NamedBlocks.CONTENT, PRODUCER_NAME - NamedBlocks.CONTENT, (byte) 0);
  }

  /** Where the root of the tree by hash lies. */
  public static long known(long producer) {
    return producer + KNOWN;
  }

  /** Where the root of the tree by age lies. */
  public static long aged(long producer) {
    return producer + AGED;
  }

  // ---- idempotent ids

  /** Writes what an id says beside its bytes. */
  public static void initId(long id, long sinceMillis, long millis, long sequence, long hash) {
    Memory.putLong(id + SINCE, sinceMillis);
    IdTree.putId(id + ENTRY_ID, millis, sequence);
    Memory.putLong(id + HASH, hash);
  }

  /** Writes which block the id is in. */
  public static void reference(long id, int reference) {
    Memory.putInt(id + AGED_REFERENCE, reference);
    Memory.putLong(id + KNOWN_REFERENCE, Integer.toUnsignedLong(reference));
  }

  /** Where the id's entry for the tree by hash lies. */
  public static long knownEntry(long id) {
    return id + HASH;
  }

  public static long since(long id) {
    return Memory.getLong(id + SINCE);
  }

  /** Where the entry's id lies, which begins the id's entry for the tree by age. */
  public static long entryId(long id) {
    return id + ENTRY_ID;
  }

  public static long hash(long id) {
    return Memory.getLong(id + HASH);
  }
}
