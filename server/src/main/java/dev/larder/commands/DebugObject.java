package dev.larder.commands;

import static java.util.Locale.ROOT;

import dev.larder.command.Numbers;
import dev.larder.storage.Entry;
import dev.larder.storage.Shard;

/** The line that DEBUG OBJECT answers about a key's value. */
final class DebugObject {
  private static final int MAX_INTEGER_DIGITS = 20;

  /** Longer strings are kept apart from their object in Redis, which it calls raw. */
  private static final int MAX_EMBEDDED_BYTES = 44;

  /** Longer strings are not tried as integers when they are serialized. */
  private static final int MAX_PACKED_DIGITS = 11;

  private DebugObject() {}

  static String describe(Shard shard, long entry) {
    return String.format(
        ROOT,
        "Value at:0x%x refcount:1 encoding:%s serializedlength:%d lru:0 lru_seconds_idle:0",
        entry,
        encoding(shard, entry),
        serializedLength(shard, entry));
  }

  private static String encoding(Shard shard, long entry) {
    long length = shard.stringLength(entry);
    if (!Entry.isRaw(entry) && isInteger(shard, entry, MAX_INTEGER_DIGITS)) {
      return "int";
    }
    return Entry.isRaw(entry) || length > MAX_EMBEDDED_BYTES ? "raw" : "embstr";
  }

  private static boolean isInteger(Shard shard, long entry, int maxDigits) {
    long length = shard.stringLength(entry);
    return length <= maxDigits && Numbers.isLong(shard.runAddress(entry, 0), (int) length);
  }

  /** Bytes of the value in a snapshot without compression: a length, or the integer that it is. */
  private static long serializedLength(Shard shard, long entry) {
    long length = shard.stringLength(entry);
    if (isInteger(shard, entry, MAX_PACKED_DIGITS)) {
      long value = Numbers.parseLong(shard.runAddress(entry, 0), (int) length);
      if (value == (byte) value) {
        return 1 + Byte.BYTES;
      }
      if (value == (short) value) {
        return 1 + Short.BYTES;
      }
      if (value == (int) value) {
        return 1 + Integer.BYTES;
      }
    }
    return lengthPrefix(length) + length;
  }

  /** 6 bits in one byte, 14 in two; else a marker and 4 bytes, or 8. */
  private static int lengthPrefix(long length) {
    if (length < 1 << 6) {
      return 1;
    }
    if (length < 1 << 14) {
      return 2;
    }
    return 1 + (length < 1L << 32 ? Integer.BYTES : Long.BYTES);
  }
}
