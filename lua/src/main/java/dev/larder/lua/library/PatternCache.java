package dev.larder.lua.library;

import dev.larder.lua.Call;
import dev.larder.lua.LuaString;
import org.jspecify.annotations.Nullable;

/** Patterns that were prepared before: scripts use few of them, again and again. */
final class PatternCache {
  private static final int PLACES = 32;

  /** Longer patterns are prepared each time. */
  private static final int LENGTH_MAX = 256;

  /** What a prepared pattern takes for each byte of its text, at most. */
  private static final int BYTES_PER_BYTE = 64;

  private final @Nullable LuaString[] texts = new @Nullable LuaString[PLACES];
  private final Pattern[] patterns = new Pattern[PLACES];

  /**
   * The prepared form of a text.
   *
   * @param from where the pattern begins in the text; the same for all that one cache is asked for
   *     with the same text
   */
  Pattern get(Call call, LuaString text, int from) {
    if (text.length() > LENGTH_MAX) {
      call.step(text.length());
      call.allocate((long) BYTES_PER_BYTE * text.length());
      return PatternParser.parse(text.bytes(), from);
    }
    int place = text.hashCode() & (PLACES - 1);
    LuaString known = texts[place];
    if (known != null && known.equals(text)) {
      return patterns[place];
    }
    Pattern pattern = PatternParser.parse(text.bytes(), from);
    texts[place] = text;
    patterns[place] = pattern;
    return pattern;
  }
}
