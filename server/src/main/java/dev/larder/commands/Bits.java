package dev.larder.commands;

import dev.larder.command.Arguments;
import dev.larder.command.CommandException;
import dev.larder.command.ErrorReply;
import dev.larder.command.Numbers;
import dev.larder.storage.Bytes;
import java.util.function.LongSupplier;

/**
 * Work on runs of adjacent bytes, eight at a time, and the arguments of bit commands. Bit 0 is the
 * highest bit of the first byte.
 */
final class Bits {

  private static final ErrorReply BAD_OFFSET =
      ErrorReply.of("ERR bit offset is not an integer or out of range");

  private Bits() {}

  /**
   * An offset in bits.
   *
   * @param multiplier what the number behind a leading {@code #} is multiplied by; 0 if that form
   *     is not allowed
   */
  static long offset(Arguments call, int i, int multiplier, LongSupplier maxBytes)
      throws CommandException {
    long address = call.argAddress(i);
    int length = call.argLength(i);
    boolean isMultiple = multiplier > 0 && length > 0 && Bytes.getByte(address) == '#';
    int skip = isMultiple ? 1 : 0;
    long value = Numbers.parseLong(address + skip, length - skip);
    long limit = maxBytes.getAsLong();
    long bits = isMultiple ? value * multiplier : value;
    // NOT_A_LONG is negative as well. A number in range cannot overflow by 64 bits a field.
    if (value < 0 || value >>> 3 >= limit || bits >>> 3 >= limit) {
      throw new CommandException(BAD_OFFSET);
    }
    return bits;
  }

  /** The number of bits set in a run. */
  static long count(long address, long length) {
    long count = 0;
    long i = 0;
    for (; i + Long.BYTES <= length; i += Long.BYTES) {
      count += Long.bitCount(Bytes.getLong(address + i));
    }
    for (; i < length; i++) {
      count += Integer.bitCount(Bytes.getByte(address + i) & 0xff);
    }
    return count;
  }

  /** The index of the first byte that is not this one, or {@code length}. */
  static long firstOther(long address, long length, byte skipped) {
    assert skipped == 0 || skipped == -1;
    long word = skipped; // Eight times the byte, as these two extend by their sign.
    long i = 0;
    for (; i + Long.BYTES <= length; i += Long.BYTES) {
      long different = Bytes.getLong(address + i) ^ word;
      if (different != 0) {
        return i + Long.numberOfTrailingZeros(different) / Byte.SIZE;
      }
    }
    while (i < length && Bytes.getByte(address + i) == skipped) {
      i++;
    }
    return i;
  }

  static void and(long target, long source, long length) {
    long i = 0;
    for (; i + Long.BYTES <= length; i += Long.BYTES) {
      Bytes.putLong(target + i, Bytes.getLong(target + i) & Bytes.getLong(source + i));
    }
    for (; i < length; i++) {
      Bytes.putByte(target + i, (byte) (Bytes.getByte(target + i) & Bytes.getByte(source + i)));
    }
  }

  static void or(long target, long source, long length) {
    long i = 0;
    for (; i + Long.BYTES <= length; i += Long.BYTES) {
      Bytes.putLong(target + i, Bytes.getLong(target + i) | Bytes.getLong(source + i));
    }
    for (; i < length; i++) {
      Bytes.putByte(target + i, (byte) (Bytes.getByte(target + i) | Bytes.getByte(source + i)));
    }
  }

  static void xor(long target, long source, long length) {
    long i = 0;
    for (; i + Long.BYTES <= length; i += Long.BYTES) {
      Bytes.putLong(target + i, Bytes.getLong(target + i) ^ Bytes.getLong(source + i));
    }
    for (; i < length; i++) {
      Bytes.putByte(target + i, (byte) (Bytes.getByte(target + i) ^ Bytes.getByte(source + i)));
    }
  }

  /** Clears in the target what is set in the source. */
  static void andNot(long target, long source, long length) {
    long i = 0;
    for (; i + Long.BYTES <= length; i += Long.BYTES) {
      Bytes.putLong(target + i, Bytes.getLong(target + i) & ~Bytes.getLong(source + i));
    }
    for (; i < length; i++) {
      Bytes.putByte(target + i, (byte) (Bytes.getByte(target + i) & ~Bytes.getByte(source + i)));
    }
  }

  /** Adds the source to what is set at least once, and keeps what is set again. */
  static void addOnce(long once, long again, long source, long length) {
    long i = 0;
    for (; i + Long.BYTES <= length; i += Long.BYTES) {
      long bits = Bytes.getLong(source + i);
      long before = Bytes.getLong(once + i);
      Bytes.putLong(again + i, Bytes.getLong(again + i) | (before & bits));
      Bytes.putLong(once + i, before | bits);
    }
    for (; i < length; i++) {
      int bits = Bytes.getByte(source + i);
      int before = Bytes.getByte(once + i);
      Bytes.putByte(again + i, (byte) (Bytes.getByte(again + i) | (before & bits)));
      Bytes.putByte(once + i, (byte) (before | bits));
    }
  }

  static void not(long target, long length) {
    long i = 0;
    for (; i + Long.BYTES <= length; i += Long.BYTES) {
      Bytes.putLong(target + i, ~Bytes.getLong(target + i));
    }
    for (; i < length; i++) {
      Bytes.putByte(target + i, (byte) ~Bytes.getByte(target + i));
    }
  }
}
