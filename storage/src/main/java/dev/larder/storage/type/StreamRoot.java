package dev.larder.storage.type;

import dev.larder.storage.memory.Memory;
import dev.larder.storage.table.CountedTree;
import dev.larder.storage.table.IdTree;

/*
 * The value part of a stream's record. An id is two unsigned 64-bit numbers.
 *
 *   0        8          24        40            56      64        80
 *   +--------+----------+---------+-------------+-------+---------+- - - -
 *   | length | first id | last id | max deleted | added | tail id |
 *   +--------+----------+---------+-------------+-------+---------+- - - -
 *
 *   packed:                      the tail's listpack, if the stream has entries, and some room
 *
 *   80     84       88            92           116
 *   +------+--------+-------------+------------+
 *   | tail | groups | idempotency | nodes      |          with blocks
 *   +------+--------+-------------+------------+
 *
 * The first id is that of the first live entry, 0-0 without one; the last one is the highest ever
 * added; max deleted is the highest that was ever deleted by its id. The tail is the node that
 * takes new entries, and its id is its master's; all nodes before it are in the tree `nodes`, whose
 * entries are an id and a reference, as the tail's id and reference are when taken together. Groups
 * and idempotency are references, 0 for none.
 *
 *   TAIL: a stream with live entries has a tail, and no node is without a live entry; a stream
 *   without has no node at all.
 */

/** Static access to the root of a stream at an absolute address; for the shard's owner. */
public final class StreamRoot {
  private static final int LENGTH = 0;
  private static final int FIRST = LENGTH + Long.BYTES;
  private static final int LAST = FIRST + IdTree.ID_BYTES;
  private static final int MAX_DELETED = LAST + IdTree.ID_BYTES;
  private static final int ADDED = MAX_DELETED + IdTree.ID_BYTES;
  private static final int TAIL_ID = ADDED + Long.BYTES;

  /** What both forms begin with. */
  public static final int HEADER_BYTES = TAIL_ID + IdTree.ID_BYTES;

  private static final int TAIL = HEADER_BYTES;
  private static final int GROUPS = TAIL + Integer.BYTES;
  private static final int IDEMPOTENCY = GROUPS + Integer.BYTES;
  private static final int NODES = IDEMPOTENCY + Integer.BYTES;

  /** The bytes of a root with blocks. */
  public static final int BYTES = NODES + CountedTree.ROOT_BYTES;

  /** An entry of the tree of nodes: master id, reference. */
  public static final int NODE_ENTRY_BYTES = IdTree.ID_BYTES + Integer.BYTES;

  private StreamRoot() {}

  /** Makes the header that of a stream that never had an entry. */
  public static void writeHeader(long root) {
    Memory.fill(root, HEADER_BYTES, (byte) 0);
  }

  /** Makes the rest that of a stream with blocks, which has none yet. */
  public static void writeBlocks(long root) {
    Memory.fill(root + HEADER_BYTES, BYTES - HEADER_BYTES, (byte) 0);
  }

  /** Live entries. */
  public static long length(long root) {
    return Memory.getLong(root + LENGTH);
  }

  public static void length(long root, long entries) {
    Memory.putLong(root + LENGTH, entries);
  }

  /** Where the first entry's id lies. */
  public static long first(long root) {
    return root + FIRST;
  }

  /** Where the last id lies. */
  public static long last(long root) {
    return root + LAST;
  }

  /** Where the highest deleted id lies. */
  public static long maxDeleted(long root) {
    return root + MAX_DELETED;
  }

  /** Where the tail's id lies, and behind it, in a stream with blocks, its reference. */
  public static long tailId(long root) {
    return root + TAIL_ID;
  }

  /** Entries ever added. */
  public static long added(long root) {
    return Memory.getLong(root + ADDED);
  }

  public static void added(long root, long entries) {
    Memory.putLong(root + ADDED, entries);
  }

  // ---- with blocks

  /** The tail's reference, 0 for none. */
  public static int tail(long root) {
    return Memory.getInt(root + TAIL);
  }

  public static void tail(long root, int reference) {
    Memory.putInt(root + TAIL, reference);
  }

  /** The reference of the groups' directory, 0 for none. */
  public static int groups(long root) {
    return Memory.getInt(root + GROUPS);
  }

  public static void groups(long root, int reference) {
    Memory.putInt(root + GROUPS, reference);
  }

  /** The reference of what is known of producers, 0 for nothing. */
  public static int idempotency(long root) {
    return Memory.getInt(root + IDEMPOTENCY);
  }

  public static void idempotency(long root, int reference) {
    Memory.putInt(root + IDEMPOTENCY, reference);
  }

  /** Where the root of the tree of nodes lies. */
  public static long nodes(long root) {
    return root + NODES;
  }

  /** The reference in an entry of the tree of nodes. */
  public static int node(long entry) {
    return Memory.getInt(entry + IdTree.ID_BYTES);
  }

  public static void node(long entry, int reference) {
    Memory.putInt(entry + IdTree.ID_BYTES, reference);
  }
}
