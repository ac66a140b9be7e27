package dev.larder.lua;

import dev.larder.lua.compiler.Op;
import org.jspecify.annotations.Nullable;

/** Comparisons of what is not two numbers. */
final class Comparisons {
  private static final Object NUMBER = Marker.NUMBER;

  private Comparisons() {}

  static void execute(Machine m, Coroutine co, CallFrame frame, int i) {
    int b = frame.base + Op.b(i);
    int c = Op.c(i);
    int jumpsIf = Op.a(i);
    switch (Op.op(i)) {
      case Op.EQ -> equal(m, co, frame, b, frame.base + c, jumpsIf);
      case Op.LT -> order(m, co, frame, co.refs[b], co.refs[frame.base + c], b, c, false, jumpsIf);
      case Op.LE -> order(m, co, frame, co.refs[b], co.refs[frame.base + c], b, c, true, jumpsIf);
      case Op.LTK, Op.LEK -> throw Faults.order(co, co.refs[b], NUMBER);
      default -> throw Faults.order(co, NUMBER, co.refs[b]);
    }
  }

  /** Two tables that are not the same one. */
  private static void equal(Machine m, Coroutine co, CallFrame frame, int b, int c, int jumpsIf) {
    Object handler = common(m, co.refs[b], co.refs[c], Event.EQ);
    if (handler == null) {
      Machine.branch(frame, false, jumpsIf);
    } else {
      Metamethods.call(m, co, handler, b, c, CallFrame.TO_CONDITION, jumpsIf);
    }
  }

  /** The handler that both operands have, or null. */
  private static @Nullable Object common(
      Machine m, @Nullable Object first, @Nullable Object second, int event) {
    Object one = m.state.handler(first, event);
    if (one == null) {
      return null;
    }
    return one.equals(m.state.handler(second, event)) ? one : null;
  }

  private static void order(
      Machine m,
      Coroutine co,
      CallFrame frame,
      @Nullable Object left,
      @Nullable Object right,
      int b,
      int operandC,
      boolean orEqual,
      int jumpsIf) {
    if (left instanceof LuaString one && right instanceof LuaString other) {
      m.stepInBytes(Math.min(one.length(), other.length()));
      int order = one.compareTo(other);
      Machine.branch(frame, orEqual ? order <= 0 : order < 0, jumpsIf);
      return;
    }
    int c = frame.base + operandC;
    if (!LuaTypes.nameOf(left).equals(LuaTypes.nameOf(right))) {
      throw Faults.order(co, left, right);
    }
    Object handler = common(m, left, right, orEqual ? Event.LE : Event.LT);
    if (handler != null) {
      Metamethods.call(m, co, handler, b, c, CallFrame.TO_CONDITION, jumpsIf);
      return;
    }
    handler = orEqual ? common(m, right, left, Event.LT) : null;
    if (handler == null) {
      throw Faults.order(co, left, right);
    }
    Metamethods.call(m, co, handler, c, b, CallFrame.TO_NEGATED_CONDITION, jumpsIf);
  }
}
