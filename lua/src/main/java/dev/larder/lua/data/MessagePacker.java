package dev.larder.lua.data;

import dev.larder.lua.Call;
import dev.larder.lua.LuaString;
import dev.larder.lua.LuaTable;
import org.jspecify.annotations.Nullable;

/** Writes values as MessagePack, each in the shortest form that the original knows. */
final class MessagePacker {
  /** Tables deeper in each other than this become nil. */
  private static final int NESTING_MAX = 16;

  private static final int NIL = 0xC0;
  private static final int FALSE = 0xC2;
  private static final int TRUE = 0xC3;
  private static final int FLOAT = 0xCA;
  private static final int DOUBLE = 0xCB;

  /** Followed by the codes of 16, 32 and 64 bits. */
  private static final int UNSIGNED_8 = 0xCC;

  private static final int SIGNED_8 = 0xD0;
  private static final int STRING_8 = 0xD9;
  private static final int ARRAY_16 = 0xDC;
  private static final int MAP_16 = 0xDE;

  private static final int SHORT_STRING = 0xA0;
  private static final int SHORT_STRING_BYTES_MAX = 31;
  private static final int SHORT_ARRAY = 0x90;
  private static final int SHORT_MAP = 0x80;
  private static final int SHORT_COUNT_MAX = 15;
  private static final int SMALL_LEAST = -32;
  private static final int SMALL_MOST = 127;

  /** The most bytes that stand in front of a string's own, or for a number. */
  private static final int HEAD_BYTES_MAX = 9;

  /** How much is written, or how many keys are looked at, between two looks at the steps. */
  private static final int WORK_PER_STEP = 1024;

  private final ByteSink sink = new ByteSink();
  private int settledAt;

  /** The arguments of a call, one behind the other. */
  LuaString pack(Call call) {
    sink.begin(call);
    settledAt = 0;
    try {
      for (int i = 1; i <= call.count(); i++) {
        write(call, call.value(i), 0);
      }
      return sink.toLuaString();
    } finally {
      sink.end();
    }
  }

  private void write(Call call, @Nullable Object value, int nesting) {
    sink.ensure(HEAD_BYTES_MAX);
    switch (value) {
      case Double number -> writeNumber(number);
      case LuaString string -> writeString(string);
      case LuaTable table when nesting < NESTING_MAX -> writeTable(call, table, nesting + 1);
      case Boolean truth -> sink.put(truth ? TRUE : FALSE);
      case null, default -> sink.put(NIL);
    }
    if (sink.length() - settledAt > WORK_PER_STEP) {
      call.step((sink.length() - settledAt) >> 4);
      settledAt = sink.length();
    }
  }

  private void writeNumber(double number) {
    long whole = Call.toLong(number);
    if (whole != number) {
      if ((float) number == number) {
        sink.put(FLOAT);
        sink.putBigEndian(Float.floatToRawIntBits((float) number), Float.BYTES);
      } else {
        sink.put(DOUBLE);
        sink.putBigEndian(Double.doubleToRawLongBits(number), Double.BYTES);
      }
    } else if (whole >= SMALL_LEAST && whole <= SMALL_MOST) {
      sink.put((int) whole);
    } else if (whole >= 0) {
      int width = whole < 1L << 8 ? 0 : whole < 1L << 16 ? 1 : whole < 1L << 32 ? 2 : 3;
      sink.put(UNSIGNED_8 + width);
      sink.putBigEndian(whole, 1 << width);
    } else {
      int width =
          whole == (byte) whole ? 0 : whole == (short) whole ? 1 : whole == (int) whole ? 2 : 3;
      sink.put(SIGNED_8 + width);
      sink.putBigEndian(whole, 1 << width);
    }
  }

  private void writeString(LuaString string) {
    int length = string.length();
    if (length <= SHORT_STRING_BYTES_MAX) {
      sink.put(SHORT_STRING | length);
    } else {
      int width = length < 1 << 8 ? 0 : length < 1 << 16 ? 1 : 2;
      sink.put(STRING_8 + width);
      sink.putBigEndian(length, 1 << width);
    }
    sink.add(string.bytes());
  }

  private void writeTable(Call call, LuaTable table, int nesting) {
    int count = 0;
    boolean isArray = true;
    int highest = 0;
    for (int position = table.next(0); position > 0; position = table.next(position)) {
      count++;
      if (isArray) {
        int index = Indices.at(table, position);
        isArray = index > 0;
        highest = Math.max(highest, index);
      }
      if (count % WORK_PER_STEP == 0) {
        call.step(WORK_PER_STEP >> 2);
      }
    }
    if (isArray && highest == count) {
      writeCount(SHORT_ARRAY, ARRAY_16, count);
      for (int i = 1; i <= count; i++) {
        write(call, table.getInt(i), nesting);
      }
    } else {
      writeCount(SHORT_MAP, MAP_16, count);
      for (int position = table.next(0); position > 0; position = table.next(position)) {
        write(call, table.keyAt(position), nesting);
        write(call, table.valueAt(position), nesting);
      }
    }
  }

  private void writeCount(int shortCode, int longCode, int count) {
    if (count <= SHORT_COUNT_MAX) {
      sink.put(shortCode | count);
    } else if (count < 1 << 16) {
      sink.put(longCode);
      sink.putBigEndian(count, Short.BYTES);
    } else {
      sink.put(longCode + 1);
      sink.putBigEndian(count, Integer.BYTES);
    }
  }
}
