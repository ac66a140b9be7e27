package dev.larder.storage.table;

import dev.larder.storage.memory.Memory;
import dev.larder.storage.memory.VirtualMemory;

/**
 * A counted tree for tests: an entry is a signed key, and from 12 bytes on a weight; what is left
 * over repeats the key's low byte. Entries of 8 bytes weigh their key's low four bits.
 */
final class NumberTree extends CountedTree {
  final int entryBytes;
  final boolean weighed;
  final long rootAddress = VirtualMemory.allocateForever(ROOT_BYTES, 8);
  private final long scratch = VirtualMemory.allocateForever(64, 8);
  private long key;

  NumberTree(int entryBytes, boolean weighed) {
    super(entryBytes, weighed);
    this.entryBytes = entryBytes;
    this.weighed = weighed;
    writeEmpty(rootAddress);
  }

  @Override
  protected int compare(long entry) {
    return Long.compare(Memory.getLong(entry), key);
  }

  @Override
  protected int weight(long entry) {
    return entryBytes < 12 ? (int) (Memory.getLong(entry) & 15) : Memory.getInt(entry + 8);
  }

  @Override
  protected int compareEntries(long left, long right) {
    return Long.compare(Memory.getLong(left), Memory.getLong(right));
  }

  boolean seek(long newKey) {
    key = newKey;
    return seek();
  }

  boolean insert(long newKey, int weight) {
    write(scratch, newKey, weight);
    return insert(scratch);
  }

  void write(long entry, long newKey, int weight) {
    Memory.fill(entry, entryBytes, (byte) newKey);
    Memory.putLong(entry, newKey);
    if (entryBytes >= 12) {
      Memory.putInt(entry + 8, weight);
    }
  }

  long keyAtCursor() {
    return Memory.getLong(entry());
  }

  int weightAtCursor() {
    return weighed ? weight(entry()) : 1;
  }
}
