package dev.larder.storage;

import dev.larder.storage.memory.HotPath;
import java.util.Arrays;

/**
 * Hashes of keys, to be asked for often: those of a command, or of a whole transaction. Open
 * addressing; it does not stay larger than most commands need.
 */
@HotPath
final class KeptKeys {
  private static final int FIRST_SLOTS = 32;
  private static final int KEPT_SLOTS = 4096;

  /** 0 is a free slot; the hash that is 0 has a field of its own. */
  private long[] slots = new long[FIRST_SLOTS];

  private int count;
  private boolean hasZero;

  void clear() {
    hasZero = false;
    if (count > 0) {
      count = 0;
      if (slots.length > KEPT_SLOTS) {
        slots = new long[FIRST_SLOTS];
      } else {
        Arrays.fill(slots, 0);
      }
    }
  }

  void add(long hash) {
    if (hash == 0) {
      hasZero = true;
      return;
    }
    if (2 * count >= slots.length) {
      grow();
    }
    int slot = slotOf(hash);
    if (slots[slot] == 0) {
      slots[slot] = hash;
      count++;
    }
  }

  boolean contains(long hash) {
    return hash == 0 ? hasZero : count > 0 && slots[slotOf(hash)] != 0;
  }

  /** Where a hash is, or would be. */
  private int slotOf(long hash) {
    int mask = slots.length - 1;
    int slot = (int) (hash ^ hash >>> 32) & mask;
    while (slots[slot] != 0 && slots[slot] != hash) {
      slot = slot + 1 & mask;
    }
    return slot;
  }

  private void grow() {
    long[] old = slots;
    slots = new long[2 * old.length];
    for (long hash : old) {
      if (hash != 0) {
        slots[slotOf(hash)] = hash;
      }
    }
  }
}
