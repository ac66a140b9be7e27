package dev.larder.lua;

import dev.larder.lua.Control.Action;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The basic functions and those on coroutines, as far as scripts of a server may have them. */
public final class CoreLibrary {
  private static final LuaString ASSERTION_FAILED = LuaString.of("assertion failed!");
  private static final LuaString LOAD = LuaString.of("=(load)");
  private static final LuaString COLLECT = LuaString.of("collect");
  private static final LuaString COUNT_ARGUMENTS = LuaString.of("#");

  /** How much a function may leave on the stack; measured at Redis. */
  private static final int STACK_MAX = 8_000;

  /** So many values are moved in about the time of a step. */
  private static final int RESULTS_A_STEP = 4;

  /** What {@code setpause} and {@code setstepmul} return, since nothing of that can be set. */
  private static final double COLLECTOR_SETTING = 200;

  private CoreLibrary() {}

  /** Sets the global variables. */
  public static void install(LuaState state) {
    LuaTable globals = state.globals();
    globals.put(LuaString.of("_G"), globals);
    globals.put(LuaString.of("_VERSION"), LuaString.of("Lua 5.1"));
    Builtin.add(globals, "assert", CoreLibrary::assertion);
    Builtin.add(globals, "error", CoreLibrary::error);
    Builtin.add(globals, "getmetatable", CoreLibrary::getMetatable);
    Builtin.add(globals, "setmetatable", CoreLibrary::setMetatable);
    Builtin.add(globals, "ipairs", call -> iterator(call, call.state().nextIndex, 0.0));
    Builtin.add(globals, "pairs", call -> iterator(call, call.state().next, null));
    Builtin.add(globals, "rawequal", CoreLibrary::rawEqual);
    Builtin.add(globals, "rawget", CoreLibrary::rawGet);
    Builtin.add(globals, "rawset", CoreLibrary::rawSet);
    Builtin.add(globals, "select", CoreLibrary::select);
    Builtin.add(globals, "tonumber", CoreLibrary::toNumber);
    Builtin.add(globals, "tostring", CoreLibrary::toText);
    Builtin.add(globals, "type", CoreLibrary::type);
    Builtin.add(globals, "unpack", CoreLibrary::unpack);
    Builtin.add(globals, "loadstring", CoreLibrary::loadString);
    Builtin.add(globals, "collectgarbage", CoreLibrary::collectGarbage);
    Builtin.add(globals, "gcinfo", call -> call.add(Math.floor(call.state().usedBytes() / 1024.0)));
    put(globals, state.next);
    put(globals, new Control("pcall", Action.PCALL, null));
    put(globals, new Control("xpcall", Action.XPCALL, null));
    LuaFunction loader = loader(state);
    Builtin.add(globals, "load", call -> load(call, loader));
    LuaTable coroutines = new LuaTable();
    globals.put(LuaString.of("coroutine"), coroutines);
    Builtin.add(coroutines, "create", call -> call.add(newCoroutine(call)));
    Builtin.add(
        coroutines,
        "wrap",
        call -> call.add(new Control("wrapped", Action.WRAPPED, newCoroutine(call))));
    Builtin.add(coroutines, "status", call -> call.add(checkCoroutine(call).status.text));
    Builtin.add(coroutines, "running", CoreLibrary::running);
    put(coroutines, new Control("resume", Action.RESUME, null));
    put(coroutines, new Control("yield", Action.YIELD, null));
  }

  private static void put(LuaTable table, Builtin builtin) {
    table.put(LuaString.of(builtin.name()), builtin);
  }

  // Errors.

  private static void assertion(Call call) {
    call.checkAny(1);
    if (!call.isTrue(1)) {
      throw call.error(call.optString(2, ASSERTION_FAILED).toString());
    }
    call.addArguments(1);
  }

  private static void error(Call call) {
    int level = call.optInt(2, 1);
    Object value = call.value(1);
    if (level > 0 && (value instanceof LuaString || value instanceof Double)) {
      value = LuaString.of(call.state().where(level) + call.checkString(1));
    }
    throw new LuaError(value);
  }

  // Tables.

  private static void getMetatable(Call call) {
    call.checkAny(1);
    LuaTable metatable = metatableOf(call, call.value(1));
    Object shown = metatable == null ? null : metatable.handler(Event.METATABLE);
    call.add(shown == null ? metatable : shown);
  }

