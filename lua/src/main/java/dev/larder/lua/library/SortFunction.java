package dev.larder.lua.library;

import dev.larder.lua.Builtin;
import dev.larder.lua.Call;
import dev.larder.lua.LuaFunction;
import dev.larder.lua.LuaState;
import dev.larder.lua.LuaString;
import dev.larder.lua.LuaTable;
import java.util.Arrays;

/*
 * Problem. Sorting calls comparators, which are functions of scripts; and as sorting is not stable,
 * scripts see the order in which the algorithm leaves elements that compare as equal.
 *
 * Idea. The algorithm is in Lua: quicksort by the median of three, the smaller part first, as in
 * Sedgewick's "Algorithms", chapter 7, which is what Lua 5.1 does, too. Where nobody can see a
 * difference, that is, for numbers or for strings without a comparator, Java sorts.
 */

/** The function {@code table.sort}. */
final class SortFunction extends Builtin {
  private static final String IN_LUA =
      """
      local invalid, copyBack = ...
      local function sort(t, low, high, less)
        while low < high do
          local l, h = t[low], t[high]
          if less(h, l) then
            t[low], t[high] = h, l
          end
          if high - low == 1 then
            return
          end
          local middle = (low + high - (low + high) % 2) / 2
          local m = t[middle]
          l = t[low]
          if less(m, l) then
            t[middle], t[low] = l, m
          else
            h = t[high]
            if less(h, m) then
              t[middle], t[high] = h, m
            end
          end
          if high - low == 2 then
            return
          end
          local pivot = t[middle]
          t[middle], t[high - 1] = t[high - 1], pivot
          local i, j = low, high - 1
          while true do
            i = i + 1
            while less(t[i], pivot) do
              if i > high then
                invalid()
              end
              i = i + 1
            end
            j = j - 1
            while less(pivot, t[j]) do
              if j < low then
                invalid()
              end
              j = j - 1
            end
            if j < i then
              break
            end
            t[i], t[j] = t[j], t[i]
          end
          t[high - 1], t[i] = t[i], t[high - 1]
          if i - low < high - i then
            sort(t, low, i - 1, less)
            low = i + 1
          else
            sort(t, i + 1, high, less)
            high = i - 1
          end
        end
      end
      local function less(a, b)
        return a < b
      end
      local function sortAll(t, n, comparator)
        sort(t, 1, n, comparator or less)
      end
      local function sortCopy(t, n, comparator, copy)
        sort(copy, 1, n, comparator or less)
        copyBack(t, n, copy)
      end
      return sortAll, sortCopy
      """;

  /** What an element of an array takes, as an estimate. */
  private static final int BYTES_PER_ELEMENT = 24;

  private final LuaFunction sortAll;
  private final LuaFunction sortCopy;

  SortFunction(LuaState state) {
    super("sort");
    Prelude prelude = Prelude.of(state, IN_LUA, new Invalid(), new CopyBack());
    sortAll = prelude.function(0);
    sortCopy = prelude.function(1);
  }

  @Override
  protected void call(Call call) {
    LuaTable table = call.checkTable(1);
    int count = table.length();
    LuaFunction comparator = call.isNil(2) ? null : call.checkFunction(2);
    if (count < 2 || comparator == null && sortHere(call, table, count)) {
      return;
    }
    if (table.metatable() == null) {
      call.tailCall(sortAll, table, (double) count, comparator);
      return;
    }
    call.allocate((long) count * BYTES_PER_ELEMENT);
    LuaTable copy = new LuaTable(count, 0);
    for (int i = 1; i <= count; i++) {
      copy.putInt(i, table.getInt(i));
    }
    call.tailCall(sortCopy, table, (double) count, comparator, copy);
  }

  /** Sorts numbers or strings; returns false if there are others, or both. */
  private static boolean sortHere(Call call, LuaTable table, int count) {
    Object first = table.getInt(1);
    if (!(first instanceof Double) && !(first instanceof LuaString)) {
      return false;
    }
    call.step(count);
    call.allocate((long) count * BYTES_PER_ELEMENT);
    Object[] elements = new Object[count];
    for (int i = 0; i < count; i++) {
      Object element = table.getInt(i + 1);
      if (element == null || element.getClass() != first.getClass() || !isOrdinary(element)) {
        return false;
      }
      elements[i] = element;
    }
    call.step(count / 4 * (Integer.SIZE - Integer.numberOfLeadingZeros(count)));
    Object[] sorted = elements.clone();
    Arrays.sort(sorted);
    putBack(table, elements, sorted);
    return true;
  }

  /** Whether Java's order is Lua's: not for what is no number, and both zeros are equal. */
  private static boolean isOrdinary(Object element) {
    return !(element instanceof Double number)
        || !Double.isNaN(number) && (number != 0 || 1 / number > 0);
  }

  private static void putBack(LuaTable table, Object[] elements, Object[] sorted) {
    for (int i = 0; i < sorted.length; i++) {
      if (sorted[i] != elements[i]) {
        TableLibrary.checkWritable(table);
        table.putInt(i + 1, sorted[i]);
      }
    }
  }

  /** Puts the elements of a copy back into the table. */
  private static final class CopyBack extends Builtin {
    CopyBack() {
      super("copy_back");
    }

    @Override
    protected void call(Call call) {
      LuaTable table = call.checkTable(1);
      int count = call.checkInt(2);
      LuaTable copy = call.checkTable(3);
      call.step(count);
      TableLibrary.checkWritable(table);
      for (int i = 1; i <= count; i++) {
        table.putInt(i, copy.getInt(i));
      }
    }
  }

  private static final class Invalid extends Builtin {
    Invalid() {
      super("invalid");
    }

    @Override
    protected void call(Call call) {
      call.blameScript();
      throw call.error("invalid order function for sorting");
    }
  }
}
