package dev.larder.lua;

import java.util.HashMap;
import java.util.Map;

/** The short strings in the code of a state's scripts: one object for all that are equal. */
final class Names {
  /** Longer strings are no names. */
  private static final int LENGTH_MAX = 40;

  /** When there are more, all are forgotten, which costs time only. */
  private static final int COUNT_MAX = 10_000;

  private final Map<String, LuaString> names = new HashMap<>();

  LuaString of(String text) {
    if (text.length() > LENGTH_MAX) {
      return LuaString.of(text);
    }
    if (names.size() >= COUNT_MAX) {
      names.clear();
    }
    return names.computeIfAbsent(text, LuaString::of);
  }
}
