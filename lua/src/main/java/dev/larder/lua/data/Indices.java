package dev.larder.lua.data;

import dev.larder.lua.LuaTable;

/** Tells arrays from other tables. */
final class Indices {
  private Indices() {}

  /** The key at a position of {@link LuaTable#next}, if it is an index from 1 on; otherwise 0. */
  static int at(LuaTable table, int position) {
    if (table.keyAt(position) instanceof Double key) {
      int index = key.intValue();
      return index == key && index > 0 ? index : 0;
    }
    return 0;
  }
}
