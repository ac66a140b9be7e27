package dev.larder.lua;

/**
 * What a state may take.
 *
 * @param memoryBytes how much its scripts may have at a time, as an estimate of what it takes on
 *     Java's heap
 */
public record LuaLimits(long memoryBytes) {
  /** Limits for tests and programs that trust their scripts. */
  public static final LuaLimits GENEROUS = new LuaLimits(256L << 20);
}
