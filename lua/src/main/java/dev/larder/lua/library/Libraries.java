package dev.larder.lua.library;

import dev.larder.lua.CoreLibrary;
import dev.larder.lua.LuaState;
import dev.larder.lua.LuaTable;
import dev.larder.lua.data.DataLibraries;

/** Puts the libraries into a state. */
public final class Libraries {
  private Libraries() {}

  /** Sets the globals of all libraries. */
  public static void install(LuaState state) {
    CoreLibrary.install(state);
    StringLibrary.install(state);
    TableLibrary.install(state);
    MathLibrary.install(state);
    OsLibrary.install(state);
    DataLibraries.install(state.globals());
  }

  /** A new {@code cjson}, which has its first settings. */
  public static LuaTable json() {
    return DataLibraries.json();
  }
}
