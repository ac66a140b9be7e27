package dev.larder.lua;

import org.jspecify.annotations.Nullable;

/** An object that scripts keep alive and that takes memory of its own, which is to be bounded. */
public interface Measured {
  /** How much it takes, in bytes, as an estimate; without what it holds. */
  long heapBytes();

  /** A value that it keeps alive; null if there is none. */
  @Nullable Object held();
}
