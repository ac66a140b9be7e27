package dev.larder.lua;

import org.jspecify.annotations.Nullable;

/** Steps of loops over tables, on the registers of FORCALL. */
final class Iteration {
  private static final Object NUMBER = Marker.NUMBER;

  private Iteration() {}

  /**
   * A step of {@code pairs}. The number beside the table, which means nothing there, remembers the
   * key's position.
   *
   * @return false if the key is not in the table
   */
  static boolean next(LuaTable table, @Nullable Object[] refs, double[] nums, int a, int results) {
    int position = 0;
    Object ref = refs[a + 2];
    if (ref != null) {
      position = (int) nums[a + 1];
      if (!table.isAt(position, ref, nums[a + 2])) {
        position = table.positionOf(ref == NUMBER ? (Double) nums[a + 2] : ref);
        if (position < 0) {
          return false;
        }
      }
    }
    position = table.next(position);
    if (position < 0) {
      refs[a + 3] = null;
      return true;
    }
    nums[a + 1] = position;
    set(refs, nums, a + 3, table.keyAt(position));
    if (results > 1) {
      set(refs, nums, a + 4, table.valueAt(position));
    }
    return true;
  }

  /** A step of {@code ipairs}. */
  static boolean nextIndex(
      LuaTable table, @Nullable Object[] refs, double[] nums, int a, int results) {
    if (refs[a + 2] != NUMBER) {
      return false;
    }
    int index = (int) nums[a + 2] + 1;
    Object value = table.getInt(index);
    if (value == null) {
      refs[a + 3] = null;
      return true;
    }
    refs[a + 3] = NUMBER;
    nums[a + 3] = index;
    if (results > 1) {
      set(refs, nums, a + 4, value);
    }
    return true;
  }

  private static void set(
      @Nullable Object[] refs, double[] nums, int index, @Nullable Object value) {
    if (value instanceof Double number) {
      refs[index] = NUMBER;
      nums[index] = number;
    } else {
      refs[index] = value;
    }
  }
}
