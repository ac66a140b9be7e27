package dev.larder.commands;

import dev.larder.storage.Bytes;
import dev.larder.storage.Keyspace;
import dev.larder.storage.StagedString;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The elements that SORT sorts, outside of the Java heap: a table of items, and texts in pieces
 * that do not move.
 *
 * <pre>
 *   0         8           16          24         28
 *   +---------+-----------+-----------+----------+----------+
 *   | score   | weight    | element   | weight   | element  |    weight: what BY names; 0 = none
 *   |         | address   | address   | length   | length   |
 *   +---------+-----------+-----------+----------+----------+
 * </pre>
 */
final class SortItems implements AutoCloseable {
  private static final int SCORE = 0;
  private static final int WEIGHT = 8;
  private static final int ELEMENT = 16;
  private static final int WEIGHT_LENGTH = 24;
  private static final int ELEMENT_LENGTH = 28;
  private static final int ITEM_BYTES = 32;
  private static final long PIECE_BYTES = 1 << 20;

  /** Runs of so many items are sorted by insertion. */
  private static final int SHORT_RUN = 8;

  private final Keyspace keyspace;
  private final List<StagedString> pieces = new ArrayList<>();
  private final @Nullable StagedString table;

  /** Items, and as much room again to merge into. */
  private long items;

  private long merged;
  private int count;
  private long next;
  private long end;
  private boolean isExhausted;

  /** Room for so many items; {@link #isExhausted} tells whether memory sufficed, now and later. */
  SortItems(Keyspace keyspace, long capacity) {
    this.keyspace = keyspace;
    table = StagedString.allocate(keyspace, 0, Math.max(1, 2 * capacity * ITEM_BYTES));
    isExhausted = table == null;
    if (table != null) {
      items = table.address();
      merged = items + capacity * ITEM_BYTES;
    }
  }

  boolean isExhausted() {
    return isExhausted;
  }

  int count() {
    return count;
  }

  /** Room for a text that stays where it is; 0 when memory is exhausted. */
  long text(int length) {
    if (next + length > end || next == 0) {
      StagedString piece =
          StagedString.allocate(keyspace, 0, Math.max(PIECE_BYTES, Math.max(1, length)));
      if (piece == null) {
        isExhausted = true;
        return 0;
      }
      pieces.add(piece);
      next = piece.address();
      end = next + piece.length();
    }
    long address = next;
    next += length;
    return address;
  }

  /** Adds an item. */
  void add(long element, int length) {
    long item = items + (long) count++ * ITEM_BYTES;
    Bytes.putLong(item + SCORE, 0);
    Bytes.putLong(item + WEIGHT, 0);
    Bytes.putLong(item + ELEMENT, element);
    Bytes.putInt(item + WEIGHT_LENGTH, 0);
    Bytes.putInt(item + ELEMENT_LENGTH, length);
  }

  long element(int index) {
    return Bytes.getLong(items + (long) index * ITEM_BYTES + ELEMENT);
  }

  int elementLength(int index) {
    return Bytes.getInt(items + (long) index * ITEM_BYTES + ELEMENT_LENGTH);
  }

  /** What a numeric sort sorts by. */
  void score(int index, double score) {
    Bytes.putLong(items + (long) index * ITEM_BYTES + SCORE, Double.doubleToRawLongBits(score));
  }

  /** What an alphabetical sort sorts by. */
  void weight(int index, long address, int length) {
    long item = items + (long) index * ITEM_BYTES;
    Bytes.putLong(item + WEIGHT, address);
    Bytes.putInt(item + WEIGHT_LENGTH, length);
  }

  /** Sorts the items: a merge sort, stable and without the heap. */
  void sort(boolean isAlpha, boolean isDescending) {
    for (int from = 0; from < count; from += SHORT_RUN) {
      insertionSort(from, Math.min(count, from + SHORT_RUN), isAlpha, isDescending);
    }
    for (long run = SHORT_RUN; run < count; run *= 2) {
      for (long from = 0; from < count; from += 2 * run) {
        merge(
            from,
            Math.min(count, from + run),
            Math.min(count, from + 2 * run),
            isAlpha,
            isDescending);
      }
      long sorted = merged;
      merged = items;
      items = sorted;
    }
  }

  private void insertionSort(int from, int to, boolean isAlpha, boolean isDescending) {
    long scratch = merged;
    for (int i = from + 1; i < to; i++) {
      long item = items + (long) i * ITEM_BYTES;
      int at = i;
      while (at > from
          && isBefore(item, items + (long) (at - 1) * ITEM_BYTES, isAlpha, isDescending)) {
        at--;
      }
      if (at < i) {
        long target = items + (long) at * ITEM_BYTES;
        Bytes.copy(item, scratch, ITEM_BYTES);
        Bytes.copy(target, target + ITEM_BYTES, item - target);
        Bytes.copy(scratch, target, ITEM_BYTES);
      }
    }
  }

  private void merge(long from, long middle, long to, boolean isAlpha, boolean isDescending) {
    long left = items + from * ITEM_BYTES;
    long leftEnd = items + middle * ITEM_BYTES;
    long right = leftEnd;
    long rightEnd = items + to * ITEM_BYTES;
    long target = merged + from * ITEM_BYTES;
    while (left < leftEnd && right < rightEnd) {
      boolean takesRight = isBefore(right, left, isAlpha, isDescending);
      Bytes.copy(takesRight ? right : left, target, ITEM_BYTES);
      target += ITEM_BYTES;
      if (takesRight) {
        right += ITEM_BYTES;
      } else {
        left += ITEM_BYTES;
      }
    }
    Bytes.copy(left, target, leftEnd - left);
    Bytes.copy(right, target + (leftEnd - left), rightEnd - right);
  }

  private static boolean isBefore(long left, long right, boolean isAlpha, boolean isDescending) {
    int order = isAlpha ? compareWeights(left, right) : compareScores(left, right);
    return isDescending ? order > 0 : order < 0;
  }

  private static int compareWeights(long left, long right) {
    long leftWeight = Bytes.getLong(left + WEIGHT);
    long rightWeight = Bytes.getLong(right + WEIGHT);
    if (leftWeight == 0 || rightWeight == 0) {
      return Boolean.compare(leftWeight != 0, rightWeight != 0);
    }
    return Bytes.compare(
        leftWeight,
        Bytes.getInt(left + WEIGHT_LENGTH),
        rightWeight,
        Bytes.getInt(right + WEIGHT_LENGTH));
  }

  /** Elements of one score are in the order of their bytes, so that results are reproducible. */
  private static int compareScores(long left, long right) {
    double leftScore = Double.longBitsToDouble(Bytes.getLong(left + SCORE));
    double rightScore = Double.longBitsToDouble(Bytes.getLong(right + SCORE));
    if (leftScore != rightScore) {
      return leftScore < rightScore ? -1 : 1;
    }
    return Bytes.compare(
        Bytes.getLong(left + ELEMENT),
        Bytes.getInt(left + ELEMENT_LENGTH),
        Bytes.getLong(right + ELEMENT),
        Bytes.getInt(right + ELEMENT_LENGTH));
  }

  @Override
  public void close() {
    pieces.forEach(StagedString::close);
    if (table != null) {
      table.close();
    }
  }
}
