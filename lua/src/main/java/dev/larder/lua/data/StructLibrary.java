package dev.larder.lua.data;

import dev.larder.lua.Builtin;
import dev.larder.lua.Call;
import dev.larder.lua.LuaString;
import dev.larder.lua.LuaTable;

/** The library {@code struct}: values as bytes in a layout that a format describes, and back. */
final class StructLibrary {
  /** Options between two looks at the clock and the kill switch. */
  static final int OPTIONS_PER_STEP = 64;

  private final ByteSink sink = new ByteSink();
  private final StructUnpacker unpacker = new StructUnpacker();

  private StructLibrary() {}

  static LuaTable create() {
    StructLibrary instance = new StructLibrary();
    LuaTable library = new LuaTable();
    Builtin.add(library, "pack", instance::pack);
    Builtin.add(library, "unpack", instance.unpacker::unpack);
    Builtin.add(library, "size", StructLibrary::size);
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
            putInteger(CNumbers.toUnsigned(number(call, ++argument)), bytes, format.bigEndian());
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

  /** Bytes beyond eight are zeros, also those of negative numbers. */
  private void putInteger(long value, int bytes, boolean bigEndian) {
    sink.ensure(bytes);
    for (int i = 0; i < bytes; i++) {
      int shift = 8 * (bigEndian ? bytes - 1 - i : i);
      sink.put(shift < Long.SIZE ? (int) (value >>> shift) : 0);
    }
  }
}
