package dev.larder.script;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.larder.lua.LuaString;
import org.jspecify.annotations.Nullable;

/**
 * The first line of a text that says there what it is.
 *
 * @param line the line, without its end
 * @param body what follows, as Lua: the line stays, empty, since lines are counted with it
 */
record Shebang(String line, LuaString body) {
  static final String START = "#!";

  /** Whether a text begins with such a line. */
  static boolean begins(byte[] text) {
    return text.length >= START.length()
        && text[0] == START.charAt(0)
        && text[1] == START.charAt(1);
  }

  /** The first line of a text; null if nothing follows it. */
  static @Nullable Shebang of(byte[] text) {
    int end = 0;
    while (end < text.length && text[end] != '\n') {
      end++;
    }
    return end == text.length
        ? null
        : new Shebang(
            new String(text, 0, end, ISO_8859_1), LuaString.copyOf(text, end, text.length - end));
  }
}
