package dev.larder.lua.library;

import org.jspecify.annotations.Nullable;

/*
 * A pattern as a list of items, which are tried one after the other. An item is one character, or
 * what stands for it, with its repetition; or the begin or end of a capture; or one of the rest.
 *
 * Lua finds mistakes in a pattern only when it gets there: "a[" finds nothing in "b", and is
 * malformed in "a". So a mistake is an item like others, the last one, which raises its error.
 *
 * Where captures begin and end is known beforehand, since a pattern is a line without branches:
 * every way to its end passes all its items in order.
 */

/** A pattern of Lua 5.1, prepared for matching. Immutable. */
final class Pattern {
  /** The most captures a pattern may have. */
  static final int CAPTURES_MAX = 32;

  /** Operations: what an item does. */
  static final byte END = 0;

  static final byte ONE = 1;
  static final byte OPTIONAL = 2;
  static final byte STAR = 3;
  static final byte PLUS = 4;
  static final byte LAZY = 5;
  static final byte OPEN = 6;
  static final byte CLOSE = 7;
  static final byte BALANCE = 8;
  static final byte FRONTIER = 9;
  static final byte BACK_REFERENCE = 10;
  static final byte END_OF_SOURCE = 11;
  static final byte MISTAKE = 12;

  /** Kinds: which characters a {@link #ONE} and the like fits. */
  static final byte CHARACTER = 0;

  static final byte ANY = 1;
  static final byte SET = 2;

  /** For each item its operation, its kind, and a character, a set's index, a capture's number. */
  final byte[] operations;

  final byte[] kinds;
  final int[] arguments;

  /** Sets of characters, four words each. */
  final long[] sets;

  /** What is wrong with the pattern, for {@link #MISTAKE}. */
  final @Nullable String mistake;

  /** How many captures there are, and for each whether it is only a position; and if it ends. */
  final int captures;

  final boolean[] positions;
  final boolean[] closed;

  Pattern(
      byte[] operations,
      byte[] kinds,
      int[] arguments,
      long[] sets,
      @Nullable String mistake,
      int captures,
      boolean[] positions,
      boolean[] closed) {
    this.operations = operations;
    this.kinds = kinds;
    this.arguments = arguments;
    this.sets = sets;
    this.mistake = mistake;
    this.captures = captures;
    this.positions = positions;
    this.closed = closed;
  }

  /** Whether a set has a character. */
  boolean contains(int set, byte character) {
    int value = character & 0xFF;
    return (sets[4 * set + (value >>> 6)] & 1L << value) != 0;
  }
}
