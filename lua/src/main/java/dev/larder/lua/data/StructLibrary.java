package dev.larder.lua.data;

import dev.larder.lua.Call;
import dev.larder.lua.LuaNumbers;
import dev.larder.lua.LuaString;
import dev.larder.lua.LuaTable;
import java.util.Arrays;

/** The library {@code struct}: values as bytes in a layout that a format describes, and back. */
final class StructLibrary {
  /** Options between two looks at the clock and the kill switch. */
  private static final int OPTIONS_PER_STEP = 64;

  private final ByteSink sink = new ByteSink();

  private StructLibrary() {}

  static LuaTable create() {
    StructLibrary instance = new StructLibrary();
    LuaTable library = new LuaTable();
    DataFunction.add(library, "pack", instance::pack);
    DataFunction.add(library, "unpack", StructLibrary::unpack);
    DataFunction.add(library, "size", StructLibrary::size);
    return library;
  }

  private static void size(Call call) {
    StructFormat format = new StructFormat(call, call.checkString(1));
    long position = 0;
    int options = 0;
    for (int option = format.next(); option != 0; option = format.next()) {
      int bytes = format.bytesOf(option);
      position += format.padding(position, option, bytes);
      if (option == 's') {
        throw call.argumentError(1, "option 's' has no fixed size");
      } else if (option == 'c' && bytes == 0) {
        throw call.argumentError(1, "option 'c0' has no fixed size");
      }
      if (!isLetterOrDigit(option)) {
        format.control(option);
      }
      position += bytes;
      if (++options % OPTIONS_PER_STEP == 0) {
        call.step(OPTIONS_PER_STEP);
      }
    }
    call.add((double) position);
  }

  private static boolean isLetterOrDigit(int option) {
    return option >= 'a' && option <= 'z'
        || option >= 'A' && option <= 'Z'
        || option >= '0' && option <= '9';
  }

  private void pack(Call call) {
    StructFormat format = new StructFormat(call, call.checkString(1));
    sink.begin(call);
    try {
      pack(call, format);
      call.add(sink.toLuaString());
    } finally {
      sink.end();
    }
  }

  private void pack(Call call, StructFormat format) {
    int argument = 1;
    int options = 0;
    for (int option = format.next(); option != 0; option = format.next()) {
      int bytes = format.bytesOf(option);
      for (int i = format.padding(sink.length(), option, bytes); i > 0; i--) {
        sink.add(0);
      }
      switch (option) {
        case 'b', 'B', 'h', 'H', 'l', 'L', 'T', 'i', 'I' ->
            putInteger(toUnsigned(number(call, ++argument)), bytes, format.bigEndian());
        case 'x' -> sink.add(0);
        case 'f' ->
            putInteger(
                Float.floatToRawIntBits((float) number(call, ++argument)),
                bytes,
                format.bigEndian());
        case 'd' ->
            putInteger(
                Double.doubleToRawLongBits(number(call, ++argument)), bytes, format.bigEndian());
        case 'c' -> {
          byte[] text = string(call, ++argument).bytes();
          if (text.length < bytes) {
            throw call.argumentError(argument + 1, "string too short");
          }
          int count = bytes == 0 ? text.length : bytes;
          sink.ensure(count);
          sink.put(text, 0, count);
        }
        case 's' -> {
          sink.add(string(call, ++argument).bytes());
          sink.add(0);
        }
        default -> format.control(option);
      }
      if (++options % OPTIONS_PER_STEP == 0) {
        call.step(OPTIONS_PER_STEP);
      }
    }
  }

  /** An argument that is nil where there is none, which the message tells. */
  private static double number(Call call, int i) {
    if (call.isNone(i)) {
      throw call.argumentError(i, "number expected, got nil");
    }
    return call.checkNumber(i);
  }

  private static LuaString string(Call call, int i) {
    if (call.isNone(i)) {
      throw call.argumentError(i, "string expected, got nil");
    }
    return call.checkString(i);
  }

  /** As C on x86-64 converts to an unsigned integer of 64 bits, also numbers that do not fit. */
  private static long toUnsigned(double number) {
    double two63 = 0x1p63;
    return number >= two63 ? toSigned(number - two63) ^ Long.MIN_VALUE : toSigned(number);
  }

  private static long toSigned(double number) {
    return number >= -0x1p63 && number < 0x1p63 ? (long) number : Long.MIN_VALUE;
  }

  /** Bytes beyond eight are zeros, also those of negative numbers. */
  private void putInteger(long value, int bytes, boolean bigEndian) {
    sink.ensure(bytes);
    for (int i = 0; i < bytes; i++) {
      int shift = 8 * (bigEndian ? bytes - 1 - i : i);
      sink.put(shift < Long.SIZE ? (int) (value >>> shift) : 0);
    }
  }

