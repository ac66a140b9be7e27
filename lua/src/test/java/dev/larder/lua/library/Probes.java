package dev.larder.lua.library;

import dev.larder.lua.LuaLimits;
import dev.larder.lua.LuaNumbers;
import dev.larder.lua.LuaState;
import dev.larder.lua.LuaString;
import dev.larder.lua.LuaTable;
import dev.larder.lua.Run;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Scripts of many probes that describe, one line each, how those end; so that a redis-server's Lua
 * and ours can be compared.
 */
final class Probes {
  /** The beginning of a script: {@code r} describes an outcome. */
  private static final String DESCRIBE =
      """
      local function escape(c)
        return ('\\\\%03d'):format(c:byte())
      end
      local function v(x)
        if type(x) == 'string' then
          return '"' .. x:gsub('[^ -~]', escape) .. '"'
        elseif type(x) == 'number' then
          return x ~= x and tostring(x) or ('%.17g'):format(x)
        elseif type(x) == 'table' then
          local all = {}
          for i = 1, 12 do all[i] = v(rawget(x, i)) end
          return '{' .. table.concat(all, ' ') .. '}'
        elseif type(x) == 'boolean' then
          return tostring(x)
        end
        return type(x)
      end
      local lines = {}
      local function r(argument, ...)
        local all = {}
        for i = 1, select('#', ...) do all[i] = v((select(i, ...))) end
        if argument then all[#all + 1] = v(argument) end
        lines[#lines + 1] = table.concat(all, ' ')
      end
      """;

  private Probes() {}

  /** What executes the body of a function. */
  static String body(String body) {
    return "r(nil, pcall(function() " + body + " end))";
  }

  /** What calls a function of a library. */
  static String call(String function, @Nullable Object... arguments) {
    List<String> literals = new ArrayList<>();
    for (Object argument : arguments) {
      literals.add(literal(argument));
    }
    boolean table = arguments.length > 0 && arguments[0] instanceof LuaTable;
    String first = table ? literals.set(0, "t") : "nil";
    literals.addFirst(function);
    return "do local t = %s r(t, pcall(%s)) end".formatted(first, String.join(", ", literals));
  }

  /** A value as an expression. */
  static String literal(@Nullable Object value) {
    return switch (value) {
      case null -> "nil";
      // A function has one constant for both zeros, so these are no literals.
      case Double number when number == 0 || Double.isNaN(number) || Double.isInfinite(number) ->
          "tonumber('" + LuaNumbers.toLuaString(number) + "')";
      case Double number -> String.format(Locale.ROOT, "(%.17e)", number);
      case LuaTable table -> {
        List<String> fields = new ArrayList<>();
        for (int i = table.next(0); i > 0; i = table.next(i)) {
          fields.add("[" + literal(table.keyAt(i)) + "]=" + literal(table.valueAt(i)));
        }
        yield "{" + String.join(",", fields) + "}";
      }
      case LuaString string -> {
        StringBuilder text = new StringBuilder("'");
        for (byte b : string.bytes()) {
          boolean plain = b >= ' ' && b < 0x7F && b != '\\' && b != '\'';
          text.append(plain ? String.valueOf((char) b) : "\\%03d".formatted(b & 0xFF));
        }
        yield text.append("'").toString();
      }
      default -> String.valueOf(value);
    };
  }

  private static String script(List<String> probes) {
    return DESCRIBE + String.join("\n", probes) + "\nreturn table.concat(lines, '\\n')";
  }

  /** How probes end in redis-server. */
  static List<String> inRedis(RedisLua redis, List<String> probes) {
    return Arrays.asList(redis.eval(script(probes)).split("\n"));
  }

  /** How probes end here. */
  static List<String> here(List<String> probes) {
    return here(probes, () -> Long.MAX_VALUE);
  }

  /** How probes end here if they have so many steps at a time. */
  static List<String> here(List<String> probes, LongSupplier slices) {
    LuaState state = new LuaState(LuaLimits.GENEROUS);
    Libraries.install(state);
    Run run = state.start(state.load(LuaString.of(script(probes)), "@user_script"));
    Run.Status status = run.resume(slices.getAsLong());
    while (status == Run.Status.PAUSED || status == Run.Status.LONG_CALL) {
      status = run.resume(slices.getAsLong());
    }
    return status == Run.Status.DONE
        ? Arrays.asList(String.valueOf(run.results()[0]).split("\n"))
        : List.of("failed: " + run.error().value());
  }
}
