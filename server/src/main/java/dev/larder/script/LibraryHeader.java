package dev.larder.script;

import dev.larder.command.CommandException;
import dev.larder.command.ErrorReply;
import dev.larder.config.ConfigException;
import dev.larder.config.Words;
import dev.larder.lua.LuaString;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the first line of a library says: {@code #!lua name=mylib}.
 *
 * @param body what follows the line, as Lua
 */
record LibraryHeader(String name, LuaString body) {
  private static final String ENGINE = "lua";
  private static final String NAME = "name=";

  private static final String INVALID = "ERR Invalid library metadata";

  static final String BAD_NAME =
      "ERR Library names can only contain letters, numbers, or underscores(_) and must be at least"
          + " one character long";

  /**
   * Reads it.
   *
   * @throws CommandException if it cannot be understood
   */
  static LibraryHeader parse(byte[] source) throws CommandException {
    if (!Shebang.begins(source)) {
      throw error("ERR Missing library metadata");
    }
    Shebang first = Shebang.of(source);
    if (first == null) {
      throw error(INVALID);
    }
    List<String> words;
    try {
      words = Words.split(first.line());
    } catch (ConfigException e) {
      throw error(INVALID);
    }
    String name = null;
    for (String word : words.subList(1, words.size())) {
      if (!word.regionMatches(true, 0, NAME, 0, NAME.length())) {
        throw error("ERR Invalid metadata value given: " + word);
      }
      if (name != null) {
        throw error("ERR Invalid metadata value, name argument was given multiple times");
      }
      name = word.substring(NAME.length());
    }
    if (name == null) {
      throw error("ERR Library name was not given");
    }
    if (!isName(name)) {
      throw error(BAD_NAME);
    }
    String engine = words.get(0).substring(Shebang.START.length());
    if (!engine.equalsIgnoreCase(ENGINE)) {
      throw error("ERR Engine '" + engine + "' not found");
    }
    return new LibraryHeader(name, first.body());
  }

  /** Whether a library or a function may be called so. */
  static boolean isName(@Nullable String name) {
    return name != null && name.matches("[a-zA-Z0-9_]+");
  }

  private static CommandException error(String text) {
    return new CommandException(ErrorReply.of(text));
  }
}
