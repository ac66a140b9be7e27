package dev.larder.storage.type;

import dev.larder.storage.memory.Memory;
import dev.larder.storage.table.CountedTree;
import dev.larder.storage.table.IdTree;

/*
 * What a stream's consumer groups are made of. Groups and consumers are named blocks (NamedBlocks);
 * a consumer's reference stands for it until it is removed.
 *
 *   group
 *   0             4           8         24     32        56      80         88      92
 *   +-------------+-----------+---------+------+---------+-------+----------+-------+------+
 *   | name length | consumers | last id | read | pending | timed | unowned  | flags | name |
 *   +-------------+-----------+---------+------+---------+-------+----------+-------+------+
 *
 *   consumer
 *   0             4     8      16       24      48
 *   +-------------+-----+------+--------+-------+------+
 *   | name length |  -  | seen | active | owned | name |
 *   +-------------+-----+------+--------+-------+------+
 *
 *   entry of a group's tree of pending entries
 *   0    16              24      32      36
 *   +----+---------------+-------+-------+
 *   | id | delivery time | count | owner |
 *   +----+---------------+-------+-------+
 *
 * `consumers` is the directory of consumers, `read` how many entries the group has read (-1 for
 * unknown), `unowned` how many pending entries have no owner, 0. Times are milliseconds since the
 * epoch, -1 for never.
 *
 *   OWNED: a consumer's tree of ids has exactly those of which it is the owner.
 *   TIMED: if the flag says so, the tree of times and ids has all pending entries; else none.
 */

/** Static access to groups, consumers and pending entries; for the shard's owner. */
public final class StreamGroupBlocks {
  private static final int CONSUMERS = NamedBlocks.CONTENT;
  private static final int LAST = CONSUMERS + Integer.BYTES;
  private static final int READ = LAST + IdTree.ID_BYTES;
  private static final int PENDING = READ + Long.BYTES;
  private static final int TIMED = PENDING + CountedTree.ROOT_BYTES;
  private static final int UNOWNED = TIMED + CountedTree.ROOT_BYTES;
  private static final int FLAGS = UNOWNED + Long.BYTES;

  /** Where a group's name begins. */
  public static final int GROUP_NAME = FLAGS + Integer.BYTES;

  private static final int IS_TIMED = 1;

  private static final int SEEN = NamedBlocks.CONTENT + Integer.BYTES;
  private static final int ACTIVE = SEEN + Long.BYTES;
  private static final int OWNED = ACTIVE + Long.BYTES;

  /** Where a consumer's name begins. */
  public static final int CONSUMER_NAME = OWNED + CountedTree.ROOT_BYTES;

  private static final int DELIVERY_TIME = IdTree.ID_BYTES;
  private static final int DELIVERY_COUNT = DELIVERY_TIME + Long.BYTES;
  private static final int OWNER = DELIVERY_COUNT + Long.BYTES;

  /** The bytes of a pending entry. */
  public static final int PENDING_BYTES = OWNER + Integer.BYTES;

  private StreamGroupBlocks() {}

  // ---- groups

  /** Makes a block a group without consumers; its name is written apart. */
  public static void initGroup(long group) {
    Memory.fill(group + NamedBlocks.CONTENT, GROUP_NAME - NamedBlocks.CONTENT, (byte) 0);
  }

  public static int consumers(long group) {
    return Memory.getInt(group + CONSUMERS);
  }

  public static void consumers(long group, int directory) {
    Memory.putInt(group + CONSUMERS, directory);
  }

  /** Where the last delivered id lies. */
  public static long last(long group) {
    return group + LAST;
  }

  public static long read(long group) {
    return Memory.getLong(group + READ);
  }

  public static void read(long group, long entries) {
    Memory.putLong(group + READ, entries);
  }

  /** Where the root of the tree of pending entries lies. */
  public static long pending(long group) {
    return group + PENDING;
  }

  /** Where the root of the tree of times and ids lies. */
  public static long timed(long group) {
    return group + TIMED;
  }

  public static boolean isTimed(long group) {
    return Memory.getInt(group + FLAGS) == IS_TIMED;
  }

  public static void setTimed(long group) {
    Memory.putInt(group + FLAGS, IS_TIMED);
  }

  public static long unowned(long group) {
    return Memory.getLong(group + UNOWNED);
  }

  public static void unowned(long group, long entries) {
    Memory.putLong(group + UNOWNED, entries);
  }

  // ---- consumers

  /** Makes a block a consumer that was never seen; its name is written apart. */
  public static void initConsumer(long consumer) {
    Memory.fill(consumer + NamedBlocks.CONTENT, CONSUMER_NAME - NamedBlocks.CONTENT, (byte) 0);
    Memory.putLong(consumer + SEEN, -1);
    Memory.putLong(consumer + ACTIVE, -1);
  }

  public static long seen(long consumer) {
    return Memory.getLong(consumer + SEEN);
  }

  public static void seen(long consumer, long millis) {
    Memory.putLong(consumer + SEEN, millis);
  }

  public static long active(long consumer) {
    return Memory.getLong(consumer + ACTIVE);
  }

  public static void active(long consumer, long millis) {
    Memory.putLong(consumer + ACTIVE, millis);
  }

  /** Where the root of the tree of owned ids lies. */
  public static long owned(long consumer) {
    return consumer + OWNED;
  }

  // ---- pending entries

  public static long deliveryTime(long entry) {
    return Memory.getLong(entry + DELIVERY_TIME);
  }

  public static long deliveryCount(long entry) {
    return Memory.getLong(entry + DELIVERY_COUNT);
  }

  /** The owner's reference, 0 for none. */
  public static int owner(long entry) {
    return Memory.getInt(entry + OWNER);
  }

  public static void owner(long entry, int consumer) {
    Memory.putInt(entry + OWNER, consumer);
  }

  /** Writes what an entry says beside its id. */
  public static void put(long entry, long deliveryTime, long deliveryCount, int owner) {
    Memory.putLong(entry + DELIVERY_TIME, deliveryTime);
    Memory.putLong(entry + DELIVERY_COUNT, deliveryCount);
    Memory.putInt(entry + OWNER, owner);
  }
}
