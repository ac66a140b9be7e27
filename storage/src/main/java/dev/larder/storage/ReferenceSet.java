package dev.larder.storage;

import java.util.Arrays;

/** A set of references of bounded size, to tell what was drawn before; its memory is kept. */
final class ReferenceSet {
  /** The most references that it can hold. */
  static final int MAX_COUNT = 1 << 14;

  private static final int MIN_SLOTS = 64;
  private static final int MULTIPLIER = 0x9E37_79B9;

  /** Open addressing, at most half full; 0 is an empty slot, for no reference is 0. */
  private int[] slots = new int[0];

  private int shift;

  /** Empties the set and makes room for so many references, at most {@link #MAX_COUNT}. */
  void clear(int count) {
    assert count <= MAX_COUNT;
    int needed = Math.max(MIN_SLOTS, Integer.highestOneBit(Math.max(1, count)) * 4);
    if (slots.length < needed) {
      slots = new int[needed];
    } else {
      Arrays.fill(slots, 0);
    }
    shift = Integer.numberOfLeadingZeros(slots.length) + 1;
  }

  /** Adds a reference; false if it is there. */
  boolean add(int reference) {
    int mask = slots.length - 1;
    for (int i = reference * MULTIPLIER >>> shift; ; i = i + 1 & mask) {
      if (slots[i] == 0) {
        slots[i] = reference;
        return true;
      }
      if (slots[i] == reference) {
        return false;
      }
    }
  }
}
