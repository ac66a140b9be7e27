package dev.larder.lua.data;

import dev.larder.lua.Call;
import dev.larder.lua.LuaError;
import dev.larder.lua.LuaNumbers;
import dev.larder.lua.LuaString;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Bytes that grow at their end, kept from call to call so that most calls allocate nothing but
 * their result. Growth is charged to the script before it happens.
 */
final class ByteSink {
  private static final int INITIAL_BYTES = 256;

  /** What is kept when nothing is being written. */
  private static final int KEPT_BYTES_MAX = 64 << 10;

  private static final int NUMBER_BYTES_MAX = 32;

  private byte[] bytes = new byte[INITIAL_BYTES];
  private int length;
  private @Nullable Call call;

  /** Starts anew, at the expense of a call. */
  void begin(Call newCall) {
    call = newCall;
    length = 0;
  }

  /** Ends a call's work, also if it failed: no more is kept than is useful. */
  void end() {
    call = null;
    if (bytes.length > KEPT_BYTES_MAX) {
      bytes = new byte[INITIAL_BYTES];
    }
  }

  /** Starts anew in the same call. */
  void restart() {
    length = 0;
  }

  int length() {
    return length;
  }

  /** What has been written, as a string. */
  LuaString toLuaString() {
    charge(length);
    return LuaString.copyOf(bytes, 0, length);
  }

  /** Makes room for so many bytes, which {@code put} methods then write without a check. */
  void ensure(int more) {
    if (bytes.length - length < more) {
      grow(more);
    }
  }

  private void grow(int more) {
    long needed = (long) length + more;
    if (needed > LuaString.LENGTH_MAX) {
      throw new LuaError("not enough memory");
    }
    int capacity = (int) Math.min(Math.max(needed, 2L * bytes.length), LuaString.LENGTH_MAX);
    charge(capacity - bytes.length);
    bytes = Arrays.copyOf(bytes, capacity);
  }

  private void charge(int count) {
    if (call != null) {
      call.allocate(count);
    }
  }

  /** Writes a byte where {@link #ensure} made room. */
  void put(int value) {
    bytes[length++] = (byte) value;
  }

  /** Writes bytes where {@link #ensure} made room. */
  void put(byte[] source, int from, int count) {
    System.arraycopy(source, from, bytes, length, count);
    length += count;
  }

  /** Writes the lowest bytes of a number, the most significant first, where there is room. */
  void putBigEndian(long value, int count) {
    for (int shift = 8 * (count - 1); shift >= 0; shift -= 8) {
      bytes[length++] = (byte) (value >>> shift);
    }
  }

  void add(int value) {
    ensure(1);
    put(value);
  }

  void add(byte[] source) {
    ensure(source.length);
    put(source, 0, source.length);
  }

  void add(byte[] source, int from, int count) {
    ensure(count);
    put(source, from, count);
  }

  /** Writes a character in UTF-8. */
  void addUtf8(int codePoint) {
    ensure(4);
    if (codePoint < 0x80) {
      put(codePoint);
    } else if (codePoint < 0x800) {
      put(0xC0 | codePoint >> 6);
      put(0x80 | codePoint & 0x3F);
    } else if (codePoint < 0x10000) {
      put(0xE0 | codePoint >> 12);
      put(0x80 | codePoint >> 6 & 0x3F);
      put(0x80 | codePoint & 0x3F);
    } else {
      put(0xF0 | codePoint >> 18);
      put(0x80 | codePoint >> 12 & 0x3F);
      put(0x80 | codePoint >> 6 & 0x3F);
      put(0x80 | codePoint & 0x3F);
    }
  }

  /** Writes a finite number in decimal with up to so many digits. */
  void addNumber(double number, int precision) {
    ensure(NUMBER_BYTES_MAX);
    length =
        precision == JsonSettings.PRECISION_MAX
            ? LuaNumbers.format(number, bytes, length)
            : LuaNumbers.general(number, precision, bytes, length);
  }
}
