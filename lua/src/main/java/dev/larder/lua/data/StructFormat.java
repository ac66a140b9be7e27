package dev.larder.lua.data;

import dev.larder.lua.Call;
import dev.larder.lua.LuaString;

/**
 * A walk through a format of the library {@code struct}: the options one by one, with what the byte
 * order and the alignment are there. A zero byte ends a format.
 */
final class StructFormat {
  static final int NATIVE_INT_BYTES = 4;
  static final int NATIVE_LONG_BYTES = 8;
  private static final int INTEGER_BYTES_MAX = 32;
  private static final int NATIVE_ALIGNMENT = 8;

  private final Call call;
  private final byte[] format;
  private int at;
  private boolean bigEndian;
  private int alignment = 1;

  StructFormat(Call call, LuaString format) {
    this.call = call;
    this.format = format.bytes();
  }

  boolean bigEndian() {
    return bigEndian;
  }

  /** The next option's character; 0 at the end. */
  int next() {
    return at < format.length ? format[at++] & 0xFF : 0;
  }

  /** How many bytes an option takes; 0 if that depends on the value, or for no data at all. */
  int bytesOf(int option) {
    switch (option) {
      case 'b', 'B', 'x':
        return 1;
      case 'h', 'H':
        return 2;
      case 'f':
        return Float.BYTES;
      case 'd':
        return Double.BYTES;
      case 'l', 'L', 'T':
        return NATIVE_LONG_BYTES;
      case 'c':
        return number(1);
      case 'i', 'I':
        int bytes = number(NATIVE_INT_BYTES);
        if (bytes > INTEGER_BYTES_MAX) {
          throw call.error(
              "integral size " + bytes + " is larger than limit of " + INTEGER_BYTES_MAX);
        }
        return bytes;
      default:
        return 0;
    }
  }

  /** Reads the decimal number here, if there is one. */
  private int number(int otherwise) {
    if (!isDigit()) {
      return otherwise;
    }
    long number = 0;
    do {
      number = 10 * number + format[at++] - '0';
      if (number > Integer.MAX_VALUE) {
        throw call.error("integral size overflow");
      }
    } while (isDigit());
    return (int) number;
  }

  private boolean isDigit() {
    return at < format.length && format[at] >= '0' && format[at] <= '9';
  }

  /** How many bytes to leave out at a position for data of some bytes to be aligned. */
  int padding(long position, int option, int bytes) {
    if (bytes == 0 || option == 'c') {
      return 0;
    }
    // As in the original, sizes that are no power of two are aligned by a mask all the same.
    int unit = Math.min(bytes, alignment);
    return unit > 1 ? (unit - (int) (position & (unit - 1))) & (unit - 1) : 0;
  }

  /** Obeys an option that stands for no data. */
  void control(int option) {
    switch (option) {
      case ' ':
        break;
      case '>':
        bigEndian = true;
        break;
      case '<':
        bigEndian = false;
        break;
      case '!':
        alignment = number(NATIVE_ALIGNMENT);
        if (Integer.bitCount(alignment) != 1) {
          throw call.error("alignment " + alignment + " is not a power of 2");
        }
        break;
      default:
        throw call.argumentError(1, "invalid format option '" + (char) option + "'");
    }
  }
}
