package dev.larder.lua;

/** A call that has not returned. Frames are reused: all fields are set when one begins. */
final class CallFrame {
  // What a frame is.
  /** A function of a script. */
  static final int LUA = 0;

  /** The end of a coroutine's stack. */
  static final int BOTTOM = 1;

  static final int PCALL = 2;
  static final int XPCALL = 3;

  /** The handler of xpcall. */
  static final int HANDLER = 4;

  /** coroutine.resume, while the coroutine runs. */
  static final int RESUME = 5;

  /** A function of coroutine.wrap, while the coroutine runs. */
  static final int WRAP = 6;

  // What happens to the results.
  /** They go to where the function was, as many as wanted. */
  static final int TO_CALLER = 0;

  /** The first goes to a register of the caller. */
  static final int TO_REGISTER = 1;

  /** The first decides about the jump that follows in the caller. */
  static final int TO_CONDITION = 2;

  /** As TO_CONDITION, turned around. */
  static final int TO_NEGATED_CONDITION = 3;

  static final int TO_NOTHING = 4;

  /** The first goes to a register of the caller, whose concatenation goes on. */
  static final int TO_CONCAT = 5;

  /** As TO_CALLER, from the iterator of a loop. */
  static final int TO_LOOP = 6;

  /** With TO_CALLER: from a function that a builtin calls. */
  static final int FROM_BUILTIN = 8;

  static final int THEN = 7;

  /** Barriers beyond which calls fail; measured at Redis. */
  static final int BARRIERS_MAX = 198;

  private static final LuaClosure NONE = new LuaClosure(Prototype.NONE, new LuaTable());

  int kind;
  LuaClosure closure = NONE;

  /** Where the function is on the stack; its arguments follow. */
  int function;

  /** The first register. */
  int base;

  /** The next instruction. */
  int pc;

  /** How many results are wanted, -1 for all. */
  int wanted;

  /** What happens to the results, and the register or truth that it is about. */
  int then;

  int target;

  /** How many arguments without names there are, below the base. */
  int varargs;

  /** How many calls this one has taken the place of, as the last act of their functions. */
  int tailCalls;

  /** How many calls of this coroutine, up to this one, cannot be yielded across. */
  int barriers;

  /** How often the handler of this XPCALL has failed. */
  int failures;

  /** Whether it is no function of a script to anybody but the machine. */
  boolean isDisguised() {
    return closure.prototype.disguised;
  }

  /** The first place on the stack that the frame does not use. */
  int end() {
    return base + closure.prototype.registers;
  }

  void setNative() {
    closure = NONE;
  }
}
