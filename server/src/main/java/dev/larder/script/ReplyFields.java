package dev.larder.script;

import dev.larder.lua.LuaString;

/** The fields by which a table of a script stands for a reply that is none of Lua's own types. */
final class ReplyFields {
  static final LuaString OK = LuaString.of("ok");
  static final LuaString ERR = LuaString.of("err");
  static final LuaString MAP = LuaString.of("map");
  static final LuaString SET = LuaString.of("set");
  static final LuaString DOUBLE = LuaString.of("double");
  static final LuaString BIG_NUMBER = LuaString.of("big_number");
  static final LuaString VERBATIM = LuaString.of("verbatim_string");

  /** Of a verbatim string. */
  static final LuaString FORMAT = LuaString.of("format");

  static final LuaString STRING = LuaString.of("string");

  private ReplyFields() {}
}
