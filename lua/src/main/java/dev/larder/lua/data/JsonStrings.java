package dev.larder.lua.data;

import dev.larder.lua.Call;
import dev.larder.lua.LuaString;
import org.jspecify.annotations.Nullable;

/** Strings of JSON: where they end, and what they stand for. */
final class JsonStrings {
  private static final String NO_END = "unexpected end of string";
  private static final String BAD_ESCAPE = "invalid escape code";
  private static final String BAD_UNICODE = "invalid unicode escape code";

  /** The bytes at which a plain part of a string ends: the quote, the backslash, and zero. */
  private static final boolean[] SPECIAL = new boolean[256];

  /** What the character behind a backslash stands for; 0 for none. */
  private static final byte[] ESCAPES = new byte[256];

  /** The value of each hexadecimal digit; 16 for all others. */
  private static final byte[] HEX = new byte[256];

  /** A string beyond this is charged at once. */
  private static final int LONG_BYTES = 4096;

  static {
    SPECIAL['"'] = true;
    SPECIAL['\\'] = true;
    SPECIAL[0] = true;
    String letters = "\"\\/bfnrt";
    String meanings = "\"\\/\b\f\n\r\t";
    for (int i = 0; i < letters.length(); i++) {
      ESCAPES[letters.charAt(i)] = (byte) meanings.charAt(i);
    }
    for (int i = 0; i < 256; i++) {
      HEX[i] = (byte) Math.min(16, Character.digit(i < 128 ? i : 0, 16) & 0xFF);
    }
  }

  private final KnownStrings known = new KnownStrings();
  private final ByteSink unescaped = new ByteSink();
  private @Nullable Call call;
  private byte[] text = {};
  private boolean hasEscapes;
  private int hash;
  private String problem = "";

  void begin(Call newCall, byte[] newText) {
    call = newCall;
    text = newText;
    unescaped.begin(newCall);
  }

  void end() {
    call = null;
    text = new byte[0];
    unescaped.end();
  }

  /** What is wrong with the string that was scanned last. */
  String problem() {
    return problem;
  }

  /**
   * Finds the closing quote of a string.
   *
   * @return its index; if there is a {@link #problem}, the complement of that one's index
   */
  int scan(int from) {
    byte[] bytes = text;
    int i = from;
    while (i < bytes.length && !SPECIAL[bytes[i] & 0xFF]) {
      i++;
    }
    hasEscapes = false;
    return i < bytes.length && bytes[i] == '"' ? i : scanOn(from, i);
  }

  /** As {@link #scan}, for a string that {@link #key} will be asked for. */
  int scanKey(int from) {
    byte[] bytes = text;
    int i = from;
    int computed = 0;
    while (i < bytes.length && !SPECIAL[bytes[i] & 0xFF]) {
      computed = KnownStrings.hash(computed, bytes[i]);
      i++;
    }
    hash = computed;
    hasEscapes = false;
    return i < bytes.length && bytes[i] == '"' ? i : scanOn(from, i);
  }

  /** Goes on at a byte that is special, or at the end of the text. */
  private int scanOn(int from, int first) {
    int plain = from;
    int i = first;
    hasEscapes = true;
    unescaped.restart();
    while (true) {
      while (i < text.length && !SPECIAL[text[i] & 0xFF]) {
        i++;
      }
      if (i == text.length || text[i] == 0) {
        problem = NO_END;
        return ~i;
      }
      unescaped.add(text, plain, i - plain);
      if (text[i] == '"') {
        return i;
      }
      int next = unescape(i);
      if (next < 0) {
        return ~i;
      }
      plain = next;
      i = next;
    }
  }

  /** Adds what an escape sequence stands for; returns the index behind it, or -1. */
  private int unescape(int backslash) {
    int letter = backslash + 1 < text.length ? text[backslash + 1] & 0xFF : 0;
    if (letter == 'u') {
      return unescapeUnicode(backslash);
    }
    if (ESCAPES[letter] == 0) {
      problem = BAD_ESCAPE;
      return -1;
    }
    unescaped.add(ESCAPES[letter]);
    return backslash + 2;
  }

  private int unescapeUnicode(int backslash) {
    int next = backslash + 6;
    int codePoint = hex(backslash + 2);
    if (codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE) {
      boolean hasOther =
          codePoint <= Character.MAX_HIGH_SURROGATE
              && next + 1 < text.length
              && text[next] == '\\'
              && text[next + 1] == 'u';
      int low = hasOther ? hex(next + 2) : -1;
      if (low < Character.MIN_LOW_SURROGATE || low > Character.MAX_LOW_SURROGATE) {
        codePoint = -1;
      } else {
        codePoint = Character.toCodePoint((char) codePoint, (char) low);
        next += 6;
      }
    }
    if (codePoint < 0) {
      problem = BAD_UNICODE;
      return -1;
    }
    unescaped.addUtf8(codePoint);
    return next;
  }

  /** The number of four hexadecimal digits; -1 if they are none. */
  private int hex(int from) {
    if (text.length - from < 4) {
      return -1;
    }
    int number = 0;
    for (int i = from; i < from + 4; i++) {
      int digit = HEX[text[i] & 0xFF];
      if (digit == 16) {
        return -1;
      }
      number = number << 4 | digit;
    }
    return number;
  }

  /** The string between two indices, which was scanned last. */
  LuaString string(int from, int end) {
    if (hasEscapes) {
      return unescaped.toLuaString();
    }
    int length = end - from;
    if (length > LONG_BYTES && call != null) {
      call.allocate(length);
    }
    return LuaString.copyOf(text, from, length);
  }

  /** As {@link #string}, after {@link #scanKey}. */
  LuaString key(int from, int end) {
    if (hasEscapes || end - from > KnownStrings.BYTES_MAX) {
      return string(from, end);
    }
    return known.get(text, from, end, hash);
  }
}
