package dev.larder.lua;

import org.jspecify.annotations.Nullable;

/** Calls of metamethods, above what the frame on top uses of the stack. */
final class Metamethods {
  private Metamethods() {}

  /** Calls a handler with two values that are on the stack. */
  static void call(
      Machine m, Coroutine co, Object handler, int first, int second, int then, int target) {
    int function = co.frame().end();
    co.ensure(m.state, function + 4);
    co.set(function, handler);
    co.copy(function + 1, first);
    co.copy(function + 2, second);
    m.call(function, 2, 1, then, target);
  }

  /** Calls a handler with values that need not be on the stack. */
  static void call(
      Machine m,
      Coroutine co,
      Object handler,
      @Nullable Object first,
      @Nullable Object second,
      int then,
      int target) {
    int function = co.frame().end();
    co.ensure(m.state, function + 4);
    co.set(function, handler);
    co.set(function + 1, first);
    co.set(function + 2, second);
    m.call(function, 2, 1, then, target);
  }

  /** Calls a handler of an assignment. */
  static void assign(
      Machine m,
      Coroutine co,
      Object handler,
      @Nullable Object object,
      @Nullable Object key,
      @Nullable Object value) {
    int function = co.frame().end();
    co.ensure(m.state, function + 5);
    co.set(function, handler);
    co.set(function + 1, object);
    co.set(function + 2, key);
    co.set(function + 3, value);
    m.call(function, 3, 0, CallFrame.TO_NOTHING, 0);
  }
}
