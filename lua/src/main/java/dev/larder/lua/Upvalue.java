package dev.larder.lua;

import org.jspecify.annotations.Nullable;

/** A variable that closures share: on a stack while its block runs, then in here. */
final class Upvalue {
  /** What the heap takes for one, as an estimate. */
  static final int BYTES = 48;

  /** Whose stack it is on, or null. */
  @Nullable Coroutine open;

  /** Where on the stack. */
  int index;

  /** Its value, once it is not on a stack. */
  @Nullable Object ref;

  double num;

  /** The next one on the same stack, further down. */
  @Nullable Upvalue below;

  Upvalue(@Nullable Coroutine open, int index, @Nullable Upvalue below) {
    this.open = open;
    this.index = index;
    this.below = below;
  }

  /** A variable with a value that is on no stack. */
  static Upvalue of(@Nullable Object value) {
    Upvalue upvalue = new Upvalue(null, 0, null);
    if (value instanceof Double number) {
      upvalue.ref = Marker.NUMBER;
      upvalue.num = number;
    } else {
      upvalue.ref = value;
    }
    return upvalue;
  }

  void close(Coroutine stack) {
    ref = stack.refs[index];
    num = stack.nums[index];
    open = null;
    below = null;
  }
}
