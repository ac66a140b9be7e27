package dev.larder.script;

import dev.larder.lua.Call;
import dev.larder.lua.LuaError;
import dev.larder.lua.LuaFunction;
import dev.larder.lua.LuaNumbers;
import dev.larder.lua.LuaString;
import dev.larder.lua.LuaTable;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The arguments of {@code redis.register_function}: a name and a function, or a table. */
final class RegisterArguments {
  private static final String IN = " given to redis.register_function";

  private @Nullable String name;
  private @Nullable LuaFunction callback;
  private byte @Nullable [] description;
  private List<String> flags = List.of();

  private RegisterArguments() {}

  /** Reads them. */
  static Registration read(Call call) {
    RegisterArguments arguments = new RegisterArguments();
    switch (call.count()) {
      case 1 -> arguments.named(call);
      case 2 -> arguments.positional(call);
      default -> throw error("wrong number of arguments to redis.register_function");
    }
    if (arguments.name == null) {
      throw error("redis.register_function must get a function name argument");
    }
    if (arguments.callback == null) {
      throw error("redis.register_function must get a callback argument");
    }
    if (!LibraryHeader.isName(arguments.name)) {
      throw RedisLibrary.error(LibraryHeader.BAD_NAME);
    }
    return new Registration(
        arguments.name, arguments.callback, arguments.description, arguments.flags);
  }

  private void positional(Call call) {
    LuaString text = text(call.value(1));
    if (text == null) {
      throw error("first argument to redis.register_function must be a string");
    }
    name = text.toString();
    if (!(call.value(2) instanceof LuaFunction function)) {
      throw error("second argument to redis.register_function must be a function");
    }
    callback = function;
  }

  private void named(Call call) {
    if (!(call.value(1) instanceof LuaTable table)) {
      throw error(
          "calling redis.register_function with a single argument is only applicable to Lua table"
              + " (representing named arguments).");
    }
    for (int at = table.next(0); at >= 0; at = table.next(at)) {
      LuaString key = text(table.keyAt(at));
      if (key == null) {
        throw error("named argument key" + IN + " is not a string");
      }
      Object value = table.valueAt(at);
      switch (key.toString()) {
        case "function_name" -> name = required(text(value), "function_name", "string").toString();
        case "description" -> description = required(text(value), "description", "string").bytes();
        case "callback" ->
            callback =
                required(
                    value instanceof LuaFunction function ? function : null,
                    "callback",
                    "function");
        case "flags" -> flags = flags(value);
        default -> throw error("unknown argument" + IN);
      }
    }
  }

  private static <T> T required(@Nullable T value, String argument, String type) {
    if (value == null) {
      throw error(argument + " argument" + IN + " must be a " + type);
    }
    return value;
  }

  private static List<String> flags(@Nullable Object value) {
    if (!(value instanceof LuaTable table)) {
      throw error(
          "flags argument to redis.register_function must be a table representing function flags");
    }
    List<String> given = new ArrayList<>();
    for (int i = 1; table.getInt(i) != null; i++) {
      LuaString flag = text(table.getInt(i));
      if (flag == null || !ScriptFlags.KNOWN.contains(flag.toString())) {
        throw error("unknown flag given");
      }
      given.add(flag.toString());
    }
    return ScriptFlags.KNOWN.stream().filter(given::contains).toList();
  }

  /** A string, or a number as one. */
  private static @Nullable LuaString text(@Nullable Object value) {
    return switch (value) {
      case LuaString text -> text;
      case Double number -> LuaNumbers.toLuaString(number);
      case null, default -> null;
    };
  }

  private static LuaError error(String text) {
    return RedisLibrary.error("ERR " + text);
  }
}
