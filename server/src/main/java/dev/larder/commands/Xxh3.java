package dev.larder.commands;

import dev.larder.storage.Bytes;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.HexFormat;

/*
 * XXH3 with 64 bits, seed 0 and the default secret, after its specification
 * (https://github.com/Cyan4973/xxHash/blob/dev/doc/xxhash_spec.md).
 *
 * Inputs of up to 240 bytes are hashed by four formulas of their own. A longer one runs through
 * eight accumulators:
 *
 *   | block of 16 stripes | block ... | last block: 1 to 1024 bytes          |
 *   | 64 | 64 | ...  | 64 |           | full stripes but the last | last 64  |
 *                                                                 <---------->
 *                                    these may reach back into the block before
 *
 * Each stripe is mixed with a window of the secret that moves by 8 bytes; a scramble ends each
 * block except the last. So an input can be taken in pieces of whole blocks, and its end be done
 * with when it is known.
 */

/** The hash of DIGEST; all at once, or in pieces of whole blocks. An instance hashes one input. */
final class Xxh3 {

  static final int BLOCK_BYTES = 1024;

  /** An input longer than this is hashed by an instance. */
  static final int MAX_SHORT_BYTES = 240;

  private static final int STRIPE_BYTES = 64;

  private static final long PRIME32_1 = 0x9E3779B1L;
  private static final long PRIME32_2 = 0x85EBCA77L;
  private static final long PRIME32_3 = 0xC2B2AE3DL;
  private static final long PRIME64_1 = 0x9E3779B185EBCA87L;
  private static final long PRIME64_2 = 0xC2B2AE3D27D4EB4FL;
  private static final long PRIME64_3 = 0x165667B19E3779F9L;
  private static final long PRIME64_4 = 0x85EBCA77C2B2AE63L;
  private static final long PRIME64_5 = 0x27D4EB2F165667C5L;
  private static final long PRIME_MX1 = 0x165667919E3779F9L;
  private static final long PRIME_MX2 = 0x9FB21C651E98DF25L;

  private static final byte[] SECRET =
      HexFormat.of()
          .parseHex(
              "b8fe6c3923a44bbe7c01812cf721ad1cded46de9839097db7240a4a4b7b3671f"
                  + "cb79e64eccc0e578825ad07dccff7221b8084674f743248ee03590e6813a264c"
                  + "3c2852bb91c300cb88d0658b1b532ea371644897a20df94e3819ef46a9deacd8"
                  + "a8fa763fe39c343ff9dcbbc7c70b4f1d8a51e04bcdb45931c89f7ec9d9787364"
                  + "eac5ac8334d3ebc3c581a0fffa1363eb170ddd51b7f0da49d316552629d4689e"
                  + "2b16be587d47a1fc8ff8b8d17ad031ce45cb3a8f95160428afd7fbcabb4b407e");

  private static final VarHandle WORD =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  /** The secret by words, for windows that begin at one. */
  private static final long[] SECRET_WORDS = secretWords();

  private static final int LANES = 8;
  private static final int STRIPES_PER_BLOCK = BLOCK_BYTES / STRIPE_BYTES;
  private static final int SCRAMBLE_WORD = STRIPES_PER_BLOCK;
  private static final int LAST_STRIPE_OFFSET = 121;
  private static final int MERGE_OFFSET = 11;

  private final long[] accumulators = {
    PRIME32_3, PRIME64_1, PRIME64_2, PRIME64_3, PRIME64_4, PRIME32_2, PRIME64_5, PRIME32_1
  };

  private static long[] secretWords() {
    long[] words = new long[SECRET.length / Long.BYTES];
    for (int i = 0; i < words.length; i++) {
      words[i] = secret(i * Long.BYTES);
    }
    return words;
  }

  private static long secret(int offset) {
    return (long) WORD.get(SECRET, offset);
  }

  /** The hash of adjacent bytes. */
  static long hash(long address, long length) {
    if (length <= MAX_SHORT_BYTES) {
      return hashShort(address, (int) length);
    }
    Xxh3 hash = new Xxh3();
    long blocks = blocksBeforeLast(length) * BLOCK_BYTES;
    hash.blocks(address, blocks);
    return hash.finish(address + blocks, address + blocks, length);
  }

