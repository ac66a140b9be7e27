package dev.larder.storage.type;

import dev.larder.storage.memory.HotPath;
import dev.larder.storage.memory.Memory;

/*
 * Redis's intset: a small set of integers as a sorted array, in Redis's own byte format, so that
 * DUMP and RDB files copy it verbatim. All numbers are little-endian.
 *
 *   0               4          8
 *   +---------------+----------+-----------+- - - -+---------------+
 *   | element bytes | count    | element 0 |       | element n - 1 |    element bytes: 2, 4 or 8
 *   +---------------+----------+-----------+- - - -+---------------+
 *
 * The elements are as wide as the widest one that ever came in needs; removing narrows nothing.
 */

/**
 * Access to intsets at absolute addresses. A method that adds needs the room already there: {@link
 * #bytesAfterAdd}. For the owner of the memory; everything but {@link #validate} trusts the intset.
 */
@HotPath
public final class Intset {
  private static final int COUNT = Integer.BYTES;

  /** The bytes of an intset without elements. */
  public static final int HEADER_BYTES = COUNT + Integer.BYTES;

  /** The largest intset; a caller converts to another encoding long before. */
  public static final int MAX_BYTES = 1 << 30;

  private Intset() {}

  /** Makes an empty intset of {@link #HEADER_BYTES}. */
  public static void writeEmpty(long set) {
    writeHeader(set, Short.BYTES, 0);
  }

  private static void writeHeader(long set, int elementBytes, int count) {
    Memory.putInt(set, elementBytes);
    Memory.putInt(set + COUNT, count);
  }

  /** The bytes of each element: 2, 4 or 8. */
  public static int elementBytes(long set) {
    return Memory.getInt(set);
  }

  /** The bytes that an element of this value needs: 2, 4 or 8. */
  public static int elementBytesFor(long value) {
    return value == (short) value ? Short.BYTES : value == (int) value ? Integer.BYTES : Long.BYTES;
  }

  public static int count(long set) {
    return Memory.getInt(set + COUNT);
  }

  /** The bytes of the intset, header included. */
  public static int bytes(long set) {
    return HEADER_BYTES + count(set) * elementBytes(set);
  }

  /** The bytes that the intset has once a value is added that it lacks. */
  public static int bytesAfterAdd(long set, long value) {
    long elementBytes = Math.max(elementBytes(set), elementBytesFor(value));
    long bytes = HEADER_BYTES + (count(set) + 1) * elementBytes;
    assert bytes <= MAX_BYTES;
    return (int) bytes;
  }

  /** The element at an index from 0, which is the least one, to count - 1. */
  public static long get(long set, int index) {
    assert index >= 0 && index < count(set);
    return get(set, elementBytes(set), index);
  }

  private static long get(long set, int elementBytes, int index) {
    long address = address(set, elementBytes, index);
    return switch (elementBytes) {
      case Short.BYTES -> Memory.getShort(address);
      case Integer.BYTES -> Memory.getInt(address);
      default -> Memory.getLong(address);
    };
  }

  private static void put(long set, int elementBytes, int index, long value) {
    long address = address(set, elementBytes, index);
    switch (elementBytes) {
      case Short.BYTES -> Memory.putShort(address, (short) value);
      case Integer.BYTES -> Memory.putInt(address, (int) value);
      default -> Memory.putLong(address, value);
    }
  }

  private static long address(long set, int elementBytes, int index) {
    return set + HEADER_BYTES + (long) index * elementBytes;
  }

  /** The least element; there must be one. */
  public static long min(long set) {
    return get(set, 0);
  }

  /** The greatest element; there must be one. */
  public static long max(long set) {
    return get(set, count(set) - 1);
  }

  /**
   * Finds a value, in O(log n); at once if it lies beyond the greatest.
   *
   * @return its index, or {@code -1 - index} of the place where it belongs
   */
  public static int find(long set, long value) {
    int elementBytes = elementBytes(set);
    int low = 0;
    int high = count(set) - 1;
    if (high >= 0 && value > get(set, elementBytes, high)) {
      return -1 - (high + 1);
    }
    while (low <= high) {
      int middle = (low + high) >>> 1;
      long element = get(set, elementBytes, middle);
      if (element == value) {
        return middle;
      }
      if (element < value) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    return -1 - low;
  }

  /** Adds a value; false if it is there already. O(n). */
  public static boolean add(long set, long value) {
    int found = find(set, value);
    if (found < 0) {
      insert(set, -1 - found, value);
    }
    return found < 0;
  }

  /** Adds a value that {@link #find} has not found, at the index where it belongs. O(n). */
  public static void insert(long set, int index, long value) {
    int elementBytes = elementBytes(set);
    int count = count(set);
    int neededBytes = elementBytesFor(value);
    assert find(set, value) == -1 - index && bytesAfterAdd(set, value) > 0;
    if (neededBytes > elementBytes) {
      widen(set, elementBytes, neededBytes, index == 0 ? 1 : 0);
      elementBytes = neededBytes;
    } else {
      long address = address(set, elementBytes, index);
      Memory.copy(address, address + elementBytes, (long) (count - index) * elementBytes);
    }
    put(set, elementBytes, index, value);
    writeHeader(set, elementBytes, count + 1);
  }

  /**
   * Makes the elements wider in place, the last one first, so that none is overwritten unread. A
   * value that needs this lies outside of all others: it comes before the first or after the last.
   */
  private static void widen(long set, int oldBytes, int newBytes, int distance) {
    for (int i = count(set) - 1; i >= 0; i--) {
      put(set, newBytes, i + distance, get(set, oldBytes, i));
    }
  }

  /** Removes a value; false if it is not there. O(n). */
  public static boolean remove(long set, long value) {
    int found = find(set, value);
    if (found >= 0) {
      removeAt(set, found);
    }
    return found >= 0;
  }

  /** Removes the element at an index. O(n). */
  public static void removeAt(long set, int index) {
    int elementBytes = elementBytes(set);
    int count = count(set);
    assert index >= 0 && index < count;
    long address = address(set, elementBytes, index);
    Memory.copy(address + elementBytes, address, (long) (count - 1 - index) * elementBytes);
    Memory.putInt(set + COUNT, count - 1);
  }

  /**
   * Whether untrusted bytes are an intset of exactly that length, sorted and without duplicates; an
   * empty one is valid. Reads nothing outside. O(n).
   */
  public static boolean validate(long address, long bytes) {
    if (bytes < HEADER_BYTES || bytes > MAX_BYTES) {
      return false;
    }
    int elementBytes = elementBytes(address);
    int count = count(address);
    if ((elementBytes != Short.BYTES && elementBytes != Integer.BYTES && elementBytes != Long.BYTES)
        || count < 0
        || HEADER_BYTES + (long) count * elementBytes != bytes) {
      return false;
    }
    for (int i = 1; i < count; i++) {
      if (get(address, elementBytes, i - 1) >= get(address, elementBytes, i)) {
        return false;
      }
    }
    return true;
  }
}
