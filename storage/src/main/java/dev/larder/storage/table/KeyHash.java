package dev.larder.storage.table;

import dev.larder.storage.memory.HotPath;
import dev.larder.storage.memory.Memory;
import java.security.SecureRandom;

/**
 * The 64-bit hash of a key, seeded at random for each process so that nobody outside can choose
 * colliding keys.
 *
 * <p>Sixteen bytes a round, folded by a 64 x 64 bit multiplication. All bits are good; the upper
 * ones choose shard and place, the lowest eight are the tag.
 */
@HotPath
public final class KeyHash {
  private static final long SEED_A;
  private static final long SEED_B;
  private static final long SEED_C;
  private static final long SEED_D;

  static {
    SecureRandom random = new SecureRandom();
    // An odd multiplier with many set bits keeps a zero product unlikely.
    SEED_A = random.nextLong() | 1;
    SEED_B = random.nextLong() | 1;
    SEED_C = random.nextLong() | 1;
    SEED_D = random.nextLong() | 1;
  }

  private KeyHash() {}

  /** Hashes {@code length} readable bytes; allocates nothing. */
  public static long hash(long address, int length) {
    return hash(address, length, 0);
  }

  /** Another hash of the same bytes, as good as independent of the first. */
  public static long secondHash(long address, int length) {
    return hash(address, length, SEED_D);
  }

  private static long hash(long address, int length, long tweak) {
    // Lengths differ by something secret: with a difference that is known, bytes could make up for
    // it, since those of short keys overlap when they are read.
    long state = SEED_C ^ tweak ^ length * SEED_A;
    if (length > 16) {
      long last = address + length - 16;
      for (long at = address; at < last; at += 16) {
        state = fold(Memory.getLong(at) ^ SEED_A ^ state, Memory.getLong(at + 8) ^ SEED_B ^ state);
      }
      return finish(Memory.getLong(last), Memory.getLong(last + 8), state);
    }
    if (length >= 8) {
      return finish(Memory.getLong(address), Memory.getLong(address + length - 8), state);
    }
    if (length >= 4) {
      long low = Memory.getInt(address) & 0xFFFF_FFFFL;
      long high = Memory.getInt(address + length - 4) & 0xFFFF_FFFFL;
      return finish(low, high, state);
    }
    if (length > 0) {
      long low = Memory.getByte(address) & 0xFF;
      long middle = Memory.getByte(address + (length >> 1)) & 0xFF;
      long high = Memory.getByte(address + length - 1) & 0xFF;
      return finish(low << 16 | middle << 8 | high, 0, state);
    }
    return finish(0, 0, state);
  }

  private static long finish(long low, long high, long state) {
    long mixed = fold(low ^ SEED_A ^ state, high ^ SEED_B ^ Long.rotateLeft(state, 32));
    return fold(mixed ^ SEED_C, SEED_B);
  }

  private static long fold(long left, long right) {
    return Math.unsignedMultiplyHigh(left, right) ^ (left * right);
  }
}
