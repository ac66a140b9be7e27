package dev.larder.command;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.larder.storage.Bytes;

/** Comparisons of raw bytes with keywords, without allocation. */
public final class Ascii {

  private static final long ONES = 0x0101_0101_0101_0101L;
  private static final long HIGH = 0x8080_8080_8080_8080L;

  private Ascii() {}

  /** A keyword for {@link #equalsIgnoreCase}: the ASCII text in lower case. */
  public static byte[] keyword(String text) {
    byte[] bytes = text.getBytes(ISO_8859_1);
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = lower(bytes[i]);
    }
    return bytes;
  }

  /** Folds A to Z, and nothing else. */
  public static byte lower(byte b) {
    return b >= 'A' && b <= 'Z' ? (byte) (b | 0x20) : b;
  }

  /** Folds A to Z in each of the 8 bytes of a word. */
  static long lower(long word) {
    long low7 = word & ~HIGH;
    long aboveZ = low7 + ONES * (0x7f - 'Z');
    long fromA = low7 + ONES * (0x80 - 'A');
    long upper = (fromA ^ aboveZ) & ~word & HIGH;
    return word | (upper >>> 2);
  }

  public static boolean equalsIgnoreCase(long address, int length, byte[] lowerCaseKeyword) {
    if (length != lowerCaseKeyword.length) {
      return false;
    }
    for (int i = 0; i < length; i++) {
      if (lower(Bytes.getByte(address + i)) != lowerCaseKeyword[i]) {
        return false;
      }
    }
    return true;
  }

  public static boolean equals(long address, int length, byte[] bytes) {
    if (length != bytes.length) {
      return false;
    }
    for (int i = 0; i < length; i++) {
      if (Bytes.getByte(address + i) != bytes[i]) {
        return false;
      }
    }
    return true;
  }

  /** A text with its letters A to Z in lower case, and all else as it is. */
  public static String lower(String text) {
    StringBuilder lower = new StringBuilder(text);
    for (int i = 0; i < lower.length(); i++) {
      char c = lower.charAt(i);
      if (c >= 'A' && c <= 'Z') {
        lower.setCharAt(i, (char) (c + ('a' - 'A')));
      }
    }
    return lower.toString();
  }
}
