package dev.larder.lua.data;

/** Limits that scripts see because the libraries in C keep their work on Lua's stack. */
final class CStack {
  /** How many values one function in C may have on the stack. */
  static final int SLOTS_MAX = 8000;

  /** What a string takes besides its bytes, as an estimate. */
  static final int STRING_BYTES = 40;

  /** What a table takes without its values, as an estimate. */
  static final int TABLE_BYTES = 80;

  /** What a value in a table takes, as an estimate that knows of growing tables. */
  static final int VALUE_BYTES = 48;

  private CStack() {}
}
