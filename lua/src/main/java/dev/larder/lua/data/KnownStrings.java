package dev.larder.lua.data;

import dev.larder.lua.LuaString;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Short strings that come again and again, as keys do: whoever needs one gets the same as before,
 * as a rule, which costs no memory and is compared fast. One that another has driven out is made
 * anew.
 */
final class KnownStrings {
  /** Longer strings are not kept. */
  static final int BYTES_MAX = 32;

  private static final int COUNT = 256;

  private final @Nullable LuaString[] known = new @Nullable LuaString[COUNT];

  /** Goes on computing a hash with the next byte; the first goes on from 0. */
  static int hash(int hash, byte next) {
    return 31 * hash + next;
  }

  /** The string of up to {@link #BYTES_MAX} bytes, whose hash has been computed. */
  LuaString get(byte[] text, int from, int end, int hash) {
    int slot = (hash ^ hash >>> 8) & (COUNT - 1);
    LuaString found = known[slot];
    if (found != null && Arrays.equals(found.bytes(), 0, found.length(), text, from, end)) {
      return found;
    }
    LuaString made = LuaString.copyOf(text, from, end - from);
    known[slot] = made;
    return made;
  }

  /** As the other, for bytes whose hash is not known. */
  LuaString get(byte[] text, int from, int end) {
    int hash = 0;
    for (int i = from; i < end; i++) {
      hash = hash(hash, text[i]);
    }
    return get(text, from, end, hash);
  }
}
