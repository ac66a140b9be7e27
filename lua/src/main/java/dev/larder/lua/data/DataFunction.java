package dev.larder.lua.data;

import dev.larder.lua.Builtin;
import dev.larder.lua.Call;
import dev.larder.lua.LuaString;
import dev.larder.lua.LuaTable;

/** A function of a library whose body is a method. */
final class DataFunction extends Builtin {
  /** What a function does. */
  interface Body {
    void call(Call call);
  }

  private final Body body;

  private DataFunction(String name, Body body) {
    super(name);
    this.body = body;
  }

  /** Puts a function into a library's table. */
  static void add(LuaTable library, String name, Body body) {
    library.put(LuaString.of(name), new DataFunction(name, body));
  }

  @Override
  protected void call(Call call) {
    body.call(call);
  }
}
