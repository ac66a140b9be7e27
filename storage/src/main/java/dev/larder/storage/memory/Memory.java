package dev.larder.storage.memory;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Raw access to absolute addresses, in the machine's byte order.
 *
 * <p>Nothing is checked when assertions are off: a caller hands in only addresses that an owner of
 * memory gave out, and lengths that were validated where they came in. With assertions on, every
 * access is held against the live blocks of the arenas ({@link BlockChecker}). All methods may be
 * called from any thread; who may read or write what is the business of the shard that owns it.
 */
@HotPath
public final class Memory {
  private static final MemorySegment ALL = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);
  private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED;
  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED;
  private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED;

  /** Up to this many bytes, word moves beat the call into the bulk copy. */
  private static final int SMALL_COPY_BYTES = 64;

  static {
    // Record headers and bucket words are decoded by shifts that assume it; every JVM platform
    // that we ship natives for agrees.
    if (ByteOrder.nativeOrder() != ByteOrder.LITTLE_ENDIAN) {
      throw new ExceptionInInitializerError("Larder needs a little-endian machine");
    }
  }

  private Memory() {}

  public static byte getByte(long address) {
    assert BlockChecker.check(address, 1);
    return ALL.get(ValueLayout.JAVA_BYTE, address);
  }

  public static short getShort(long address) {
    assert BlockChecker.check(address, 2);
    return ALL.get(SHORT, address);
  }

  public static int getInt(long address) {
    assert BlockChecker.check(address, 4);
    return ALL.get(INT, address);
  }

  public static long getLong(long address) {
    assert BlockChecker.check(address, 8);
    return ALL.get(LONG, address);
  }

  /**
   * Reads a word that may be stale or belong to another block by now: what the dispatcher touches
   * ahead of execution. The address must lie inside a reserved region, nothing else is promised.
   */
  public static long peekLong(long address) {
    return ALL.get(LONG, address);
  }

  /** The stale-tolerant read of four bytes; see {@link #peekLong}. */
  public static int peekInt(long address) {
    return ALL.get(INT, address);
  }

  /** Writes into a free block, which the checker would refuse: the arena's free lists. */
  static void putFreeLink(long address, int value) {
    ALL.set(INT, address, value);
  }

  public static void putByte(long address, byte value) {
    assert BlockChecker.check(address, 1);
    ALL.set(ValueLayout.JAVA_BYTE, address, value);
  }

  public static void putShort(long address, short value) {
    assert BlockChecker.check(address, 2);
    ALL.set(SHORT, address, value);
  }

  public static void putInt(long address, int value) {
    assert BlockChecker.check(address, 4);
    ALL.set(INT, address, value);
  }

  public static void putLong(long address, long value) {
    assert BlockChecker.check(address, 8);
    ALL.set(LONG, address, value);
  }

  /** Copies {@code bytes} from one place to another; the ranges may overlap. */
  public static void copy(long source, long target, long bytes) {
    assert BlockChecker.check(source, bytes) && BlockChecker.check(target, bytes);
    if (bytes <= SMALL_COPY_BYTES && (target + bytes <= source || source + bytes <= target)) {
      copySmall(source, target, (int) bytes);
    } else if (bytes >= NativeCopy.LEAST_BYTES && bytes <= NativeCopy.MOST_BYTES) {
      NativeCopy.copy(source, target, bytes);
    } else {
      MemorySegment.copy(ALL, source, ALL, target, bytes);
    }
  }

  private static void copySmall(long source, long target, int bytes) {
    if (bytes >= 8) {
      int last = bytes - 8;
      long tail = ALL.get(LONG, source + last);
      for (int i = 0; i < last; i += 8) {
        ALL.set(LONG, target + i, ALL.get(LONG, source + i));
      }
      ALL.set(LONG, target + last, tail);
    } else if (bytes >= 4) {
      int tail = ALL.get(INT, source + bytes - 4);
      ALL.set(INT, target, ALL.get(INT, source));
      ALL.set(INT, target + bytes - 4, tail);
    } else {
      for (int i = 0; i < bytes; i++) {
        ALL.set(ValueLayout.JAVA_BYTE, target + i, ALL.get(ValueLayout.JAVA_BYTE, source + i));
      }
    }
  }

  public static void fill(long address, long bytes, byte value) {
    assert BlockChecker.check(address, bytes);
    if (bytes > 0) {
      ALL.asSlice(address, bytes).fill(value);
    }
  }

  /** Whether two ranges of {@code bytes} hold the same content. */
  public static boolean equal(long left, long right, long bytes) {
    assert BlockChecker.check(left, bytes) && BlockChecker.check(right, bytes);
    if (bytes >= 8) {
      long last = bytes - 8;
      if (ALL.get(LONG, left + last) != ALL.get(LONG, right + last)) {
        return false;
      }
      for (long i = 0; i < last; i += 8) {
        if (ALL.get(LONG, left + i) != ALL.get(LONG, right + i)) {
          return false;
        }
      }
      return true;
    }
    for (long i = 0; i < bytes; i++) {
      if (ALL.get(ValueLayout.JAVA_BYTE, left + i) != ALL.get(ValueLayout.JAVA_BYTE, right + i)) {
        return false;
      }
    }
    return true;
  }

  /**
   * The order of two ranges as unsigned bytes; when one begins the other, the shorter is first.
   *
   * @return negative, zero or positive
   */
  public static int compare(long left, long leftBytes, long right, long rightBytes) {
    assert BlockChecker.check(left, leftBytes) && BlockChecker.check(right, rightBytes);
    long common = Math.min(leftBytes, rightBytes);
    long i = 0;
    for (; i <= common - 8; i += 8) {
      long a = ALL.get(LONG, left + i);
      long b = ALL.get(LONG, right + i);
      if (a != b) {
        return Long.compareUnsigned(Long.reverseBytes(a), Long.reverseBytes(b));
      }
    }
    for (; i < common; i++) {
      byte a = ALL.get(ValueLayout.JAVA_BYTE, left + i);
      byte b = ALL.get(ValueLayout.JAVA_BYTE, right + i);
      if (a != b) {
        return Byte.compareUnsigned(a, b);
      }
    }
    return Long.compare(leftBytes, rightBytes);
  }

  public static void copyToArray(long source, byte[] target, int offset, int bytes) {
    assert BlockChecker.check(source, bytes);
    MemorySegment.copy(ALL, ValueLayout.JAVA_BYTE, source, target, offset, bytes);
  }

  public static void copyFromArray(byte[] source, int offset, long target, int bytes) {
    assert BlockChecker.check(target, bytes);
    MemorySegment.copy(source, offset, ALL, ValueLayout.JAVA_BYTE, target, bytes);
  }

  /** The address of byte 0 of a direct buffer, whatever its position. */
  public static long addressOf(ByteBuffer direct) {
    return MemorySegment.ofBuffer(direct.duplicate().clear()).address();
  }

  /** A direct buffer over {@code bytes} of memory; the caller keeps the memory alive. */
  public static ByteBuffer view(long address, int bytes) {
    return ALL.asSlice(address, bytes).asByteBuffer().order(ByteOrder.BIG_ENDIAN);
  }
}