  // ---- long inputs, in pieces

  /** The number of blocks of a long input that {@link #blocks} takes; {@link #finish} the rest. */
  static long blocksBeforeLast(long length) {
    return (length - 1) / BLOCK_BYTES;
  }

  /**
   * Takes the next bytes of the input, which is longer than {@link #MAX_SHORT_BYTES}.
   *
   * @param length a multiple of {@link #BLOCK_BYTES}
   */
  void blocks(long address, long length) {
    assert length % BLOCK_BYTES == 0;
    for (long at = 0; at < length; at += BLOCK_BYTES) {
      stripes(address + at, STRIPES_PER_BLOCK);
      scramble();
    }
  }

  /**
   * Takes the end of the input.
   *
   * @param rest the bytes behind the blocks, of which there is at least one
   * @param before where the bytes before the rest end: at {@code rest} unless they lie elsewhere
   * @param length the length of the whole input
   */
  long finish(long rest, long before, long length) {
    long restLength = length - blocksBeforeLast(length) * BLOCK_BYTES;
    stripes(rest, (int) ((restLength - 1) / STRIPE_BYTES));
    for (int i = 0; i < LANES; i++) {
      long data = word(rest, before, restLength - STRIPE_BYTES + i * Long.BYTES);
      accumulators[i ^ 1] += data;
      accumulators[i] += product(data ^ secret(LAST_STRIPE_OFFSET + i * Long.BYTES));
    }
    long result = length * PRIME64_1;
    for (int i = 0; i < LANES; i += 2) {
      result +=
          fold(
              accumulators[i] ^ secret(MERGE_OFFSET + i * Long.BYTES),
              accumulators[i + 1] ^ secret(MERGE_OFFSET + (i + 1) * Long.BYTES));
    }
    return avalanche(result);
  }

  /** The word at an offset from the rest, which may begin in the bytes before it. */
  private static long word(long rest, long before, long offset) {
    if (offset >= 0 || before == rest) {
      return Bytes.getLong(rest + offset);
    }
    if (offset <= -Long.BYTES) {
      return Bytes.getLong(before + offset);
    }
    long word = 0;
    for (int i = Long.BYTES - 1; i >= 0; i--) {
      long at = offset + i < 0 ? before + offset + i : rest + offset + i;
      word = word << Byte.SIZE | (Bytes.getByte(at) & 0xFF);
    }
    return word;
  }

  /** The product of the two halves of a word. */
  private static long product(long value) {
    return (value & 0xFFFF_FFFFL) * (value >>> Integer.SIZE);
  }

  /** Mixes stripes from the beginning of a block on, with the accumulators in registers. */
  private void stripes(long address, int count) {
    long a0 = accumulators[0];
    long a1 = accumulators[1];
    long a2 = accumulators[2];
    long a3 = accumulators[3];
    long a4 = accumulators[4];
    long a5 = accumulators[5];
    long a6 = accumulators[6];
    long a7 = accumulators[7];
    for (int n = 0; n < count; n++) {
      long at = address + (long) n * STRIPE_BYTES;
      long d0 = Bytes.getLong(at);
      long d1 = Bytes.getLong(at + 8);
      long d2 = Bytes.getLong(at + 16);
      long d3 = Bytes.getLong(at + 24);
      long d4 = Bytes.getLong(at + 32);
      long d5 = Bytes.getLong(at + 40);
      long d6 = Bytes.getLong(at + 48);
      long d7 = Bytes.getLong(at + 56);
      a0 += d1 + product(d0 ^ SECRET_WORDS[n]);
      a1 += d0 + product(d1 ^ SECRET_WORDS[n + 1]);
      a2 += d3 + product(d2 ^ SECRET_WORDS[n + 2]);
      a3 += d2 + product(d3 ^ SECRET_WORDS[n + 3]);
      a4 += d5 + product(d4 ^ SECRET_WORDS[n + 4]);
      a5 += d4 + product(d5 ^ SECRET_WORDS[n + 5]);
      a6 += d7 + product(d6 ^ SECRET_WORDS[n + 6]);
      a7 += d6 + product(d7 ^ SECRET_WORDS[n + 7]);
    }
    accumulators[0] = a0;
    accumulators[1] = a1;
    accumulators[2] = a2;
    accumulators[3] = a3;
    accumulators[4] = a4;
    accumulators[5] = a5;
    accumulators[6] = a6;
    accumulators[7] = a7;
  }

