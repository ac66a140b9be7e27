package dev.larder.commands;

import static java.util.Locale.ROOT;

import dev.larder.command.Numbers;
import dev.larder.storage.Entry;
import dev.larder.storage.Eviction;
import dev.larder.storage.Shard;

/**
 * The line that DEBUG OBJECT answers about a key's value. The length of a collection is what it
 * takes in memory.
 */
final class DebugObject {
  /** Longer strings are not tried as integers when they are serialized. */
  private static final int MAX_PACKED_DIGITS = 11;

  private static final long MILLIS_PER_SECOND = 1000;

  /** Redis's clock of uses has 24 bits. */
  private static final long LRU_CLOCK_MASK = 0xFF_FFFF;

  private DebugObject() {}

  static String describe(Shard shard, long entry, Eviction eviction, long nowMillis) {
    boolean hasTime = eviction.notes().isTime();
    long idleSeconds = hasTime ? eviction.idleMillis(entry, nowMillis) / MILLIS_PER_SECOND : 0;
    long lastSecond = nowMillis / MILLIS_PER_SECOND - idleSeconds;
    return String.format(
        ROOT,
        "Value at:0x%x refcount:1 encoding:%s serializedlength:%d lru:%d lru_seconds_idle:%d",
        entry,
        Entry.isString(entry) ? StringEncoding.of(shard, entry) : shard.encodingName(entry),
        Entry.isString(entry) ? serializedLength(shard, entry) : shard.memoryUsage(entry),
        hasTime ? lastSecond & LRU_CLOCK_MASK : 0,
        idleSeconds);
  }

  /** Bytes of a string in a snapshot without compression: a length, or the integer that it is. */
  private static long serializedLength(Shard shard, long entry) {
    long length = shard.stringLength(entry);
    if (length <= MAX_PACKED_DIGITS && isInteger(shard, entry, (int) length)) {
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

  private static boolean isInteger(Shard shard, long entry, int length) {
    return Numbers.isLong(shard.runAddress(entry, 0), length);
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
