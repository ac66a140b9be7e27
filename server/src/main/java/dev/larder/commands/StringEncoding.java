package dev.larder.commands;

import dev.larder.command.Numbers;
import dev.larder.storage.Entry;
import dev.larder.storage.Shard;

/** How a string is kept, in the words of Redis. */
final class StringEncoding {
  /** Redis embeds longer strings no more. */
  private static final int MAX_EMBEDDED_BYTES = 44;

  private static final int MAX_INTEGER_BYTES = 20;

  private StringEncoding() {}

  /** {@code int}, {@code embstr} or {@code raw}. */
  static String of(Shard shard, long entry) {
    if (isInteger(shard, entry)) {
      return "int";
    }
    return !Entry.isRaw(entry) && shard.stringLength(entry) <= MAX_EMBEDDED_BYTES
        ? "embstr"
        : "raw";
  }

  /** Whether a string counts as an integer. */
  static boolean isInteger(Shard shard, long entry) {
    long length = shard.stringLength(entry);
    return !Entry.isRaw(entry)
        && length > 0
        && length <= MAX_INTEGER_BYTES
        && Numbers.isLong(shard.runAddress(entry, 0), (int) length);
  }
}
