package dev.larder.lua.library;

import dev.larder.lua.Builtin;
import dev.larder.lua.LuaFunction;
import dev.larder.lua.LuaState;
import org.jspecify.annotations.Nullable;

/**
 * Functions of a library that are written in Lua, since they call Lua.
 *
 * @param functions what the script returned
 */
record Prelude(@Nullable Object[] functions) {
  /** Runs a script that returns functions, and that sees others as {@code ...}. */
  static Prelude of(LuaState state, String script, Builtin... arguments) {
    return new Prelude(state.prelude(script, (Object[]) arguments));
  }

  /** One of the functions that the script returned, counted from 0. */
  LuaFunction function(int i) {
    if (functions[i] instanceof LuaFunction function) {
      return function;
    }
    throw new IllegalStateException("a library's script returns no function");
  }
}
