package dev.larder.lua;

/** The events that metatables handle. */
final class Event {
  static final int INDEX = 0;
  static final int NEWINDEX = 1;
  static final int CALL = 2;
  static final int EQ = 3;
  static final int LT = 4;
  static final int LE = 5;
  static final int CONCAT = 6;
  static final int LEN = 7;
  static final int UNM = 8;
  static final int ADD = 9;
  static final int SUB = 10;
  static final int MUL = 11;
  static final int DIV = 12;
  static final int MOD = 13;
  static final int POW = 14;
  static final int TOSTRING = 15;
  static final int METATABLE = 16;

  /** The names of the fields, by event. */
  static final LuaString[] NAMES = {
    LuaString.of("__index"),
    LuaString.of("__newindex"),
    LuaString.of("__call"),
    LuaString.of("__eq"),
    LuaString.of("__lt"),
    LuaString.of("__le"),
    LuaString.of("__concat"),
    LuaString.of("__len"),
    LuaString.of("__unm"),
    LuaString.of("__add"),
    LuaString.of("__sub"),
    LuaString.of("__mul"),
    LuaString.of("__div"),
    LuaString.of("__mod"),
    LuaString.of("__pow"),
    LuaString.of("__tostring"),
    LuaString.of("__metatable")
  };

  private Event() {}
}
