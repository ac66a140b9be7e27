package dev.larder.lua.data;

import dev.larder.lua.LuaString;
import dev.larder.lua.LuaTable;

/** Puts the libraries of this package into a state. */
public final class DataLibraries {
  private DataLibraries() {}

  /** Sets the globals {@code cjson}, {@code cmsgpack}, {@code struct} and {@code bit}. */
  public static void install(LuaTable globals) {
    globals.put(LuaString.of("cjson"), json());
    globals.put(LuaString.of("cmsgpack"), MessagePackLibrary.create());
    globals.put(LuaString.of("struct"), StructLibrary.create());
    globals.put(LuaString.of("bit"), BitLibrary.create());
  }

  /** A new {@code cjson}, which has its first settings. */
  public static LuaTable json() {
    return JsonLibrary.create();
  }
}
