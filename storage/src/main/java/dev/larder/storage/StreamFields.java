package dev.larder.storage;

import java.util.Arrays;

/**
 * The fields and values of an entry that is being added, by where they lie: memory that stays as it
 * is until the entry was added. Used again for the next one; for one thread.
 */
public final class StreamFields {
  /** Room for more texts than this is not kept. */
  private static final int MAX_KEPT_TEXTS = 1024;

  private long[] addresses = new long[32];
  private int[] lengths = new int[32];
  private int texts;
  private long textBytes;

  StreamFields() {}

  /** Has no pairs any more. */
  public void clear() {
    texts = 0;
    textBytes = 0;
    if (addresses.length > MAX_KEPT_TEXTS) {
      addresses = new long[MAX_KEPT_TEXTS];
      lengths = new int[MAX_KEPT_TEXTS];
    }
  }

  /** Adds a field or, behind it, its value. */
  public void add(long address, int length) {
    if (texts == addresses.length) {
      addresses = Arrays.copyOf(addresses, 2 * texts);
      lengths = Arrays.copyOf(lengths, 2 * texts);
    }
    addresses[texts] = address;
    lengths[texts++] = length;
    textBytes += length;
  }

  /** The number of pairs. */
  public int fieldCount() {
    return texts / 2;
  }

  /** The number of fields and values together. */
  int textCount() {
    return texts;
  }

  /** The length of all fields and values together. */
  long textBytes() {
    return textBytes;
  }

  public long fieldAddress(int index) {
    return addresses[2 * index];
  }

  public int fieldLength(int index) {
    return lengths[2 * index];
  }

  public long valueAddress(int index) {
    return addresses[2 * index + 1];
  }

  public int valueLength(int index) {
    return lengths[2 * index + 1];
  }
}
