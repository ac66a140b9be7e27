package dev.larder.lua;

import org.jspecify.annotations.Nullable;

/** One interpreter: globals, and what its scripts may take. Used by one thread at a time. */
public final class LuaState {
  private final LuaLimits limits;
  private final LuaTable globals = new LuaTable();
  private @Nullable LuaTable stringMetatable;
  final Call call = new Call(this);

  /** Makes a state without any globals. */
  public LuaState(LuaLimits limits) {
    this.limits = limits;
  }

  /** The table of global variables. */
  public LuaTable globals() {
    return globals;
  }

  /** Gives all strings a metatable. */
  public void stringMetatable(@Nullable LuaTable table) {
    stringMetatable = table;
  }

  /** The metatable of all strings. */
  public @Nullable LuaTable stringMetatable() {
    return stringMetatable;
  }

  /** Begins to execute a function; the run does nothing before it is resumed. */
  public Run start(LuaFunction function, @Nullable Object... arguments) {
    return new Run(this, function, arguments);
  }

  LuaError argumentError(int i, String message) {
    return new LuaError(where(1) + "bad argument #" + i + " to '?' (" + message + ")");
  }

  String where(int level) {
    return "";
  }

  void stepInBuiltin(int work) {}

  void allocate(long bytes) {
    if (bytes > limits.memoryBytes()) {
      throw new LuaError("not enough memory");
    }
  }
}
