package dev.larder.persistence;

import dev.larder.storage.Bytes;
import dev.larder.storage.journal.BlockPrefix;
import java.nio.charset.StandardCharsets;

/**
 * In what context a block of the append-only file is read: which database is selected, and which
 * second the last timestamp tells. As one number: the second, 0 without timestamps, above the
 * database.
 */
final class AofContext implements BlockPrefix {
  private static final int DATABASE_BITS = 24;
  private static final long DATABASE_MASK = (1L << DATABASE_BITS) - 1;

  static long of(long database, long seconds) {
    return seconds << DATABASE_BITS | database;
  }

  /** The command that selects a database. */
  static byte[] select(long database) {
    return CommandText.head(2, "SELECT", Long.toString(database));
  }

  @Override
  public int write(long left, long expected, long address) {
    long at = address;
    long seconds = expected >>> DATABASE_BITS;
    if (seconds != 0 && (left == FRESH || left >>> DATABASE_BITS != seconds)) {
      at += write(("#TS:" + seconds + "\r\n").getBytes(StandardCharsets.ISO_8859_1), at);
    }
    if (left == FRESH || (left & DATABASE_MASK) != (expected & DATABASE_MASK)) {
      at += write(select(expected & DATABASE_MASK), at);
    }
    return (int) (at - address);
  }

  /** Copies text to an address; returns its length. */
  static int write(byte[] text, long address) {
    Bytes.fromArray(text, 0, address, text.length);
    return text.length;
  }
}