  private static void unpack(Call call) {
    StructFormat format = new StructFormat(call, call.checkString(1));
    byte[] data = call.checkString(2).bytes();
    long position = call.isNil(3) ? 0 : call.checkLong(3) - 1;
    if (position == -1) {
      throw call.argumentError(3, "offset must be 1 or greater");
    }
    new Unpacking(call, format, data, position).run();
  }

  /** One call of {@code unpack}. Results wait, since {@code c0} takes the last one back. */
  private static final class Unpacking {
    private final Call call;
    private final StructFormat format;
    private final byte[] data;
    private Object[] results = new Object[8];
    private int count;

    /** Where to read next, from 0; unsigned, and possibly outside. */
    private long position;

    private Unpacking(Call call, StructFormat format, byte[] data, long position) {
      this.call = call;
      this.format = format;
      this.data = data;
      this.position = position;
    }

    private void run() {
      int options = 0;
      for (int option = format.next(); option != 0; option = format.next()) {
        int bytes = format.bytesOf(option);
        position += format.padding(position, option, bytes);
        checkLength(bytes);
        if (call.count() + count + 2 > CStack.SLOTS_MAX) {
          throw call.error("stack overflow (too many results)");
        }
        position += read(option, bytes);
        if (++options % OPTIONS_PER_STEP == 0) {
          call.step(OPTIONS_PER_STEP);
        }
      }
      for (int i = 0; i < count; i++) {
        call.add(results[i]);
      }
      call.add((double) (position + 1));
    }

    private void checkLength(long bytes) {
      if (bytes < 0
          || bytes > data.length
          || Long.compareUnsigned(position, data.length - bytes) > 0) {
        throw call.argumentError(2, "data string too short");
      }
    }

    /** Reads what an option stands for; returns how many bytes that took. */
    private int read(int option, int bytes) {
      switch (option) {
        case 'b', 'h', 'l', 'i' -> push((double) signed(bytes));
        case 'B', 'H', 'L', 'T', 'I' -> push(toDouble(integer(bytes)));
        case 'f' -> push((double) Float.intBitsToFloat((int) integer(bytes)));
        case 'd' -> push(Double.longBitsToDouble(integer(bytes)));
        case 'x' -> {}
        case 'c' -> {
          int length = bytes == 0 ? takeLength() : bytes;
          pushString(length);
          return length;
        }
        case 's' -> {
          int end = (int) position;
          while (end < data.length && data[end] != 0) {
            end++;
          }
          if (end == data.length) {
            throw call.error("unfinished string in data");
          }
          int length = end - (int) position;
          pushString(length);
          return length + 1;
        }
        default -> format.control(option);
      }
      return bytes;
    }

    private void push(Object value) {
      if (count == results.length) {
        results = Arrays.copyOf(results, 2 * count);
      }
      results[count++] = value;
    }

    private void pushString(int length) {
      call.step(length >> 6);
      call.allocate(CStack.STRING_BYTES + length);
      push(LuaString.copyOf(data, (int) position, length));
    }

    /** Takes the last result for the length of a string. */
    private int takeLength() {
      Object last = count == 0 ? null : results[count - 1];
      double number = Double.NaN;
      boolean isNumber = false;
      if (last instanceof Double known) {
        number = known;
        isNumber = true;
      } else if (last instanceof LuaString text && LuaNumbers.parses(text)) {
        number = LuaNumbers.parse(text, Double.NaN);
        isNumber = true;
      }
      if (!isNumber) {
        throw call.error("format 'c0' needs a previous size");
      }
      count--;
      long length = toUnsigned(number);
      checkLength(length);
      return (int) length;
    }

    /** The lowest 64 bits of an integer of any width. */
    private long integer(int bytes) {
      long value = 0;
      int from = (int) position;
      for (int i = 0; i < bytes; i++) {
        int index = format.bigEndian() ? from + i : from + bytes - 1 - i;
        value = value << 8 | data[index] & 0xFF;
      }
      return value;
    }

    /** Extends the sign; the shift distance counts modulo 64, as x86-64 has it. */
    private long signed(int bytes) {
      long value = integer(bytes);
      long mask = -1L << (8 * bytes - 1);
      return (value & mask) != 0 ? value | mask : value;
    }

    private static double toDouble(long unsigned) {
      // The lowest bit keeps what the shift loses, so that rounding is right.
      return unsigned >= 0 ? unsigned : 2.0 * (unsigned >>> 1 | unsigned & 1);
    }
  }
}
