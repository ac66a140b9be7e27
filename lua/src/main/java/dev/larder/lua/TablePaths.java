package dev.larder.lua;

import dev.larder.lua.compiler.Op;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Instructions on tables, with metamethods, and on what is no table. */
final class TablePaths {
  private static final Object NUMBER = Marker.NUMBER;

  /** How many metatables may refer to one another. */
  private static final int LOOP_MAX = 100;

  private TablePaths() {}

  /** Executes an instruction that reads a table. */
  static void get(Machine m, Coroutine co, CallFrame frame, int i) {
    Prototype prototype = frame.closure.prototype;
    int base = frame.base;
    int a = Op.a(i);
    int b = base + Op.b(i);
    int c = Op.c(i);
    switch (Op.op(i)) {
      case Op.GETGLOBAL -> index(m, co, frame.closure.globals, -1, prototype.refs[Op.bx(i)], a);
      case Op.GETTABLE -> index(m, co, co.get(b), b, co.get(base + c), a);
      case Op.GETFIELD -> index(m, co, co.get(b), b, prototype.refs[c], a);
      case Op.GETINDEX -> index(m, co, co.get(b), b, (Double) (double) c, a);
      default -> {
        Object object = co.get(b);
        co.copy(base + a + 1, b);
        index(m, co, object, b, prototype.refs[c], a);
      }
    }
  }

  /** Gets a register of the frame the value of a key, by way of metatables. */
  private static void index(
      Machine m,
      Coroutine co,
      @Nullable Object object,
      int at,
      @Nullable Object key,
      int register) {
    Object searched = object;
    for (int loop = 0; loop < LOOP_MAX; loop++) {
      Object handler;
      if (searched instanceof LuaTable table) {
        Object value = table.get(key);
        LuaTable metatable = value != null ? null : table.metatable();
        handler = metatable == null ? null : metatable.handler(Event.INDEX);
        if (handler == null) {
          co.set(co.frame().base + register, value);
          return;
        }
      } else {
        handler = m.state.handler(searched, Event.INDEX);
        if (handler == null) {
          throw Faults.operand(co, "index", searched, loop == 0 ? at : -1);
        }
      }
      if (handler instanceof LuaFunction) {
        Metamethods.call(m, co, handler, searched, key, CallFrame.TO_REGISTER, register);
        return;
      }
      searched = handler;
    }
    throw Faults.atScript(co, "loop in gettable");
  }

  /** Executes an instruction that changes a table. */
  static void set(Machine m, Coroutine co, CallFrame frame, int i) {
    Prototype prototype = frame.closure.prototype;
    int a = frame.base + Op.a(i);
    int b = Op.b(i);
    switch (Op.op(i)) {
      case Op.SETGLOBAL ->
          assign(m, co, frame.closure.globals, -1, prototype.refs[Op.bx(i)], co.get(a));
      case Op.SETTABLE ->
          assign(m, co, co.get(a), a, co.get(frame.base + b), operand(co, frame, i));
      case Op.SETFIELD -> assign(m, co, co.get(a), a, prototype.refs[b], operand(co, frame, i));
      default -> assign(m, co, co.get(a), a, (Double) (double) b, operand(co, frame, i));
    }
  }

  private static @Nullable Object operand(Coroutine co, CallFrame frame, int i) {
    int c = Op.c(i);
    if (c < Op.CONSTANT_BIT) {
      return co.get(frame.base + c);
    }
    Prototype prototype = frame.closure.prototype;
    Object ref = prototype.refs[c - Op.CONSTANT_BIT];
    return ref == NUMBER ? Numbers.box(prototype.nums[c - Op.CONSTANT_BIT]) : ref;
  }

  private static void assign(
      Machine m,
      Coroutine co,
      @Nullable Object object,
      int at,
      @Nullable Object key,
      @Nullable Object value) {
    Object searched = object;
    for (int loop = 0; loop < LOOP_MAX; loop++) {
      Object handler;
      if (searched instanceof LuaTable table) {
        LuaTable metatable = table.metatable();
        handler =
            metatable == null || table.get(key) != null ? null : metatable.handler(Event.NEWINDEX);
        if (handler == null) {
          put(m, co, table, key, value);
          return;
        }
      } else {
        handler = m.state.handler(searched, Event.NEWINDEX);
        if (handler == null) {
          throw Faults.operand(co, "index", searched, loop == 0 ? at : -1);
        }
      }
      if (handler instanceof LuaFunction) {
        Metamethods.assign(m, co, handler, searched, key, value);
        return;
      }
      searched = handler;
    }
    throw Faults.atScript(co, "loop in settable");
  }

  private static void put(
      Machine m, Coroutine co, LuaTable table, @Nullable Object key, @Nullable Object value) {
    if (table.readOnly()) {
      throw Faults.atScript(co, LuaTable.READ_ONLY);
    }
    if (key == null) {
      throw Faults.atScript(co, "table index is nil");
    }
    if (key instanceof Double number && Double.isNaN(number)) {
      throw Faults.atScript(co, "table index is NaN");
    }
    table.put(key, value, m.state);
  }

  static void setList(Machine m, Coroutine co, CallFrame frame, int i) {
    int a = frame.base + Op.a(i);
    int count = Op.b(i) == 0 ? co.top - a - 1 : Op.b(i);
    int batch = Op.c(i) == 0 ? frame.closure.prototype.code[frame.pc++] : Op.c(i);
    LuaTable table = (LuaTable) Objects.requireNonNull(co.refs[a]);
    int before = (batch - 1) * Op.FLUSH;
    table.ensureArray(before + count, m.state);
    for (int j = 1; j <= count; j++) {
      table.putInt(before + j, co.get(a + j));
    }
  }
}