  private static @Nullable LuaTable metatableOf(Call call, @Nullable Object value) {
    if (value instanceof LuaTable table) {
      return table.metatable();
    }
    return value instanceof LuaString ? call.state().stringMetatable() : null;
  }

  private static void setMetatable(Call call) {
    LuaTable table = call.checkTable(1);
    Object metatable = call.value(2);
    if (call.isNone(2) || metatable != null && !(metatable instanceof LuaTable)) {
      throw call.argumentError(2, "nil or table expected");
    }
    LuaTable old = table.metatable();
    if (old != null && old.handler(Event.METATABLE) != null) {
      throw call.error("cannot change a protected metatable");
    }
    if (table.readOnly()) {
      throw new LuaError(LuaTable.READ_ONLY);
    }
    table.metatable((LuaTable) metatable);
    call.add(table);
  }

  private static void iterator(Call call, Builtin next, @Nullable Double start) {
    LuaTable table = call.checkTable(1);
    call.add(next);
    call.add(table);
    call.add(start);
  }

  private static void rawEqual(Call call) {
    call.checkAny(1);
    call.checkAny(2);
    if (call.isNumber(1)) {
      call.add(call.isNumber(2) && call.number(1) == call.number(2));
      return;
    }
    Object first = call.value(1);
    call.add(first == null ? call.isNil(2) : first.equals(call.value(2)));
  }

  private static void rawGet(Call call) {
    LuaTable table = call.checkTable(1);
    call.checkAny(2);
    call.add(table.get(call.value(2)));
  }

  private static void rawSet(Call call) {
    LuaTable table = call.checkTable(1);
    call.checkAny(2);
    call.checkAny(3);
    Object key = call.value(2);
    if (table.readOnly()) {
      throw new LuaError(LuaTable.READ_ONLY);
    }
    if (key == null) {
      throw new LuaError("table index is nil");
    }
    call.put(table, key, call.value(3));
    call.add(table);
  }

  private static void unpack(Call call) {
    LuaTable table = call.checkTable(1);
    int from = call.optInt(2, 1);
    int to = call.isNil(3) ? table.length() : call.checkInt(3);
    if (from > to) {
      return;
    }
    if ((long) to - from + 1 > STACK_MAX - call.count()) {
      throw call.error("too many results to unpack");
    }
    call.step((to - from) / RESULTS_A_STEP);
    for (int i = from; ; i++) {
      call.add(table.getInt(i));
      if (i == to) {
        return;
      }
    }
  }

  // Values.

  private static void select(Call call) {
    if (call.value(1) instanceof LuaString text && text.equals(COUNT_ARGUMENTS)) {
      call.add((double) (call.count() - 1));
      return;
    }
    int index = call.checkInt(1);
    int first = index < 0 ? call.count() + index : Math.min(index, call.count());
    if (first < 1) {
      throw call.argumentError(1, "index out of range");
    }
    call.addArguments(first + 1);
  }

  private static void toNumber(Call call) {
    int base = call.optInt(2, 10);
    if (base == 10) {
      call.checkAny(1);
      if (call.isNumber(1)) {
        call.add(call.number(1));
      } else if (call.value(1) instanceof LuaString text && LuaNumbers.parses(text)) {
        call.add(LuaNumbers.parse(text, Double.NaN));
      } else {
        call.addNil();
      }
      return;
    }
    LuaString text = call.checkString(1);
    if (base < 2 || base > 36) {
      throw call.argumentError(2, "base out of range");
    }
    double number = Radix.parse(text, base);
    if (Double.isNaN(number)) {
      call.addNil();
    } else {
      call.add(number);
    }
  }

  private static void toText(Call call) {
    call.checkAny(1);
    Object value = call.value(1);
    LuaTable metatable = metatableOf(call, value);
    Object handler = metatable == null ? null : metatable.handler(Event.TOSTRING);
    if (handler instanceof LuaFunction function) {
      call.tailCall(function, value);
    } else if (handler != null) {
      throw new LuaError("attempt to call a " + LuaTypes.nameOf(handler) + " value");
    } else {
      call.add(LuaTypes.toText(value));
    }
  }

