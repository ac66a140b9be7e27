package dev.larder.lua;

import dev.larder.lua.compiler.Op;
import org.jspecify.annotations.Nullable;

/**
 * Instructions that are long or rare, and the general case of the others: strings as numbers,
 * metamethods, errors. Each leaves the frame that runs next on top.
 */
final class SlowPaths {
  private static final Object NUMBER = Marker.NUMBER;

  private SlowPaths() {}

  /** Executes one instruction; the frame's pc is that of the next. */
  static void execute(Machine m, Coroutine co, CallFrame frame, int i) {
    int base = frame.base;
    int a = base + Op.a(i);
    int b = base + Op.b(i);
    switch (Op.op(i)) {
      case Op.GETGLOBAL, Op.GETTABLE, Op.GETFIELD, Op.GETINDEX, Op.SELF ->
          TablePaths.get(m, co, frame, i);
      case Op.SETGLOBAL, Op.SETTABLE, Op.SETFIELD, Op.SETINDEX -> TablePaths.set(m, co, frame, i);
      case Op.NEWTABLE -> {
        LuaTable table = new LuaTable(Op.room(Op.b(i)), Op.room(Op.c(i)));
        m.state.allocate(table.bytes());
        co.refs[a] = table;
      }
      case Op.SETLIST -> TablePaths.setList(m, co, frame, i);
      case Op.ADD, Op.SUB, Op.MUL, Op.DIV, Op.MOD, Op.POW ->
          Arithmetic.binary(m, co, Op.op(i) - Op.ADD, Op.a(i), b, base + Op.c(i));
      case Op.ADDK, Op.SUBK, Op.MULK, Op.DIVK, Op.MODK, Op.POWK ->
          Arithmetic.withConstant(m, co, frame, i);
      case Op.UNM -> Arithmetic.minus(m, co, Op.a(i), b);
      case Op.LEN -> throw Faults.operand(co, "get length of", co.refs[b], b);
      case Op.CONCAT -> concat(m, co, frame, base + Op.c(i));
      case Op.EQ, Op.LT, Op.LE, Op.LTK, Op.LEK, Op.GTK, Op.GEK ->
          Comparisons.execute(m, co, frame, i);
      case Op.CALL -> m.call(a, count(co, i, a), Op.c(i) - 1, CallFrame.TO_CALLER, 0);
      case Op.TAILCALL -> tailCall(m, co, frame, a, count(co, i, a));
      case Op.RETURN -> {
        int count = Op.b(i) == 0 ? co.top - a : Op.b(i) - 1;
        m.leave(co, a, count);
      }
      case Op.RETURN_NONE -> m.leave(co, a, 0);
      case Op.RETURN_ONE -> m.leave(co, a, 1);
      case Op.FORPREPARE -> prepareLoop(co, frame, a, Op.distance(i));
      case Op.FORCALL -> {
        co.copy(a + 3, a, 3);
        m.call(a + 3, 2, Op.c(i), CallFrame.TO_LOOP, 0);
      }
      case Op.CLOSE -> co.close(a);
      case Op.CLOSURE -> co.refs[a] = closure(m, co, frame, Op.bx(i));
      case Op.VARARG -> varargs(m, co, frame, a, Op.b(i) - 1);
      default -> throw new AssertionError(Op.op(i));
    }
  }

  private static int count(Coroutine co, int i, int a) {
    return Op.b(i) == 0 ? co.top - a - 1 : Op.b(i) - 1;
  }

  /** Lua's modulo, whose sign is that of the divisor, rounded as in C. */
  static double modulo(double dividend, double divisor) {
    return dividend - Math.floor(dividend / divisor) * divisor;
  }

  private static void tailCall(Machine m, Coroutine co, CallFrame frame, int a, int count) {
    m.budget--;
    if (!(co.refs[a] instanceof LuaClosure called)) {
      m.call(a, count, -1, CallFrame.TO_CALLER, 0);
      return;
    }
    if (co.openUpvalues != null) {
      co.close(frame.base);
    }
    int function = frame.function;
    int then = frame.then;
    int target = frame.target;
    int tailCalls = frame.tailCalls + 1;
    int wanted = frame.wanted;
    int barriers = frame.barriers;
    co.copy(function, a, count + 1);
    co.depth--;
    CallFrame next = m.enter(co, called, function, count, wanted, CallFrame.TO_CALLER, 0);
    next.tailCalls = tailCalls;
    next.then = then;
    next.target = target;
    next.barriers = Math.max(next.barriers, barriers);
  }

