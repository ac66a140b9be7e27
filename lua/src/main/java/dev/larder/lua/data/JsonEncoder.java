package dev.larder.lua.data;

import dev.larder.lua.Call;
import dev.larder.lua.LuaError;
import dev.larder.lua.LuaString;
import dev.larder.lua.LuaTable;
import dev.larder.lua.LuaTypes;
import dev.larder.lua.data.JsonSettings.InvalidNumbers;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Writes values as JSON. What contains what is on a stack of its own, so that Java's does not grow
 * with the nesting.
 */
final class JsonEncoder {
  private static final byte[] NULL = LuaString.of("null").bytes();
  private static final byte[] TRUE = LuaString.of("true").bytes();
  private static final byte[] FALSE = LuaString.of("false").bytes();
  private static final byte[] HEX_DIGITS = LuaString.of("0123456789abcdef").bytes();

  /** What is written behind a backslash for a byte: a letter, 'u' for its number, 0 for neither. */
  private static final byte[] ESCAPES = new byte[256];

  private static final int DEPTH_INITIAL = 16;

  /** More depth than this is not kept from call to call. */
  private static final int DEPTH_KEPT_MAX = 1024;

  /** Marks a level of the stack as an object. */
  private static final int OBJECT = -1;

  /** How much is written, or how many keys are looked at, between two looks at the steps. */
  private static final int WORK_PER_STEP = 1024;

  static {
    Arrays.fill(ESCAPES, 0, ' ', (byte) 'u');
    ESCAPES[0x7F] = 'u';
    String special = "\"\\/\b\f\n\r\t";
    String letters = "\"\\/bfnrt";
    for (int i = 0; i < special.length(); i++) {
      ESCAPES[special.charAt(i)] = (byte) letters.charAt(i);
    }
  }

  private final JsonSettings settings;
  private final ByteSink sink = new ByteSink();

  private @Nullable LuaTable[] tables = new @Nullable LuaTable[DEPTH_INITIAL];

  /** For each level the length of an array, or {@link #OBJECT}. */
  private int[] lengths = new int[DEPTH_INITIAL];

  /** For each level the last index, or the last position of {@link LuaTable#next}. */
  private int[] positions = new int[DEPTH_INITIAL];

  private int depth;

  /** How many values the original would have on Lua's stack. */
  private int slots;

  private int settledAt;

  JsonEncoder(JsonSettings settings) {
    this.settings = settings;
  }

  /** The text of a value. */
  LuaString encode(Call call, @Nullable Object value) {
    depth = 0;
    slots = 1;
    settledAt = 0;
    sink.begin(call);
    try {
      write(call, value);
      while (depth > 0) {
        if (lengths[depth - 1] == OBJECT) {
          writeFields(call);
        } else {
          writeElements(call);
        }
      }
      return sink.toLuaString();
    } finally {
      end();
    }
  }

  private void end() {
    sink.end();
    if (tables.length > DEPTH_KEPT_MAX) {
      tables = new @Nullable LuaTable[DEPTH_INITIAL];
      lengths = new int[DEPTH_INITIAL];
      positions = new int[DEPTH_INITIAL];
    } else {
      Arrays.fill(tables, 0, depth, null);
    }
  }

  private void settle(Call call) {
    if (sink.length() - settledAt > WORK_PER_STEP) {
      call.step((sink.length() - settledAt) >> 4);
      settledAt = sink.length();
    }
  }

  /** Goes on with the array on top, until it ends or another table is in it. */
  private void writeElements(Call call) {
    int level = depth - 1;
    LuaTable table = Objects.requireNonNull(tables[level]);
    int length = lengths[level];
    int index = positions[level];
    while (index < length) {
      if (index > 0) {
        sink.add(',');
      }
      index++;
      positions[level] = index;
      if (!write(call, table.getInt(index))) {
        return;
      }
      settle(call);
    }
    sink.add(']');
    pop(1);
  }

  /** As {@link #writeElements}, for the object on top. */
  private void writeFields(Call call) {
    int level = depth - 1;
    LuaTable table = Objects.requireNonNull(tables[level]);
    int position = positions[level];
    for (int next = table.next(position); next > 0; next = table.next(position)) {
      if (position > 0) {
        sink.add(',');
      }
      position = next;
      positions[level] = position;
      writeKey(call, table.keyAt(position));
      sink.add(':');
      if (!write(call, table.valueAt(position))) {
        return;
      }
      settle(call);
    }
    sink.add('}');
    pop(2);
  }

