package dev.larder.lua.data;

import dev.larder.lua.Call;
import dev.larder.lua.LuaError;
import dev.larder.lua.LuaString;
import dev.larder.lua.LuaTable;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Reads values of MessagePack. What contains what is on a stack of its own, so that Java's does not
 * grow with the nesting. A value is found in two moves: {@link #next} reads one that is complete,
 * or opens an array or map; {@link #attach} puts it where it belongs.
 */
final class MessageUnpacker {
  /** Stands for nil where null would be no value at all. */
  private static final Object NIL = new Object();

  private static final int DEPTH_INITIAL = 16;

  /** More depth than this is not kept from call to call. */
  private static final int DEPTH_KEPT_MAX = 1024;

  /** How much is read between two looks at the steps. */
  private static final int BYTES_PER_STEP = 1024;

  /** A string beyond this is charged at once. */
  private static final int LONG_BYTES = 4096;

  private final KnownStrings known = new KnownStrings();
  private byte[] data = {};
  private int at;

  private @Nullable LuaTable[] tables = new @Nullable LuaTable[DEPTH_INITIAL];

  /** For each level how many values, and keys, are to come. */
  private long[] missing = new long[DEPTH_INITIAL];

  /** For each level the index that comes next in an array; 0 for a map. */
  private long[] indices = new long[DEPTH_INITIAL];

  /** For each level of a map the key whose value comes next, if it is known. */
  private @Nullable Object[] keys = new @Nullable Object[DEPTH_INITIAL];

  private int depth;

  /** How many values the original would have on Lua's stack. */
  private int slots;

  private int settledAt;
  private long owed;

  /** Begins to read. */
  void begin(LuaString newData, int from, int usedSlots) {
    data = newData.bytes();
    at = from;
    depth = 0;
    slots = usedSlots;
    settledAt = from;
    owed = 0;
  }

  /** Lets go of what the call has used. */
  void end() {
    data = new byte[0];
    if (tables.length > DEPTH_KEPT_MAX) {
      tables = new @Nullable LuaTable[DEPTH_INITIAL];
      missing = new long[DEPTH_INITIAL];
      indices = new long[DEPTH_INITIAL];
      keys = new @Nullable Object[DEPTH_INITIAL];
    } else {
      Arrays.fill(tables, 0, depth, null);
      Arrays.fill(keys, 0, depth, null);
    }
  }

  /** Where to read next. */
  int at() {
    return at;
  }

  /** How many bytes are left. */
  int left() {
    return data.length - at;
  }

  /** Fails if not so many values more would be on the original's stack. */
  void checkSlots(Call call, int more, String where) {
    if (slots + more > CStack.SLOTS_MAX) {
      throw call.error("stack overflow (" + where + ")");
    }
  }

  /** The next value, which is a result from now on. */
  @Nullable Object read(Call call) {
    while (true) {
      checkSlots(
          call, 1, "too many return values at once; use unpack_one or unpack_limit instead.");
      Object value = next(call);
      while (value != null) {
        if (depth == 0) {
          settle(call);
          slots++;
          return value == NIL ? null : value;
        }
        value = attach(value);
      }
      if (at - settledAt > BYTES_PER_STEP) {
        settle(call);
      }
    }
  }

  private void settle(Call call) {
    call.step((at - settledAt) >> 4);
    settledAt = at;
    call.allocate(owed);
    owed = 0;
  }

  /**
   * Puts a value into the table on top, or takes it for a key.
   *
   * @return the table if it is complete, null if more follows
   */
  private @Nullable Object attach(Object value) {
    int level = depth - 1;
    LuaTable table = Objects.requireNonNull(tables[level]);
    Object key = keys[level];
    if (indices[level] > 0) {
      table.put((double) indices[level], value == NIL ? null : value);
      indices[level]++;
    } else if (key == null) {
      keys[level] = value;
      slots++;
      return null;
    } else {
      putField(table, key, value);
      keys[level] = null;
      slots--;
    }
    owed += CStack.VALUE_BYTES;
    if (--missing[level] > 0) {
      return null;
    }
    slots -= indices[level] > 0 ? 2 : 1;
    tables[level] = null;
    depth = level;
    return table;
  }

  private static void putField(LuaTable table, Object key, Object value) {
    if (key == NIL) {
      throw new LuaError("table index is nil");
    } else if (key instanceof Double number && number.isNaN()) {
      throw new LuaError("table index is NaN");
    }
    table.put(key, value == NIL ? null : value);
  }

  /** A value that is complete; null if an array or map has been opened. */
  private @Nullable Object next(Call call) {
    int code = (int) number(call, 1);
    switch (code >> 4) {
      case 0x0, 0x1, 0x2, 0x3, 0x4, 0x5, 0x6, 0x7, 0xE, 0xF:
        return (double) (byte) code;
      case 0x8:
        return map(call, code & 0xF);
      case 0x9:
        return array(call, code & 0xF);
      case 0xA, 0xB:
        return string(call, code & 0x1F);
      default:
        return longForm(call, code);
    }
  }

  private @Nullable Object longForm(Call call, int code) {
    switch (code) {
      case 0xC0:
        return NIL;
      case 0xC2:
        return Boolean.FALSE;
      case 0xC3:
        return Boolean.TRUE;
      case 0xCA:
        return (double) Float.intBitsToFloat((int) number(call, Float.BYTES));
      case 0xCB:
        return Double.longBitsToDouble(number(call, Double.BYTES));
      case 0xCC, 0xCD, 0xCE, 0xCF:
        // As in the original, those of 64 bits are taken for signed ones.
        return (double) number(call, 1 << (code & 3));
      case 0xD0:
        return (double) (byte) number(call, 1);
      case 0xD1:
        return (double) (short) number(call, 2);
      case 0xD2:
        return (double) (int) number(call, 4);
      case 0xD3:
        return (double) number(call, 8);
      case 0xD9:
        return string(call, number(call, 1));
      case 0xDA:
        return string(call, number(call, 2));
      case 0xDB:
        return string(call, number(call, 4));
      case 0xDC:
        return array(call, number(call, 2));
      case 0xDD:
        return array(call, number(call, 4));
      case 0xDE:
        return map(call, number(call, 2));
      case 0xDF:
        return map(call, number(call, 4));
      default:
        throw call.error("Bad data format in input.");
    }
  }

  /** The unsigned number of some bytes, of which there have to be enough. */
  private long number(Call call, int bytes) {
    if (left() < bytes) {
      throw call.error("Missing bytes in input.");
    }
    long number = 0;
    for (int i = 0; i < bytes; i++) {
      number = number << 8 | data[at++] & 0xFF;
    }
    return number;
  }

  private LuaString string(Call call, long length) {
    if (left() < length) {
      throw call.error("Missing bytes in input.");
    }
    if (length > LONG_BYTES) {
      call.allocate(length);
    }
    int from = at;
    at += (int) length;
    if (length <= KnownStrings.BYTES_MAX && isKeyNext()) {
      return known.get(data, from, at);
    }
    owed += CStack.STRING_BYTES;
    return LuaString.copyOf(data, from, (int) length);
  }

  private boolean isKeyNext() {
    int level = depth - 1;
    return level >= 0 && indices[level] == 0 && keys[level] == null;
  }

  private @Nullable LuaTable array(Call call, long count) {
    checkSlots(call, 2, "in function mp_decode_to_lua_array");
    return open(count, 1);
  }

  private @Nullable LuaTable map(Call call, long count) {
    checkSlots(call, 1, "in function mp_decode_to_lua_hash");
    return open(count, 0);
  }

  /** Opens a table that is not empty, for values from an index on or for keys. */
  private @Nullable LuaTable open(long count, int index) {
    owed += CStack.TABLE_BYTES;
    LuaTable table = new LuaTable();
    if (count == 0) {
      return table;
    }
    if (depth == tables.length) {
      tables = Arrays.copyOf(tables, 2 * depth);
      missing = Arrays.copyOf(missing, 2 * depth);
      indices = Arrays.copyOf(indices, 2 * depth);
      keys = Arrays.copyOf(keys, 2 * depth);
    }
    tables[depth] = table;
    missing[depth] = count;
    indices[depth] = index;
    depth++;
    slots += index > 0 ? 2 : 1;
    return null;
  }
}