  private static void prepareLoop(Coroutine co, CallFrame frame, int a, int distance) {
    if (!toNumber(co, a)) {
      throw Faults.atScript(co, "'for' initial value must be a number");
    }
    if (!toNumber(co, a + 1)) {
      throw Faults.atScript(co, "'for' limit must be a number");
    }
    if (!toNumber(co, a + 2)) {
      throw Faults.atScript(co, "'for' step must be a number");
    }
    co.nums[a] -= co.nums[a + 2];
    frame.pc += distance;
  }

  /** Makes a register a number, if it is a string that is one. */
  private static boolean toNumber(Coroutine co, int index) {
    if (co.refs[index] == NUMBER) {
      return true;
    }
    if (co.refs[index] instanceof LuaString text && LuaNumbers.parses(text)) {
      co.nums[index] = LuaNumbers.parse(text, Double.NaN);
      co.refs[index] = NUMBER;
      return true;
    }
    return false;
  }

  private static LuaClosure closure(Machine m, Coroutine co, CallFrame frame, int index) {
    LuaClosure around = frame.closure;
    Prototype prototype = around.prototype.functions[index];
    LuaClosure closure = new LuaClosure(prototype, around.globals);
    int[] captures = prototype.captures;
    m.state.allocate(LuaClosure.BYTES + (long) Upvalue.BYTES * captures.length);
    for (int i = 0; i < captures.length; i++) {
      closure.upvalues[i] =
          (captures[i] & 1) != 0
              ? co.upvalue(frame.base + (captures[i] >> 1))
              : around.upvalues[captures[i] >> 1];
    }
    return closure;
  }

  private static void varargs(Machine m, Coroutine co, CallFrame frame, int a, int wanted) {
    int count = wanted < 0 ? frame.varargs : wanted;
    if (wanted < 0) {
      co.ensure(m.state, a + count + 1);
      co.top = a + count;
    }
    int from = frame.base - frame.varargs;
    int given = Math.min(count, frame.varargs);
    co.copy(a, from, given);
    for (int i = given; i < count; i++) {
      co.refs[a + i] = null;
    }
  }

  /**
   * Concatenates the registers of the frame's last instruction, a CONCAT, from the right; those
   * behind one are done.
   */
  static void concat(Machine m, Coroutine co, CallFrame frame, int lastOperand) {
    int i = frame.closure.prototype.code[frame.pc - 1];
    int first = frame.base + Op.b(i);
    int last = lastOperand;
    while (last > first) {
      if (!isText(co.refs[last]) || !isText(co.refs[last - 1])) {
        Object left = co.refs[last - 1];
        Object right = co.refs[last];
        Object handler = m.state.handler(left, Event.CONCAT);
        if (handler == null) {
          handler = m.state.handler(right, Event.CONCAT);
        }
        if (handler == null) {
          int culprit = isText(left) ? last : last - 1;
          throw Faults.operand(co, "concatenate", co.refs[culprit], culprit);
        }
        int target = last - 1 - frame.base;
        Metamethods.call(m, co, handler, last - 1, last, CallFrame.TO_CONCAT, target);
        return;
      }
      int from = last - 1;
      while (from > first && isText(co.refs[from - 1])) {
        from--;
      }
      co.refs[from] = joined(m, co, from, last);
      last = from;
    }
    co.copy(frame.base + Op.a(i), first);
  }

  private static boolean isText(@Nullable Object ref) {
    return ref == NUMBER || ref instanceof LuaString;
  }

  /** What a place of the stack is as a text; a number becomes one. */
  private static LuaString textAt(Coroutine co, int index) {
    if (co.refs[index] instanceof LuaString text) {
      return text;
    }
    LuaString text = Numbers.text(co.nums[index]);
    co.refs[index] = text;
    return text;
  }

  private static LuaString joined(Machine m, Coroutine co, int from, int to) {
    long length = 0;
    for (int i = from; i <= to; i++) {
      length += textAt(co, i).length();
    }
    if (length > LuaString.LENGTH_MAX) {
      throw Faults.atScript(co, "string length overflow");
    }
    m.state.allocate(LuaString.BYTES + length);
    byte[] bytes = new byte[(int) length];
    int position = 0;
    for (int i = from; i <= to; i++) {
      byte[] part = textAt(co, i).bytes();
      System.arraycopy(part, 0, bytes, position, part.length);
      position += part.length;
    }
    return LuaString.of(bytes);
  }
}
