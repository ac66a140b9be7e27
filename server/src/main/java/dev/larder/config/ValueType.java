package dev.larder.config;

import java.util.List;

/**
 * How the values of an option are written and read. Stateless.
 *
 * @param <T> the value in Java; immutable
 */
abstract class ValueType<T> {

  /** What a value is, for the reference: {@code yes or no}, {@code integer, 0 to 65535}. */
  abstract String description();

  /**
   * Reads a value.
   *
   * @param text all of it; several words if {@link #isWordList()}
   * @param current the value so far, which some types only change in part
   * @throws ConfigException if it is none, in the words of Redis
   */
  abstract T parse(String text, T current) throws ConfigException;

  /** Reads one more line of a file for an option that was set by an earlier line. */
  T parseMore(String text, T current) throws ConfigException {
    return parse(text, current);
  }

  /** The value as CONFIG GET shows it. */
  String format(T value) {
    return String.valueOf(value);
  }

  /** The value as a line of a file has it, quoted if that is needed. */
  final String formatLine(T value) {
    String text = format(value);
    return isWordList() && !text.isEmpty() ? text : Words.join(List.of(text));
  }

  /** Whether a line of a file may give several words. */
  boolean isWordList() {
    return false;
  }

  /** The value as a number for hot paths; 0 where it is none. */
  long toLong(T value) {
    return value instanceof Number number ? number.longValue() : 0;
  }

  /** One text of the words of a line. */
  String join(List<String> words) {
    // One word may hold all of them, as a shell passes `--save "900 1"`.
    return words.size() > 1 ? Words.join(words) : words.getFirst();
  }
}
