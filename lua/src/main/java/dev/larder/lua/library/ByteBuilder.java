package dev.larder.lua.library;

import dev.larder.lua.Call;
import dev.larder.lua.LuaError;
import dev.larder.lua.LuaNumbers;
import dev.larder.lua.LuaString;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Bytes that become a string; used again and again by the function that owns it. */
final class ByteBuilder {
  /** What is kept between two uses. */
  static final int KEPT_BYTES = 4096;

  private byte[] bytes;
  private int length;
  private @Nullable Call call;

  /** Makes one for strings of about this length. */
  ByteBuilder(int capacityBytes) {
    bytes = new byte[capacityBytes];
  }

  /** Begins anew; whatever memory is needed is asked of this call. */
  void begin(Call newCall) {
    call = newCall;
    length = 0;
    if (bytes.length > KEPT_BYTES) {
      bytes = new byte[KEPT_BYTES];
    }
  }

  /** How many bytes there are. */
  int length() {
    return length;
  }

  /** The bytes, of which {@link #length} count; valid until more are added. */
  byte[] bytes() {
    return bytes;
  }

  void append(byte value) {
    if (length == bytes.length) {
      reserve(1);
    }
    bytes[length++] = value;
  }

  void append(byte[] source, int from, int count) {
    reserve(count);
    System.arraycopy(source, from, bytes, length, count);
    length += count;
  }

  void append(LuaString string) {
    append(string.bytes(), 0, string.length());
  }

  /** Adds a number as {@code tostring} shows it. */
  void append(double number) {
    reserve(LuaNumbers.LENGTH_MAX);
    length = LuaNumbers.format(number, bytes, length);
  }

  void repeat(byte value, int count) {
    if (count > 0) {
      reserve(count);
      Arrays.fill(bytes, length, length + count, value);
      length += count;
    }
  }

  /** Makes room for more bytes, which the caller then writes itself, and tells by {@link #end}. */
  void reserve(int count) {
    long needed = (long) length + count;
    if (needed > bytes.length) {
      if (needed > LuaString.LENGTH_MAX) {
        throw new LuaError("not enough memory");
      }
      long capacity = Math.min(Math.max(needed, 2L * bytes.length), LuaString.LENGTH_MAX);
      if (call != null) {
        Strings.allocate(call, capacity - bytes.length);
      }
      bytes = Arrays.copyOf(bytes, (int) capacity);
    }
  }

  /** Says where the bytes end now. */
  void end(int newLength) {
    length = newLength;
  }

  /** The string of all bytes. */
  LuaString toLuaString(Call current) {
    return Strings.copyOf(current, bytes, 0, length);
  }
}
