package dev.larder.lua;

import dev.larder.lua.compiler.Op;
import org.jspecify.annotations.Nullable;

/** Arithmetic where an operand may be a string or have a metamethod. */
final class Arithmetic {
  private static final Object NUMBER = Marker.NUMBER;

  private Arithmetic() {}

  /**
   * An operation on two places of the stack.
   *
   * @param operation its distance from addition, among operations as among events
   * @param register of the frame, for the result
   */
  static void binary(Machine m, Coroutine co, int operation, int register, int b, int c) {
    Object left = co.refs[b];
    Object right = co.refs[c];
    if (isNumeric(left) && isNumeric(right)) {
      set(
          co,
          register,
          compute(operation, toNumber(left, co.nums[b]), toNumber(right, co.nums[c])));
      return;
    }
    Object handler = m.state.handler(left, Event.ADD + operation);
    if (handler == null) {
      handler = m.state.handler(right, Event.ADD + operation);
    }
    if (handler == null) {
      int culprit = isNumeric(left) ? c : b;
      throw Faults.operand(co, "perform arithmetic on", co.refs[culprit], culprit);
    }
    Metamethods.call(m, co, handler, b, c, CallFrame.TO_REGISTER, register);
  }

  /** An operation on a register and a constant. */
  static void withConstant(Machine m, Coroutine co, CallFrame frame, int i) {
    int operation = Op.op(i) - Op.ADDK;
    int b = frame.base + Op.b(i);
    double constant = frame.closure.prototype.nums[Op.c(i)];
    Object left = co.refs[b];
    if (isNumeric(left)) {
      set(co, Op.a(i), compute(operation, toNumber(left, co.nums[b]), constant));
      return;
    }
    Object handler = m.state.handler(left, Event.ADD + operation);
    if (handler == null) {
      throw Faults.operand(co, "perform arithmetic on", left, b);
    }
    Metamethods.call(m, co, handler, left, (Double) constant, CallFrame.TO_REGISTER, Op.a(i));
  }

  static void minus(Machine m, Coroutine co, int register, int b) {
    Object operand = co.refs[b];
    if (isNumeric(operand)) {
      set(co, register, -toNumber(operand, co.nums[b]));
      return;
    }
    Object handler = m.state.handler(operand, Event.UNM);
    if (handler == null) {
      throw Faults.operand(co, "perform arithmetic on", operand, b);
    }
    Metamethods.call(m, co, handler, b, b, CallFrame.TO_REGISTER, register);
  }

  private static void set(Coroutine co, int register, double number) {
    int index = co.frame().base + register;
    co.refs[index] = NUMBER;
    co.nums[index] = number;
  }

  private static boolean isNumeric(@Nullable Object ref) {
    return ref == NUMBER || ref instanceof LuaString text && LuaNumbers.parses(text);
  }

  private static double toNumber(@Nullable Object ref, double number) {
    return ref instanceof LuaString text ? LuaNumbers.parse(text, Double.NaN) : number;
  }

  private static double compute(int operation, double left, double right) {
    return switch (operation) {
      case 0 -> left + right;
      case 1 -> left - right;
      case 2 -> left * right;
      case 3 -> left / right;
      case 4 -> SlowPaths.modulo(left, right);
      default -> LuaMath.power(left, right);
    };
  }
}