  private void scramble() {
    for (int i = 0; i < LANES; i++) {
      long a = accumulators[i];
      accumulators[i] = (a ^ a >>> 47 ^ SECRET_WORDS[SCRAMBLE_WORD + i]) * PRIME32_1;
    }
  }

  // ---- short inputs

  private static long hashShort(long address, int length) {
    if (length > 128) {
      return hash129To240(address, length);
    }
    if (length > 16) {
      return hash17To128(address, length);
    }
    if (length > 8) {
      long low = secret(24) ^ secret(32) ^ Bytes.getLong(address);
      long high = secret(40) ^ secret(48) ^ Bytes.getLong(address + length - Long.BYTES);
      return avalanche(length + Long.reverseBytes(low) + high + fold(low, high));
    }
    if (length > 3) {
      return hash4To8(address, length);
    }
    if (length > 0) {
      return hash1To3(address, length);
    }
    return avalancheOf64(secret(56) ^ secret(64));
  }

  private static long hash1To3(long address, int length) {
    int first = Bytes.getByte(address) & 0xFF;
    int middle = Bytes.getByte(address + (length >>> 1)) & 0xFF;
    int last = Bytes.getByte(address + length - 1) & 0xFF;
    int combined = last | length << 8 | first << 16 | middle << 24;
    int key = (int) secret(0) ^ (int) secret(4);
    return avalancheOf64(Integer.toUnsignedLong(key) ^ Integer.toUnsignedLong(combined));
  }

  private static long hash4To8(long address, int length) {
    long last = Integer.toUnsignedLong(Bytes.getInt(address + length - Integer.BYTES));
    long first = Integer.toUnsignedLong(Bytes.getInt(address));
    long value = secret(8) ^ secret(16) ^ (last | first << Integer.SIZE);
    value ^= Long.rotateLeft(value, 49) ^ Long.rotateLeft(value, 24);
    value *= PRIME_MX2;
    value ^= (value >>> 35) + length;
    value *= PRIME_MX2;
    return value ^ value >>> 28;
  }

  private static long hash17To128(long address, int length) {
    long sum = length * PRIME64_1;
    for (int i = (length - 1) >>> 5; i >= 0; i--) {
      sum += mix(address + i * 16, i * 32);
      sum += mix(address + length - i * 16 - 16, i * 32 + 16);
    }
    return avalanche(sum);
  }

  private static long hash129To240(long address, int length) {
    long sum = length * PRIME64_1;
    for (int i = 0; i < 8; i++) {
      sum += mix(address + i * 16, i * 16);
    }
    sum = avalanche(sum);
    for (int i = 8; i < length >>> 4; i++) {
      sum += mix(address + i * 16, (i - 8) * 16 + 3);
    }
    return avalanche(sum + mix(address + length - 16, 119));
  }

  private static long mix(long address, int secretOffset) {
    return fold(
        Bytes.getLong(address) ^ secret(secretOffset),
        Bytes.getLong(address + Long.BYTES) ^ secret(secretOffset + Long.BYTES));
  }

  /** Both halves of the product of two unsigned words, combined. */
  private static long fold(long left, long right) {
    return left * right ^ Math.unsignedMultiplyHigh(left, right);
  }

  private static long avalanche(long hash) {
    long mixed = (hash ^ hash >>> 37) * PRIME_MX1;
    return mixed ^ mixed >>> 32;
  }

  /** The last step of the older XXH64. */
  private static long avalancheOf64(long hash) {
    long mixed = (hash ^ hash >>> 33) * PRIME64_2;
    mixed = (mixed ^ mixed >>> 29) * PRIME64_3;
    return mixed ^ mixed >>> 32;
  }
}
