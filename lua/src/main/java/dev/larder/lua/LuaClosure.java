package dev.larder.lua;

/** A function of a script, with the variables of its surroundings. */
final class LuaClosure extends LuaFunction {
  /** What the heap takes for one, and for each captured variable, as an estimate. */
  static final int BYTES = 40;

  final Prototype prototype;
  final Upvalue[] upvalues;

  /** Where its global variables are. */
  final LuaTable globals;

  LuaClosure(Prototype prototype, LuaTable globals) {
    this.prototype = prototype;
    this.globals = globals;
    upvalues = new Upvalue[prototype.captures.length];
  }
}
