package dev.larder.storage.type;

import dev.larder.storage.memory.Memory;

/**
 * The length behind a body of a {@link Listpack}'s entry, by which one walks back: 1 to 5 bytes of
 * seven bits, high bits first. Each byte but the first has its top bit set; so the last byte, from
 * which one reads, tells whether another one lies before it.
 */
final class BackLength {
  private static final int DIGIT_BITS = 7;
  private static final int DIGIT = (1 << DIGIT_BITS) - 1;
  private static final int MORE = 1 << DIGIT_BITS;

  private BackLength() {}

  /** The bytes that tell a body's length. That most sizes end one early is Redis's, too. */
  static int bytes(int body) {
    return body < 1 << 7
        ? 1
        : body < (1 << 14) - 1 ? 2 : body < (1 << 21) - 1 ? 3 : body < (1 << 28) - 1 ? 4 : 5;
  }

  private static byte digit(int body, int bytes, int index) {
    int digit = body >>> DIGIT_BITS * (bytes - 1 - index) & DIGIT;
    return (byte) (index == 0 ? digit : digit | MORE);
  }

  /** Writes a body's length and returns the address behind. */
  static long write(long target, int body) {
    int bytes = bytes(body);
    for (int i = 0; i < bytes; i++) {
      Memory.putByte(target + i, digit(body, bytes, i));
    }
    return target + bytes;
  }

  /** The start of the body whose back length ends before this address. */
  static long bodyBefore(long end) {
    long at = end - 1;
    int digit = Memory.getByte(at);
    int body = digit & DIGIT;
    for (int shift = DIGIT_BITS; (digit & MORE) != 0; shift += DIGIT_BITS) {
      digit = Memory.getByte(--at);
      body |= (digit & DIGIT) << shift;
    }
    return at - body;
  }

  /** Whether this body's length is written here, in the one form that it has. */
  static boolean matches(long address, int body) {
    int bytes = bytes(body);
    for (int i = 0; i < bytes; i++) {
      if (Memory.getByte(address + i) != digit(body, bytes, i)) {
        return false;
      }
    }
    return true;
  }
}
