package dev.larder.storage;

import dev.larder.storage.memory.Memory;
import dev.larder.storage.table.IdTree;

/**
 * An entry's id in a stream: milliseconds and a sequence, both unsigned 64-bit numbers. Mutable,
 * for one thread.
 */
public final class StreamId {
  private long millis;
  private long sequence;

  public long millis() {
    return millis;
  }

  public long sequence() {
    return sequence;
  }

  public void set(long newMillis, long newSequence) {
    millis = newMillis;
    sequence = newSequence;
  }

  public void set(StreamId other) {
    set(other.millis, other.sequence);
  }

  void read(long address) {
    set(IdTree.millis(address), IdTree.sequence(address));
  }

  void write(long address) {
    IdTree.putId(address, millis, sequence);
  }

  /** The lowest id, 0-0, which no entry has. */
  public void setMin() {
    set(0, 0);
  }

  /** The highest id. */
  public void setMax() {
    set(-1, -1);
  }

  public boolean isMin() {
    return millis == 0 && sequence == 0;
  }

  public boolean isMax() {
    return millis == -1 && sequence == -1;
  }

  /** Becomes the next id; false, and unchanged, at the highest. */
  public boolean increment() {
    if (isMax()) {
      return false;
    }
    if (++sequence == 0) {
      millis++;
    }
    return true;
  }

  /** Becomes the id before; false, and unchanged, at the lowest. */
  public boolean decrement() {
    if (isMin()) {
      return false;
    }
    if (sequence-- == 0) {
      millis--;
    }
    return true;
  }

  /** Negative, zero or positive as this id is lower, equal or higher. */
  public int compareTo(long otherMillis, long otherSequence) {
    return IdTree.compare(millis, sequence, otherMillis, otherSequence);
  }

  public int compareTo(StreamId other) {
    return compareTo(other.millis, other.sequence);
  }

  /** The order of the id at an address and another one. */
  static int compareAt(long address, long millis, long sequence) {
    return IdTree.compare(
        Memory.getLong(address), Memory.getLong(address + Long.BYTES), millis, sequence);
  }

  @Override
  public String toString() {
    return Long.toUnsignedString(millis) + "-" + Long.toUnsignedString(sequence);
  }
}
