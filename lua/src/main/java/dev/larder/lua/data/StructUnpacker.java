package dev.larder.lua.data;

import dev.larder.lua.Call;
import dev.larder.lua.LuaNumbers;
import dev.larder.lua.LuaString;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Reads values from bytes in the layout of a format. Results wait until all are there, since {@code
 * c0} takes the last one back.
 */
final class StructUnpacker {
  private static final int RESULTS_INITIAL = 16;

  /** Strings among the results; null stands for a number. */
  private @Nullable LuaString[] strings = new @Nullable LuaString[RESULTS_INITIAL];

  private double[] numbers = new double[RESULTS_INITIAL];
  private int count;

  private byte[] data = {};

  /** Where to read next, from 0; unsigned, and possibly outside. */
  private long position;

  /** The function {@code struct.unpack}. */
  void unpack(Call call) {
    StructFormat format = new StructFormat(call, call.checkString(1));
    data = call.checkString(2).bytes();
    position = call.isNil(3) ? 0 : call.checkLong(3) - 1;
    if (position == -1) {
      throw call.argumentError(3, "offset must be 1 or greater");
    }
    count = 0;
    try {
      read(call, format);
      for (int i = 0; i < count; i++) {
        LuaString string = strings[i];
        if (string == null) {
          call.add(numbers[i]);
        } else {
          call.add(string);
        }
      }
      call.add((double) (position + 1));
    } finally {
      end();
    }
  }

  /** Lets go of what the call has used. */
  private void end() {
    data = new byte[0];
    if (strings.length == RESULTS_INITIAL) {
      Arrays.fill(strings, null);
    } else {
      strings = new @Nullable LuaString[RESULTS_INITIAL];
      numbers = new double[RESULTS_INITIAL];
    }
  }

  private void read(Call call, StructFormat format) {
    int options = 0;
    for (int option = format.next(); option != 0; option = format.next()) {
      int bytes = format.bytesOf(option);
      position += format.padding(position, option, bytes);
      checkLength(call, bytes);
      if (call.count() + count + 2 > CStack.SLOTS_MAX) {
        throw call.error("stack overflow (too many results)");
      }
      position += read(call, format, option, bytes);
      if (++options % StructLibrary.OPTIONS_PER_STEP == 0) {
        call.step(StructLibrary.OPTIONS_PER_STEP);
      }
    }
  }

  private void checkLength(Call call, long bytes) {
    if (bytes < 0
        || bytes > data.length
        || Long.compareUnsigned(position, data.length - bytes) > 0) {
      throw call.argumentError(2, "data string too short");
    }
  }

  /** Reads what an option stands for; returns how many bytes that took. */
  private int read(Call call, StructFormat format, int option, int bytes) {
    boolean bigEndian = format.bigEndian();
    switch (option) {
      case 'b', 'h', 'l', 'i' -> push(null, signed(bytes, bigEndian));
      case 'B', 'H', 'L', 'T', 'I' -> push(null, CNumbers.toDouble(integer(bytes, bigEndian)));
      case 'f' -> push(null, Float.intBitsToFloat((int) integer(bytes, bigEndian)));
      case 'd' -> push(null, Double.longBitsToDouble(integer(bytes, bigEndian)));
      case 'x' -> {}
      case 'c' -> {
        int length = bytes == 0 ? takeLength(call) : bytes;
        pushString(call, length);
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
        pushString(call, length);
        return length + 1;
      }
      default -> format.control(option);
    }
    return bytes;
  }

  private void push(@Nullable LuaString string, double number) {
    if (count == strings.length) {
      strings = Arrays.copyOf(strings, 2 * count);
      numbers = Arrays.copyOf(numbers, 2 * count);
    }
    strings[count] = string;
    numbers[count++] = number;
  }

  private void pushString(Call call, int length) {
    call.step(length >> 6);
    call.allocate(CStack.STRING_BYTES + length);
    push(LuaString.copyOf(data, (int) position, length), 0);
  }

  /** Takes the last result for the length of a string. */
  private int takeLength(Call call) {
    LuaString text = count == 0 ? null : strings[count - 1];
    if (count == 0 || text != null && !LuaNumbers.parses(text)) {
      throw call.error("format 'c0' needs a previous size");
    }
    count--;
    double number = text == null ? numbers[count] : LuaNumbers.parse(text, Double.NaN);
    long length = CNumbers.toUnsigned(number);
    checkLength(call, length);
    return (int) length;
  }

  /** The lowest 64 bits of an integer of any width. */
  private long integer(int bytes, boolean bigEndian) {
    long value = 0;
    int from = (int) position;
    for (int i = 0; i < bytes; i++) {
      int index = bigEndian ? from + i : from + bytes - 1 - i;
      value = value << 8 | data[index] & 0xFF;
    }
    return value;
  }

  /** Extends the sign; the shift distance counts modulo 64, as x86-64 has it. */
  private long signed(int bytes, boolean bigEndian) {
    long value = integer(bytes, bigEndian);
    long mask = -1L << (8 * bytes - 1);
    return (value & mask) != 0 ? value | mask : value;
  }
}
