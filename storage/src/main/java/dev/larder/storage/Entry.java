package dev.larder.storage;

import dev.larder.storage.memory.HotPath;
import dev.larder.storage.table.Record;

/**
 * Reads what an entry says of itself. An entry is the address of a key's record: valid for the
 * owner of its shard until the shard's next change.
 */
@HotPath
public final class Entry {
  private Entry() {}

  public static ValueType type(long entry) {
    return ValueType.of(Record.type(entry));
  }

  public static boolean isString(long entry) {
    return Record.type(entry) == 0;
  }

  public static long keyAddress(long entry) {
    return Record.keyAddress(entry);
  }

  public static int keyLength(long entry) {
    return Record.keyLength(entry);
  }

  /** Milliseconds since the epoch, or -1 for a key without a deadline. */
  public static long expireAt(long entry) {
    return Record.deadline(entry);
  }

  /** Whether a string was edited in place, so that OBJECT ENCODING calls it raw. */
  public static boolean isRaw(long entry) {
    return isString(entry) && (Record.encoding(entry) & (Record.RAW | Record.LARGE)) != 0;
  }

  /** Whether a string's bytes lie in chunks instead of in the record. */
  public static boolean isLarge(long entry) {
    return isString(entry) && (Record.encoding(entry) & Record.LARGE) != 0;
  }
}
