package dev.larder.bench;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;

/**
 * Keys and values as functions of a key's number, so that a reply can be checked to the last byte
 * without remembering what was stored.
 *
 * <p>A key is 16 hex digits of a bijective mix of its number. A value is a table of random words,
 * each combined with a hash of the number: incompressible within a value, different between values.
 * Buffers are little-endian.
 */
final class KeyValues {
  static final int KEY_LENGTH = 16;
  static final int MAX_VALUE_LENGTH = 1 << 20;

  private static final long[] WORDS = new long[MAX_VALUE_LENGTH / Long.BYTES];

  static {
    SplittableRandom random = new SplittableRandom(20_251_121);
    for (int i = 0; i < WORDS.length; i++) {
      WORDS[i] = random.nextLong();
    }
  }

  private KeyValues() {}

  static void putKey(ByteBuffer to, int offset, long number) {
    long mixed = mix(number);
    to.putLong(offset, hexDigits(mixed & 0xffff_ffffL));
    to.putLong(offset + Long.BYTES, hexDigits(mixed >>> 32));
  }

  static boolean keyMatches(ByteBuffer in, int offset, long number) {
    long mixed = mix(number);
    return in.getLong(offset) == hexDigits(mixed & 0xffff_ffffL)
        && in.getLong(offset + Long.BYTES) == hexDigits(mixed >>> 32);
  }

  /** The number whose key these 16 bytes are; any number where they are no key. */
  static long numberOfKey(ByteBuffer in, int offset) {
    return unmix(hexValue(in.getLong(offset)) | hexValue(in.getLong(offset + Long.BYTES)) << 32);
  }

  /** The key as text, for commands that are sent once. */
  static String key(long number) {
    ByteBuffer bytes = ByteBuffer.allocate(KEY_LENGTH).order(ByteOrder.LITTLE_ENDIAN);
    putKey(bytes, 0, number);
    return new String(bytes.array(), StandardCharsets.US_ASCII);
  }

  /** {@code length} is a multiple of 8, at most {@link #MAX_VALUE_LENGTH}. */
  static void putValue(ByteBuffer to, int offset, int length, long number) {
    long salt = mix(~number);
    int at = offset;
    for (int i = 0; i < length >> 3; i++, at += Long.BYTES) {
      to.putLong(at, WORDS[i] ^ salt);
    }
  }

  static boolean valueMatches(ByteBuffer in, int offset, int length, long number) {
    long salt = mix(~number);
    long difference = 0;
    int at = offset;
    for (int i = 0; i < length >> 3; i++, at += Long.BYTES) {
      difference |= in.getLong(at) ^ WORDS[i] ^ salt;
    }
    return difference == 0;
  }

  /** The number whose value begins with these 8 bytes; any number where no value does. */
  static long numberOfValue(ByteBuffer in, int offset) {
    return ~unmix(in.getLong(offset) ^ WORDS[0]);
  }

  /** The finalizer of splitmix64, a bijection. */
  static long mix(long number) {
    long z = number + 0x9e37_79b9_7f4a_7c15L;
    z = (z ^ (z >>> 30)) * 0xbf58_476d_1ce4_e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d0_49bb_1331_11ebL;
    return z ^ (z >>> 31);
  }

  /** The inverse of {@link #mix}: its factors' inverses modulo 2^64, its steps backwards. */
  static long unmix(long mixed) {
    long z = mixed ^ mixed >>> 31 ^ mixed >>> 62;
    z *= 0x3196_42b2_d24d_8ec3L;
    z ^= z >>> 27 ^ z >>> 54;
    z *= 0x96de_1b17_3f11_9089L;
    z ^= z >>> 30 ^ z >>> 60;
    return z - 0x9e37_79b9_7f4a_7c15L;
  }

  /** The 32-bit number of eight hex digits as {@link #hexDigits} makes them. */
  private static long hexValue(long digits) {
    long letters = digits >>> 6 & 0x0101_0101_0101_0101L;
    long v = (digits & 0x0f0f_0f0f_0f0f_0f0fL) + 9 * letters;
    v = (v | v >>> 4) & 0x00ff_00ff_00ff_00ffL;
    v = (v | v >>> 8) & 0x0000_ffff_0000_ffffL;
    return (v | v >>> 16) & 0xffff_ffffL;
  }

  /** Eight hex digits of a 32-bit number, least significant first, one per byte. */
  private static long hexDigits(long number) {
    long v = (number | number << 16) & 0x0000_ffff_0000_ffffL;
    v = (v | v << 8) & 0x00ff_00ff_00ff_00ffL;
    v = (v | v << 4) & 0x0f0f_0f0f_0f0f_0f0fL;
    long letters = (v + 0x0606_0606_0606_0606L >>> 4) & 0x0101_0101_0101_0101L;
    return v + 0x3030_3030_3030_3030L + letters * ('a' - '0' - 10);
  }
}
