package dev.larder.storage.table;

import dev.larder.storage.memory.Memory;

/**
 * The deadlines of one hash's fields, in order: pairs of a deadline and the reference of the
 * field's record. They are unique, so that any pair is found and removed however many fields expire
 * in one millisecond.
 *
 * <pre>
 *   0          8           12
 *   +----------+-----------+
 *   | deadline | reference |
 *   +----------+-----------+
 * </pre>
 */
final class FieldDeadlines extends CountedTree {
  private static final int REFERENCE = Long.BYTES;
  private static final int PAIR_BYTES = REFERENCE + Integer.BYTES;

  /** Where a pair lies while it is inserted. */
  private final long scratch;

  private long wantedDeadline;
  private int wantedReference;

  /**
   * @param scratch memory for a pair, which nobody else uses during a call
   */
  FieldDeadlines(long scratch) {
    super(PAIR_BYTES);
    this.scratch = scratch;
  }

  @Override
  protected int compare(long entry) {
    return compare(entry, wantedDeadline, wantedReference);
  }

  @Override
  protected int compareEntries(long left, long right) {
    return compare(left, Memory.getLong(right), Memory.getInt(right + REFERENCE));
  }

  private static int compare(long entry, long deadline, int reference) {
    long own = Memory.getLong(entry);
    return own != deadline
        ? Long.compare(own, deadline)
        : Integer.compareUnsigned(Memory.getInt(entry + REFERENCE), reference);
  }

  private boolean seek(long deadline, int reference) {
    wantedDeadline = deadline;
    wantedReference = reference;
    return seek();
  }

  /** Adds a pair that is not there; memory has been granted. */
  void add(long deadline, int reference) {
    boolean isThere = seek(deadline, reference);
    assert !isThere : "the field has this deadline already";
    Memory.putLong(scratch, deadline);
    Memory.putInt(scratch + REFERENCE, reference);
    if (!insert(scratch)) {
      throw new IllegalStateException("no memory behind a collection's ROOM");
    }
  }

  /** Removes a pair that is there. */
  void remove(long deadline, int reference) {
    boolean isThere = seek(deadline, reference);
    assert isThere : "a field's deadline is not in the order";
    remove();
  }

  boolean contains(long deadline, int reference) {
    return seek(deadline, reference);
  }

  /** The earliest deadline, or -1. */
  long first() {
    return seekFirst() ? Memory.getLong(entry()) : -1;
  }

  /** The reference with the earliest deadline; there is one. */
  int firstReference() {
    seekFirst();
    return Memory.getInt(entry() + REFERENCE);
  }

  /** How many deadlines are earlier than this. */
  long countBefore(long deadline) {
    seek(deadline, 0);
    return position();
  }
}
