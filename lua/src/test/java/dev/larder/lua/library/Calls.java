package dev.larder.lua.library;

import dev.larder.lua.LuaFunction;
import dev.larder.lua.LuaLimits;
import dev.larder.lua.LuaNumbers;
import dev.larder.lua.LuaState;
import dev.larder.lua.LuaString;
import dev.larder.lua.LuaTable;
import dev.larder.lua.LuaTypes;
import dev.larder.lua.Run;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Calls of library functions, as scripts that a redis-server executes, and the same here; both
 * describe the outcome in the same words.
 */
final class Calls {
  /** A call. */
  record Case(String library, String function, @Nullable Object... arguments) {
    @Override
    public String toString() {
      List<String> literals = new ArrayList<>();
      for (Object argument : arguments) {
        literals.add(literal(argument));
      }
      return library + "." + function + "(" + String.join(", ", literals) + ")";
    }
  }

  /** The beginning of a script: {@code r} describes an outcome. */
  private static final String DESCRIBE =
      """
      local function v(x)
        if type(x) == 'string' then
          return 's' .. x:gsub('.', function(c) return ('%02x'):format(c:byte()) end)
                        :gsub('%z', '00')
        elseif type(x) == 'number' then
          return 'n' .. (x ~= x and tostring(x) or ('%.17g'):format(x))
        elseif type(x) == 'table' then
          local all = {}
          for i = 1, 12 do all[i] = v(x[i]) end
          return 't{' .. table.concat(all, ' ') .. '}'
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

  private static final LuaState STATE = new LuaState(LuaLimits.GENEROUS);

  static {
    Libraries.install(STATE);
  }

  private Calls() {}

  /** A script that makes calls and returns a line for each. */
  static String script(List<Case> cases) {
    StringBuilder script = new StringBuilder(DESCRIBE);
    for (Case call : cases) {
      List<String> arguments = new ArrayList<>();
      boolean table = call.arguments.length > 0 && call.arguments[0] instanceof LuaTable;
      for (Object argument : call.arguments) {
        arguments.add(literal(argument));
      }
      script.append("do local t = ").append(table ? arguments.set(0, "t") : "nil");
      arguments.addFirst(call.library + "." + call.function);
      script.append(" r(t, pcall(").append(String.join(", ", arguments)).append(")) end\n");
    }
    return script.append("return table.concat(lines, '\\n')").toString();
  }

  private static String literal(@Nullable Object value) {
    return switch (value) {
      case null -> "nil";
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
          text.append(plain ? String.valueOf((char) b) : String.format("\\%03d", b & 0xFF));
        }
        yield text.append("'").toString();
      }
      default -> String.valueOf(value);
    };
  }

  /** Makes a call here and describes its outcome. */
  static String outcome(Case call) {
    LuaTable library = (LuaTable) STATE.globals().get(LuaString.of(call.library));
    LuaFunction function = (LuaFunction) library.get(LuaString.of(call.function));
    Run run = STATE.start(function, call.arguments);
    List<String> all = new ArrayList<>();
    switch (run.resume(Long.MAX_VALUE)) {
      case DONE -> {
        all.add("true");
        for (Object result : run.results()) {
          all.add(describe(result));
        }
      }
      case FAILED -> {
        all.add("false");
        all.add(describe(run.error().value()));
      }
      default -> all.add("paused");
    }
    if (call.arguments.length > 0 && call.arguments[0] instanceof LuaTable table) {
      all.add(describe(table));
    }
    return String.join(" ", all);
  }

  private static String describe(@Nullable Object value) {
    return switch (value) {
      case Double number -> {
        byte[] text = new byte[32];
        int end = LuaNumbers.general(number, 17, text, 0);
        yield "n" + new String(text, 0, end, StandardCharsets.ISO_8859_1);
      }
      case LuaString string -> "s" + HexFormat.of().formatHex(string.bytes());
      case Boolean truth -> truth.toString();
      case LuaTable table -> {
        List<String> all = new ArrayList<>();
        for (int i = 1; i <= 12; i++) {
          all.add(describe(table.getInt(i)));
        }
        yield "t{" + String.join(" ", all) + "}";
      }
      case null, default -> LuaTypes.nameOf(value);
    };
  }
}
