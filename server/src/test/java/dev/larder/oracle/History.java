package dev.larder.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What a transaction, or a command alone, has seen and made of some keys, and when. The version of
 * a key is how often it was written: a counter's value, a list's length.
 */
final class History {
  private static final long NOT_SEEN = -1;

  /** When it can have been executed at the earliest and at the latest, by the clock. */
  private long beginNanos;

  private long endNanos;

  /** The version of each key that it found. */
  private final long[] read;

  /** The last version of each key that it made, 0 for none. */
  private final long[] written;

  /** The lists that it was shown, and those whose last element is its own. */
  private final List<Elements> lists = new ArrayList<>();

  private final List<Elements> pushes = new ArrayList<>();

  /**
   * A part of a list.
   *
   * @param first the version that its first element has made
   */
  record Elements(int key, long first, List<String> texts) {}

  History(int keys) {
    read = new long[keys];
    written = new long[keys];
    Arrays.fill(read, NOT_SEEN);
  }

  History during(long newBeginNanos, long newEndNanos) {
    beginNanos = newBeginNanos;
    endNanos = newEndNanos;
    return this;
  }

  /** Notes that it was shown a version of a key. */
  History sees(int key, long version) {
    long before = written[key] > 0 ? written[key] : read[key];
    assertThat(before).as("a read is repeatable").isIn(NOT_SEEN, version);
    if (before == NOT_SEEN) {
      read[key] = version;
    }
    return this;
  }

  /** Notes that it has made a version of a key. */
  History makes(int key, long version) {
    long before = written[key] > 0 ? written[key] : read[key];
    assertThat(before).as("nobody comes between").isIn(NOT_SEEN, version - 1);
    if (before == NOT_SEEN) {
      read[key] = version - 1;
    }
    written[key] = version;
    return this;
  }

  /** Notes that it was shown all of a list. */
  History sees(int key, List<String> elements) {
    lists.add(new Elements(key, 1, elements));
    return sees(key, elements.size());
  }

  /** Notes that it has added an element to a list. */
  History pushes(int key, long version, String element) {
    pushes.add(new Elements(key, version, List.of(element)));
    return makes(key, version);
  }

  int keys() {
    return read.length;
  }

  boolean isSeen(int key) {
    return read[key] != NOT_SEEN;
  }

  boolean isMade(int key) {
    return written[key] > 0;
  }

  /** The version that it found. */
  long found(int key) {
    return read[key];
  }

  /** The version that it left. */
  long left(int key) {
    return written[key];
  }

  List<Elements> lists() {
    return lists;
  }

  List<Elements> pushes() {
    return pushes;
  }

  long beginNanos() {
    return beginNanos;
  }

  long endNanos() {
    return endNanos;
  }
}
