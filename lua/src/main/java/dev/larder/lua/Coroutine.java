package dev.larder.lua;

import org.jspecify.annotations.Nullable;

/** A thread of a script, with its stack. */
final class Coroutine {
  @Nullable Object[] refs = new @Nullable Object[64];
  double[] nums = new double[64];
}
