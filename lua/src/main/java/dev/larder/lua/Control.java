package dev.larder.lua;

import org.jspecify.annotations.Nullable;

/** A builtin that the machine executes itself, because it makes or leaves frames. */
final class Control extends Builtin {
  /** What it does. */
  enum Action {
    PCALL,
    XPCALL,
    RESUME,
    WRAPPED,
    YIELD
  }

  final Action action;

  /** The coroutine that a function of coroutine.wrap resumes. */
  final @Nullable Coroutine coroutine;

  Control(String name, Action action, @Nullable Coroutine coroutine) {
    super(name);
    this.action = action;
    this.coroutine = coroutine;
  }

  @Override
  protected void call(Call call) {
    throw new AssertionError("the machine executes " + name());
  }
}
