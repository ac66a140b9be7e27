package dev.larder.lua.library;

import dev.larder.lua.Call;
import dev.larder.lua.LuaError;
import dev.larder.lua.LuaString;

/** Makes the strings that functions return, and asks for their memory before. */
final class Strings {
  static final LuaString EMPTY = LuaString.of("");

  /** What a string takes besides its bytes, as an estimate. */
  private static final int OVERHEAD_BYTES = 40;

  /** How many bytes are copied in about the time of one step. */
  private static final int BYTES_PER_STEP = 64;

  /** Strings of one byte, which are frequent, are shared. */
  private static final LuaString[] SINGLE = new LuaString[256];

  static {
    for (int i = 0; i < SINGLE.length; i++) {
      SINGLE[i] = LuaString.of(new byte[] {(byte) i});
    }
  }

  private Strings() {}

  /** A string of a copy of some bytes. */
  static LuaString copyOf(Call call, byte[] bytes, int from, int length) {
    if (length <= 1) {
      return length == 0 ? EMPTY : single(bytes[from]);
    }
    allocate(call, length);
    return LuaString.copyOf(bytes, from, length);
  }

  /** The string of one byte. */
  static LuaString single(byte value) {
    return SINGLE[value & 0xFF];
  }

  /**
   * Asks for the memory of a new string, and counts the work of filling it.
   *
   * @throws LuaError if there may be no string so long
   */
  static void allocate(Call call, long length) {
    if (length > LuaString.LENGTH_MAX) {
      throw new LuaError("not enough memory");
    }
    if (length > BYTES_PER_STEP) {
      call.step((int) length / BYTES_PER_STEP);
    }
    call.allocate(OVERHEAD_BYTES + length);
  }
}
