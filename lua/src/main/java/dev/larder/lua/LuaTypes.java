package dev.larder.lua;

import org.jspecify.annotations.Nullable;

/** The names of types, as {@code type} and messages give them. */
public final class LuaTypes {
  private LuaTypes() {}

  /** The type of a value outside of the stack. */
  public static String nameOf(@Nullable Object value) {
    return switch (value) {
      case null -> "nil";
      case Boolean truth -> "boolean";
      case Double number -> "number";
      case LuaString string -> "string";
      case LuaTable table -> "table";
      case LuaFunction function -> "function";
      case Coroutine coroutine -> "thread";
      case Marker marker -> "number";
      default -> "userdata";
    };
  }
}
