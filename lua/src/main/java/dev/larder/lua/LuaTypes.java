package dev.larder.lua;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The names of types, as {@code type} and messages give them, and values as text. */
public final class LuaTypes {
  /** The names as values of scripts. */
  static final Map<String, LuaString> TEXTS = new HashMap<>();

  private static final LuaString NIL = LuaString.of("nil");
  private static final LuaString TRUE = LuaString.of("true");
  private static final LuaString FALSE = LuaString.of("false");

  static {
    for (String name :
        new String[] {
          "nil", "boolean", "number", "string", "table", "function", "thread", "userdata"
        }) {
      TEXTS.put(name, LuaString.of(name));
    }
  }

  private LuaTypes() {}

  /** The type of a value, on the stack or outside. */
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

  /** A value as {@code tostring} shows it, metatables aside. */
  static LuaString toText(@Nullable Object value) {
    return switch (value) {
      case null -> NIL;
      case Boolean truth -> truth ? TRUE : FALSE;
      case LuaString string -> string;
      case Double number -> LuaNumbers.toLuaString(number);
      case LightUserdata pointer -> LuaString.of("userdata: " + pointer);
      default ->
          LuaString.of("%s: 0x7f%010x".formatted(nameOf(value), System.identityHashCode(value)));
    };
  }
}
