package dev.larder.lua;

import org.jspecify.annotations.Nullable;

/** Decides how large the array of a table is to be, from the keys that it has. */
final class TableLayout {
  /** How many keys are above 2^(i-1), and at most 2^i. */
  private final int[] slices = new int[27];

  private int keys;
  private int indices;
  private int arraySize;
  private int inArray;

  void count(@Nullable Object key) {
    if (key instanceof Double number) {
      int index = number.intValue();
      if (index == number && index >= 1 && index <= LuaTable.CAPACITY_MAX) {
        countIndex(index);
        return;
      }
    }
    keys++;
  }

  void countIndex(int index) {
    slices[32 - Integer.numberOfLeadingZeros(index - 1)]++;
    indices++;
    keys++;
  }

  /** Takes the largest power of two such that more than half of the array is in use. */
  void decide() {
    int below = 0;
    int power = 1;
    for (int slice = 0; slice < slices.length && power / 2 < indices; slice++) {
      below += slices[slice];
      if (below > power / 2) {
        arraySize = power;
        inArray = below;
      }
      power *= 2;
    }
  }

  int arraySize() {
    return arraySize;
  }

  /** How many keys are not for the array. */
  int nodeCount() {
    return keys - inArray;
  }

  /** A key at or above one, which has a value or is 0, such that the next has none. */
  static int border(LuaTable table, int known) {
    int low = known;
    int high = known + 1;
    while (table.getInt(high) != null) {
      low = high;
      if (high > LuaTable.CAPACITY_MAX) {
        int i = 1;
        while (table.getInt(i) != null) {
          i++;
        }
        return i - 1;
      }
      high *= 2;
    }
    while (high - low > 1) {
      int middle = (low + high) >>> 1;
      if (table.getInt(middle) == null) {
        high = middle;
      } else {
        low = middle;
      }
    }
    return low;
  }
}