  private void pop(int usedSlots) {
    depth--;
    tables[depth] = null;
    slots -= usedSlots;
  }

  /**
   * Writes a value.
   *
   * @return whether that is all; if not, it is a table whose bracket has been opened
   */
  private boolean write(Call call, @Nullable Object value) {
    switch (value) {
      case LuaString string -> writeString(string);
      case Double number -> writeNumber(call, number);
      case LuaTable table -> {
        open(call, table);
        return false;
      }
      case null -> sink.add(NULL);
      case Boolean truth -> sink.add(truth ? TRUE : FALSE);
      default -> {
        if (value != JsonSettings.NULL) {
          throw refused(call, value, "type not supported");
        }
        sink.add(NULL);
      }
    }
    return true;
  }

  private static LuaError refused(Call call, Object value, String reason) {
    return call.error("Cannot serialise " + LuaTypes.nameOf(value) + ": " + reason);
  }

  private void writeKey(Call call, Object key) {
    switch (key) {
      case LuaString string -> writeString(string);
      case Double number -> {
        sink.add('"');
        writeNumber(call, number);
        sink.add('"');
      }
      default -> throw refused(call, key, "table key must be a number or string");
    }
  }

  private void open(Call call, LuaTable table) {
    if (depth >= settings.encodeMaxDepth || slots + 3 > CStack.SLOTS_MAX) {
      throw call.error("Cannot serialise, excessive nesting (" + (depth + 1) + ")");
    }
    int length = arrayLength(call, table);
    if (depth == tables.length) {
      tables = Arrays.copyOf(tables, 2 * depth);
      lengths = Arrays.copyOf(lengths, 2 * depth);
      positions = Arrays.copyOf(positions, 2 * depth);
    }
    tables[depth] = table;
    lengths[depth] = length;
    positions[depth] = 0;
    depth++;
    slots += length == OBJECT ? 2 : 1;
    sink.add(length == OBJECT ? '{' : '[');
  }

  /**
   * The highest index of a table that has no other keys than indices; otherwise {@link #OBJECT}.
   */
  private int arrayLength(Call call, LuaTable table) {
    int highest = 0;
    int count = 0;
    for (int position = table.next(0); position > 0; position = table.next(position)) {
      int index = Indices.at(table, position);
      if (index == 0) {
        return OBJECT;
      }
      highest = Math.max(highest, index);
      if (++count % WORK_PER_STEP == 0) {
        call.step(WORK_PER_STEP >> 2);
      }
    }
    if (settings.sparseRatio > 0
        && highest > (long) count * settings.sparseRatio
        && highest > settings.sparseSafe) {
      if (!settings.convertSparse) {
        throw refused(call, table, "excessively sparse array");
      }
      return OBJECT;
    }
    return count == 0 ? OBJECT : highest;
  }

  private void writeNumber(Call call, double number) {
    if (Math.abs(number) <= Double.MAX_VALUE) {
      sink.addNumber(number, settings.precision);
    } else {
      writeInvalid(call, number);
    }
  }

  private void writeInvalid(Call call, double number) {
    if (settings.encodeInvalidNumbers == InvalidNumbers.REFUSED) {
      throw refused(call, number, "must not be NaN or Inf");
    } else if (settings.encodeInvalidNumbers == InvalidNumbers.NULLS) {
      sink.add(NULL);
    } else {
      String text = Double.isNaN(number) ? "nan" : number > 0 ? "inf" : "-inf";
      sink.add(LuaString.of(text).bytes());
    }
  }

  private void writeString(LuaString string) {
    byte[] source = string.bytes();
    sink.ensure(source.length + 2);
    sink.put('"');
    int plain = 0;
    for (int i = 0; i < source.length; i++) {
      int escape = ESCAPES[source[i] & 0xFF];
      if (escape != 0) {
        sink.put(source, plain, i - plain);
        writeEscaped(source[i], escape, source.length - i);
        plain = i + 1;
      }
    }
    sink.put(source, plain, source.length - plain);
    sink.put('"');
  }

  /** Writes an escape sequence and leaves room for the bytes behind it. */
  private void writeEscaped(int value, int escape, int rest) {
    sink.ensure(rest + 7);
    sink.put('\\');
    sink.put(escape);
    if (escape == 'u') {
      sink.put('0');
      sink.put('0');
      sink.put(HEX_DIGITS[value >> 4]);
      sink.put(HEX_DIGITS[value & 0xF]);
    }
  }
}
