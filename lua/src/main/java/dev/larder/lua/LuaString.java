package dev.larder.lua;

import java.lang.invoke.VarHandle;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** A string of bytes; immutable. */
public final class LuaString implements Comparable<LuaString> {
  /** The longest string there may be, in bytes. */
  public static final int LENGTH_MAX = 512 << 20;

  /** What the heap takes for one beside its bytes, as an estimate. */
  static final int BYTES = 40;

  /** From this length on, strings that were found to be equal share their bytes. */
  private static final int SHARED_MIN = 256;

  static final LuaString EMPTY = of("");

  private byte[] bytes;

  /** 0 until it is asked for; a string whose hash is 0 computes it again each time. */
  private int hash;

  private LuaString(byte[] bytes) {
    this.bytes = bytes;
  }

  /** A string over these bytes, which nobody may change from now on. */
  public static LuaString of(byte[] bytes) {
    return new LuaString(bytes);
  }

  /** A string of a copy of some bytes. */
  public static LuaString copyOf(byte[] bytes, int from, int length) {
    return new LuaString(Arrays.copyOfRange(bytes, from, from + length));
  }

  /** A string of the lower eight bits of each character. */
  public static LuaString of(String latin1) {
    return new LuaString(latin1.getBytes(StandardCharsets.ISO_8859_1));
  }

  /** How many bytes. */
  public int length() {
    return bytes.length;
  }

  /** The byte at an index from 0. */
  public byte byteAt(int i) {
    return bytes[i];
  }

  /** The byte at an index from 0, as 0 to 255. */
  public int unsignedAt(int i) {
    return bytes[i] & 0xFF;
  }

  /** The string's own bytes: to be read only. */
  public byte[] bytes() {
    return bytes;
  }

  /** Orders by unsigned bytes. */
  @Override
  public int compareTo(LuaString other) {
    return Arrays.compareUnsigned(bytes, other.bytes);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return this == other || other instanceof LuaString string && sameBytes(string);
  }

  /** Whether both have the same bytes; cheap if they differ. */
  boolean sameBytes(LuaString other) {
    byte[] others = other.bytes;
    if (bytes == others) {
      return true;
    }
    if (hashCode() != other.hashCode() || !Arrays.equals(bytes, others)) {
      return false;
    }
    if (bytes.length >= SHARED_MIN) {
      // Another thread may have the string, too: it must not see an array without its bytes.
      VarHandle.releaseFence();
      other.bytes = bytes;
    }
    return true;
  }

  /**
   * The hash of Lua 5.1 in Redis, since it decides in which order {@code pairs} meets the keys.
   * Unlike that of Lua itself it looks at all bytes of a long string.
   */
  @Override
  public int hashCode() {
    int known = hash;
    return known != 0 ? known : computeHash();
  }

  private int computeHash() {
    int length = bytes.length;
    int computed = length;
    for (int i = length - 1; i >= 0; i--) {
      computed ^= (computed << 5) + (computed >>> 2) + (bytes[i] & 0xFF);
    }
    hash = computed;
    return computed;
  }

  /** Each byte as one character. */
  @Override
  public String toString() {
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }
}
