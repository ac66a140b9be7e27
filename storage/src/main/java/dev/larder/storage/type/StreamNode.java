package dev.larder.storage.type;

/*
 * A node of a stream: entries with ids near each other in one listpack, in Redis's own layout, so
 * that DUMP and RDB files copy nodes verbatim.
 *
 *   listpack = master, entry, entry ...
 *
 *   master = live count, deleted count, field count f, f field names, 0
 *   entry  = flags, id - master id (2), f values, elements            with the master's fields
 *          | flags, id - master id (2), n, n x (field, value), elements
 *
 *   flags: bit 0 the entry is deleted, bit 1 it has the master's fields
 *   elements: how many listpack entries of this stream entry lie before that number, by which
 *   entries are walked backwards; the master's is 0
 *
 * The master id, not below any other of the node's differences, lies outside: it is what the node
 * is found by. Differences are 64 bits and wrap. A deleted entry keeps its bytes.
 *
 *   COUNTS: a node's block has room for both counts to grow to their widest, so that a deletion
 *   never needs memory (RESERVE).
 */

/**
 * Static access to the nodes of streams at absolute addresses; {@link StreamNodeCursor} reads their
 * entries. For the owner of the memory; the listpack is trusted.
 */
public final class StreamNode {
  /** Flag: the entry is deleted. */
  static final int DELETED = 1;

  /** Flag: the entry has the fields of the master. */
  static final int SAME_FIELDS = 2;

  /** Both counts, when another entry makes them as wide as they can become. */
  private static final int MAX_COUNTS_GROWTH = 8;

  /** Flags, both differences, the number of fields and that of elements, and COUNTS, or less. */
  private static final int MAX_FRAME_BYTES = 2 + 2 * 10 + 6 + 6 + MAX_COUNTS_GROWTH;

  /** Header, counts, the number of fields and the end of the master, or less. */
  private static final int MAX_MASTER_BYTES = Listpack.EMPTY_BYTES + 2 * 2 + 6 + 2;

  /** More than a text's listpack entry takes beside the text. */
  private static final int MAX_TEXT_FRAME_BYTES = 10;

  /** Listpack entries of a stream entry that are neither fields nor values. */
  private static final int FRAME_ELEMENTS = 3;

  private StreamNode() {}

  /** Entries that are not deleted. */
  public static int live(long lp) {
    return (int) Listpack.integer(Listpack.first(lp));
  }

  /** Entries that are deleted but still there. */
  public static int deleted(long lp) {
    return (int) Listpack.integer(deletedCount(lp));
  }

  private static long deletedCount(long lp) {
    return Listpack.next(lp, Listpack.first(lp));
  }

  /** The bytes that a node's block needs for COUNTS: its listpack's, and what may be added. */
  public static int blockBytes(long lp) {
    return Listpack.bytes(lp) + reserveBytes(live(lp), deleted(lp));
  }

  private static int reserveBytes(int live, int deleted) {
    return 2 * Listpack.encodedIntegerBytes(live + deleted)
        - Listpack.encodedIntegerBytes(live)
        - Listpack.encodedIntegerBytes(deleted);
  }

  /** Moves entries from live to deleted. */
  static void countDeleted(long lp, int entries) {
    int live = live(lp) - entries;
    int deleted = deleted(lp) + entries;
    Listpack.replaceInteger(lp, Listpack.first(lp), live);
    Listpack.replaceInteger(lp, deletedCount(lp), deleted);
  }

  // ---- the master

  /** The number of the master's fields. */
  static int masterFieldCount(long lp) {
    return (int) Listpack.integer(Listpack.next(lp, deletedCount(lp)));
  }

  /** The first of the master's fields. */
  public static long firstMasterField(long lp) {
    return Listpack.next(lp, Listpack.next(lp, deletedCount(lp)));
  }

  /** Whether the master has this many fields. */
  public static boolean hasFieldCount(long lp, int count) {
    return masterFieldCount(lp) == count;
  }

  // ---- adding

  /**
   * No less than an entry adds to a node, COUNTS included; more than an int holds is possible.
   *
   * @param texts fields and values together
   * @param textBytes the sum of their lengths
   */
  public static long mostEntryBytes(long texts, long textBytes) {
    return MAX_FRAME_BYTES + texts * MAX_TEXT_FRAME_BYTES + textBytes;
  }

  /** What an entry adds to a node beside its texts; COUNTS included, with what they may need. */
  public static int frameBytes(
      long millisDelta, long sequenceDelta, int fieldCount, boolean sameFields) {
    int texts = sameFields ? fieldCount : 2 * fieldCount;
    return 2
        + Listpack.encodedIntegerBytes(millisDelta)
        + Listpack.encodedIntegerBytes(sequenceDelta)
        + (sameFields ? 0 : Listpack.encodedIntegerBytes(fieldCount))
        + Listpack.encodedIntegerBytes(FRAME_ELEMENTS + texts + 1)
        + MAX_COUNTS_GROWTH;
  }

  /** No less than a new node's master takes. */
  public static long mostMasterBytes(long fields, long fieldBytes) {
    return MAX_MASTER_BYTES + fields * MAX_TEXT_FRAME_BYTES + fieldBytes;
  }

  /** Writes a node's master up to where its fields belong, and returns that address. */
  public static long beginNode(long lp, int fieldCount) {
    Listpack.writeEmpty(lp);
    long at = Listpack.writeInteger(Listpack.end(lp), 0);
    at = Listpack.writeInteger(at, 0);
    return Listpack.writeInteger(at, fieldCount);
  }

  /** Ends a master whose fields were written up to an address. */
  public static void endMaster(long lp, long at, int fieldCount) {
    Listpack.finishAppend(lp, Listpack.writeInteger(at, 0), fieldCount + 4);
  }

  /**
   * Writes an entry up to where its values, or fields and values, belong: from the listpack's end
   * on.
   *
   * @param fieldCount of an entry with fields of its own, -1 of one with the master's
   * @return the address where they belong
   */
  public static long beginEntry(long lp, long millisDelta, long sequenceDelta, int fieldCount) {
    long at = Listpack.writeInteger(Listpack.end(lp), fieldCount < 0 ? SAME_FIELDS : 0);
    at = Listpack.writeInteger(at, millisDelta);
    at = Listpack.writeInteger(at, sequenceDelta);
    return fieldCount < 0 ? at : Listpack.writeInteger(at, fieldCount);
  }

  /**
   * Ends an entry whose texts were written up to an address, and counts it.
   *
   * @param texts how many
   * @param ownFields whether the entry has fields of its own
   */
  public static void endEntry(long lp, long at, int texts, boolean ownFields) {
    int elements = FRAME_ELEMENTS + texts + (ownFields ? 1 : 0);
    Listpack.finishAppend(lp, Listpack.writeInteger(at, elements), elements + 1);
    Listpack.replaceInteger(lp, Listpack.first(lp), live(lp) + 1);
  }
}
