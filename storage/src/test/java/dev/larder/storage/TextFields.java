package dev.larder.storage;

import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Fields and values of an entry, given as texts.
 *
 * @param at where each text lies
 */
record TextFields(List<String> texts, long[] at) implements StreamFields {
  /** Writes the texts, one char a byte, to an address. */
  static TextFields of(List<String> texts, long address) {
    long[] at = new long[texts.size()];
    long next = address;
    for (int i = 0; i < at.length; i++) {
      byte[] bytes = texts.get(i).getBytes(StandardCharsets.ISO_8859_1);
      Bytes.fromArray(bytes, 0, next, bytes.length);
      at[i] = next;
      next += bytes.length;
    }
    return new TextFields(texts, at);
  }

  @Override
  public int fieldCount() {
    return texts.size() / 2;
  }

  @Override
  public long fieldAddress(int index) {
    return at[2 * index];
  }

  @Override
  public int fieldLength(int index) {
    return texts.get(2 * index).length();
  }

  @Override
  public long valueAddress(int index) {
    return at[2 * index + 1];
  }

  @Override
  public int valueLength(int index) {
    return texts.get(2 * index + 1).length();
  }
}
