package dev.larder.storage;

import dev.larder.storage.memory.Memory;
import dev.larder.storage.type.Decimal;
import java.nio.ByteBuffer;

/**
 * Reading and copying of off-heap bytes for the layers above: arguments, values, reply space.
 *
 * <p>Addresses come from the request decoder, from {@link Shard} or from a direct buffer, and hold
 * as long as their giver says. Nothing is checked beyond that; all methods are thread-free and
 * allocate only where they return an array or a buffer.
 */
public final class Bytes {
  private Bytes() {}

  public static byte getByte(long address) {
    return Memory.getByte(address);
  }

  public static int getInt(long address) {
    return Memory.getInt(address);
  }

  public static long getLong(long address) {
    return Memory.getLong(address);
  }

  public static void putByte(long address, byte value) {
    Memory.putByte(address, value);
  }

  public static void putInt(long address, int value) {
    Memory.putInt(address, value);
  }

  public static void putLong(long address, long value) {
    Memory.putLong(address, value);
  }

  /** Copies {@code bytes}; the ranges may overlap. */
  public static void copy(long source, long target, long bytes) {
    Memory.copy(source, target, bytes);
  }

  public static void fill(long address, long bytes, byte value) {
    Memory.fill(address, bytes, value);
  }

  public static boolean equals(long left, long right, long bytes) {
    return Memory.equal(left, right, bytes);
  }

  /** Orders two runs of bytes, unsigned; the shorter one first where one begins the other. */
  public static int compare(long left, int leftBytes, long right, int rightBytes) {
    return Memory.compare(left, leftBytes, right, rightBytes);
  }

  /** The bytes of a number's decimal text. */
  public static int decimalLength(long number) {
    return Decimal.textLength(number);
  }

  /** Writes a number's decimal text, of {@link #decimalLength} bytes. */
  public static void writeDecimal(long number, long target) {
    Decimal.write(number, target);
  }

  public static byte[] toArray(long address, int bytes) {
    byte[] array = new byte[bytes];
    Memory.copyToArray(address, array, 0, bytes);
    return array;
  }

  public static void fromArray(byte[] source, int offset, long target, int bytes) {
    Memory.copyFromArray(source, offset, target, bytes);
  }

  /** The address of index 0 of a direct buffer, whatever its position. */
  public static long addressOf(ByteBuffer direct) {
    return Memory.addressOf(direct);
  }

  /** A direct buffer over memory that the caller keeps alive. */
  public static ByteBuffer view(long address, int bytes) {
    return Memory.view(address, bytes);
  }
}
