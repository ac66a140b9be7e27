package dev.larder.commands;

import static dev.larder.commands.StringOptions.IFDEQ;
import static dev.larder.commands.StringOptions.IFEQ;
import static dev.larder.commands.StringOptions.IFNE;

import dev.larder.command.Call;
import dev.larder.command.CommandException;
import dev.larder.command.ErrorReply;
import dev.larder.storage.Bytes;
import dev.larder.storage.Entry;
import dev.larder.storage.Keyspace;
import dev.larder.storage.Shard;

/**
 * The comparisons that SET and DELEX make with the value that a key has. A condition is one of
 * {@link StringOptions#COMPARISONS}, a comparand the bytes or the digest of a value.
 */
final class StringConditions {

  /** Comparing more than this is left to a {@link StagedCondition}. */
  private static final long MAX_DIRECT_BYTES = 512 * 1024;

  private static final ErrorReply BAD_DIGEST =
      ErrorReply.of("ERR must be exactly 16 hexadecimal characters");

  private StringConditions() {}

  /** Whether the comparison is with the value's bytes, else with its digest. */
  static boolean isOfBytes(long condition) {
    return StringOptions.has(condition, IFEQ | IFNE);
  }

  /** Whether equality meets the condition, else inequality does. */
  static boolean wantsEqual(long condition) {
    return StringOptions.has(condition, IFEQ | IFDEQ);
  }

  /** Refuses a digest that cannot be one. */
  static void check(long condition, long comparandLength) throws CommandException {
    if (!isOfBytes(condition) && comparandLength != StringDigests.HEX_DIGITS) {
      throw new CommandException(BAD_DIGEST);
    }
  }

  /** Whether it takes too long to find out whether a string meets a condition. */
  static boolean takesLong(Shard shard, long entry, long condition, long comparandLength) {
    long length = shard.stringLength(entry);
    return length > MAX_DIRECT_BYTES && (!isOfBytes(condition) || length == comparandLength);
  }

  /** Whether the string of a call's key meets the checked condition among the call's options. */
  static boolean isMet(Call call, int keyArg, long entry, long options) {
    int comparand = StringOptions.comparand(options);
    return isMet(
        call.keyspace(),
        call.shard(keyArg),
        entry,
        options,
        call.argAddress(comparand),
        call.argLength(comparand));
  }

  /** Whether a string meets a checked condition, found out under the shard. */
  static boolean isMet(
      Keyspace keyspace,
      Shard shard,
      long entry,
      long condition,
      long comparand,
      long comparandLength) {
    boolean isEqual =
        isOfBytes(condition)
            ? hasBytes(shard, entry, comparand, comparandLength)
            : StringDigests.isHexOf(StringDigests.of(keyspace, shard, entry), comparand);
    return isEqual == wantsEqual(condition);
  }

  private static boolean hasBytes(Shard shard, long entry, long address, long bytes) {
    long length = shard.stringLength(entry);
    if (length != bytes) {
      return false;
    }
    if (!Entry.isLarge(entry)) {
      return Bytes.equals(shard.runAddress(entry, 0), address, length);
    }
    long run;
    for (long offset = 0; offset < length; offset += run) {
      run = shard.runLength(entry, offset);
      if (!Bytes.equals(shard.runAddress(entry, offset), address + offset, run)) {
        return false;
      }
    }
    return true;
  }
}
