package dev.larder.lua.compiler;

/** Tells what number a numeral is. */
@FunctionalInterface
public interface Numerals {
  /** The number that these bytes are, or NaN if they are none. */
  double parse(byte[] bytes, int from, int length);
}
