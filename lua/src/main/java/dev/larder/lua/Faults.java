package dev.larder.lua;

import dev.larder.lua.compiler.Op;
import org.jspecify.annotations.Nullable;

/** Errors with the words of Lua 5.1: where they are, and which variable they are about. */
final class Faults {
  private Faults() {}

  /**
   * A position for the beginning of a message.
   *
   * @param level 1 for the function on top, 2 for its caller, and so on
   * @return nothing if that is no function of a script
   */
  static String where(Coroutine coroutine, int level) {
    int left = level;
    for (int depth = coroutine.depth; depth > 0 && left > 0; depth--) {
      CallFrame frame = coroutine.frames[depth];
      if (--left == 0) {
        return position(frame);
      }
      left -= frame.kind == CallFrame.LUA ? frame.tailCalls : 0;
    }
    return "";
  }

  /** The position below all frames of a library's code in Lua. */
  static String whereLibraryIsCalled(Coroutine coroutine) {
    int depth = coroutine.depth;
    while (depth > 0
        && coroutine.frames[depth].kind == CallFrame.LUA
        && coroutine.frames[depth].isDisguised()) {
      depth--;
    }
    return depth > 0 ? position(coroutine.frames[depth]) : "";
  }

  private static String position(CallFrame frame) {
    if (frame.isDisguised()) {
      return "";
    }
    Prototype prototype = frame.closure.prototype;
    return prototype.source.chunkName() + ":" + prototype.lineOf(Math.max(frame.pc - 1, 0)) + ": ";
  }

  /** An error of the instruction that is executed. */
  static LuaError atScript(Coroutine coroutine, String message) {
    return new LuaError(position(coroutine.frame()) + message);
  }

  /**
   * An operand, or what is called, is of the wrong type.
   *
   * @param ref the operand as on the stack
   * @param index where it is on the stack, or -1
   */
  static LuaError operand(Coroutine coroutine, String verb, @Nullable Object ref, int index) {
    String type = LuaTypes.nameOf(ref);
    CallFrame frame = coroutine.frame();
    if (!frame.isDisguised() && index >= frame.base && index < frame.end()) {
      VariableNames.Variable variable =
          VariableNames.of(frame.closure.prototype, frame.pc - 1, index - frame.base);
      if (variable != null) {
        return atScript(
            coroutine,
            "attempt to %s %s '%s' (a %s value)"
                .formatted(verb, variable.kind(), variable.name(), type));
      }
    }
    return atScript(coroutine, "attempt to %s a %s value".formatted(verb, type));
  }

  /** Two values that have no order. */
  static LuaError order(Coroutine coroutine, @Nullable Object first, @Nullable Object second) {
    String one = LuaTypes.nameOf(first);
    String other = LuaTypes.nameOf(second);
    return atScript(
        coroutine,
        one.equals(other)
            ? "attempt to compare two %s values".formatted(one)
            : "attempt to compare %s with %s".formatted(one, other));
  }

  /** An argument of the builtin that is called from the frame on top. */
  static LuaError argument(Coroutine coroutine, int i, String message) {
    CallFrame frame = coroutine.frame();
    VariableNames.Variable called = null;
    if (!frame.isDisguised()) {
      int instruction = frame.closure.prototype.code[frame.pc - 1];
      int op = Op.op(instruction);
      if (op == Op.CALL || op == Op.TAILCALL || op == Op.FORCALL) {
        called = VariableNames.of(frame.closure.prototype, frame.pc - 1, Op.a(instruction));
      }
    }
    String name = called == null ? "?" : called.name();
    int number = i;
    if (called != null && called.kind().equals("method")) {
      number--;
      if (number == 0) {
        return new LuaError(
            where(coroutine, 1) + "calling '%s' on bad self (%s)".formatted(name, message));
      }
    }
    return new LuaError(
        where(coroutine, 1) + "bad argument #%d to '%s' (%s)".formatted(number, name, message));
  }
}