  private static void type(Call call) {
    call.checkAny(1);
    call.add(LuaTypes.TEXTS.get(LuaTypes.nameOf(call.value(1))));
  }

  // Scripts.

  private static void loadString(Call call) {
    LuaString source = call.checkString(1);
    LuaString name = call.optString(2, source);
    call.step(source.length());
    load(call, source, name);
  }

  private static void load(Call call, LuaString source, LuaString name) {
    LuaState state = call.state();
    Coroutine coroutine = state.machine().current;
    int levels = coroutine.barriers + coroutine.frame().barriers + 1;
    try {
      call.add(state.load(source, name.toString(), state.globals(), levels));
    } catch (LuaError error) {
      call.addNil();
      call.add(error.value());
    }
  }

  private static void load(Call call, LuaFunction loader) {
    LuaFunction reader = call.checkFunction(1);
    call.tailCall(loader, reader, call.optString(2, LOAD));
  }

  /** What load does once its arguments are checked: it calls a function for the pieces. */
  private static LuaFunction loader(LuaState state) {
    String source =
        """
        local pcall, error, type, loadstring, join = ...
        local function read(reader)
          local pieces, count = {}, 0
          while true do
            local piece = reader()
            local kind = type(piece)
            if piece == nil or piece == '' then
              return join(pieces, count)
            elseif kind ~= 'string' and kind ~= 'number' then
              error('reader function must return a string', 4)
            end
            count = count + 1
            pieces[count] = piece
          end
        end
        return function(reader, name)
          local read, text = pcall(read, reader)
          if not read then
            return nil, text
          end
          return loadstring(text, name)
        end
        """;
    LuaTable globals = state.globals();
    @Nullable Object[] functions =
        state.prelude(
            source,
            globals.get(LuaString.of("pcall")),
            globals.get(LuaString.of("error")),
            globals.get(LuaString.of("type")),
            globals.get(LuaString.of("loadstring")),
            Builtin.of("join", CoreLibrary::join));
    return (LuaFunction) Objects.requireNonNull(functions[0]);
  }

  private static void join(Call call) {
    LuaTable pieces = call.checkTable(1);
    int count = call.checkInt(2);
    long length = 0;
    for (int i = 1; i <= count; i++) {
      length += text(pieces.getInt(i)).length();
    }
    call.step(count);
    if (length > LuaString.LENGTH_MAX) {
      throw new LuaError("string length overflow");
    }
    call.allocate(LuaString.BYTES + length);
    byte[] joined = new byte[(int) length];
    int position = 0;
    for (int i = 1; i <= count; i++) {
      byte[] piece = text(pieces.getInt(i)).bytes();
      System.arraycopy(piece, 0, joined, position, piece.length);
      position += piece.length;
    }
    call.add(LuaString.of(joined));
  }

  private static LuaString text(@Nullable Object value) {
    return LuaTypes.toText(value);
  }

  private static void collectGarbage(Call call) {
    String option = call.optString(1, COLLECT).toString();
    call.optInt(2, 0);
    switch (option) {
      case "collect" -> {
        call.state().collect();
        call.add(0.0);
      }
      case "stop", "restart" -> call.add(0.0);
      case "count" -> call.add(call.state().usedBytes() / 1024.0);
      case "step" -> call.add(false);
      case "setpause", "setstepmul" -> call.add(COLLECTOR_SETTING);
      default -> throw call.argumentError(1, "invalid option '" + option + "'");
    }
  }

  // Coroutines.

  private static Coroutine newCoroutine(Call call) {
    if (!(call.value(1) instanceof LuaClosure closure) || closure.prototype.disguised) {
      throw call.argumentError(1, "Lua function expected");
    }
    call.allocate(Coroutine.BYTES);
    Coroutine coroutine = new Coroutine();
    coroutine.push(call.state(), CallFrame.BOTTOM, 0, -1);
    coroutine.refs[1] = closure;
    return coroutine;
  }

  private static Coroutine checkCoroutine(Call call) {
    if (call.value(1) instanceof Coroutine coroutine) {
      return coroutine;
    }
    throw call.argumentError(1, "coroutine expected");
  }

  private static void running(Call call) {
    Machine machine = call.state().machine();
    call.add(machine.current == machine.main ? null : machine.current);
  }
}
