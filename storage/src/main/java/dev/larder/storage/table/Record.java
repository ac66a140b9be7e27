package dev.larder.storage.table;

import dev.larder.storage.memory.HotPath;
import dev.larder.storage.memory.Memory;

/**
 * The layout of a key's record: one block with header, deadline, key and value.
 *
 * <pre>
 *  0       1          2        4                8 (narrow: 6, wide: 12)
 *  +-------+----------+--------+----------------+------------+-----+-------+
 *  | flags | encoding | evict  | lengths (form) | deadline?  | key | value |
 *  +-------+----------+--------+----------------+------------+-----+-------+
 *
 *  flags: bits 0-3 type, bits 4-5 form of the lengths, bit 6 has a deadline, bit 7 parity
 *  form 0, narrow: key length 1 byte,  value length 1 byte   (header of 6)
 *  form 1, medium: key length 2 bytes, value length 2 bytes  (header of 8)
 *  form 2, wide:   key length 4 bytes, value length 4 bytes  (header of 12)
 * </pre>
 *
 * The lengths of the two short forms lie in the first eight bytes, so that one load decodes them.
 * The deadline is milliseconds since the epoch. The 16 eviction bits belong to the policy. A reader
 * or writer owns the shard; the address holds until the shard's next allocation or free.
 */
@HotPath
public final class Record {
  /** Encoding bit: the value is a directory of chunks. */
  public static final int LARGE = 1;

  /** Encoding bit: a string that was edited in place, which Redis calls raw. */
  public static final int RAW = 2;

  private static final int TYPE_MASK = 0xF;
  private static final int FORM_SHIFT = 4;
  private static final int HAS_DEADLINE = 0x40;
  private static final int PARITY = 0x80;
  private static final int ENCODING = 1;
  private static final int EVICTION = 2;
  private static final int LENGTHS = 4;
  private static final int NARROW = 0;
  private static final int MEDIUM = 1;
  private static final int WIDE = 2;
  private static final int DEADLINE_BYTES = 8;

  private Record() {}

  private static int formFor(int keyLength, int valueLength) {
    int longest = Math.max(keyLength, valueLength);
    return longest < 1 << 8 ? NARROW : longest < 1 << 16 ? MEDIUM : WIDE;
  }

  private static int headerBytes(int form) {
    return form == NARROW ? 6 : form == MEDIUM ? 8 : 12;
  }

  /**
   * The bytes of a record with two short lengths and no deadline, by its first eight bytes; 0 for
   * others. At most 516, whatever these bytes are.
   */
  static int narrowBytes(long head) {
    boolean isNarrow = (head >>> FORM_SHIFT & 3) == NARROW && (head & HAS_DEADLINE) == 0;
    return isNarrow
        ? headerBytes(NARROW) + (int) (head >>> 32 & 0xFF) + (int) (head >>> 40 & 0xFF)
        : 0;
  }

  /** The bytes of a record with these contents; more than an int holds is refused by -1. */
  public static int bytes(int keyLength, int valueLength, boolean hasDeadline) {
    long bytes =
        (long) headerBytes(formFor(keyLength, valueLength))
            + (hasDeadline ? DEADLINE_BYTES : 0)
            + keyLength
            + valueLength;
    return bytes > Integer.MAX_VALUE ? -1 : (int) bytes;
  }

  /**
   * Writes header, deadline and key of a record whose value follows at {@link #valueAddress}.
   *
   * @param deadlineMillis -1 for none
   */
  public static void writeHead(
      long record,
      int type,
      int encoding,
      long deadlineMillis,
      long key,
      int keyLength,
      int valueLength) {
    long at = openHead(record, type, encoding, deadlineMillis, keyLength, valueLength);
    Memory.copy(key, at, keyLength);
  }

  /**
   * As {@link #writeHead}, but leaves the key to the caller.
   *
   * @return where the key has to be written
   */
  public static long openHead(
      long record, int type, int encoding, long deadlineMillis, int keyLength, int valueLength) {
    int form = formFor(keyLength, valueLength);
    int flags = type | form << FORM_SHIFT | (deadlineMillis >= 0 ? HAS_DEADLINE : 0);
    Memory.putInt(record, flags | encoding << 8);
    if (form == NARROW) {
      Memory.putShort(record + LENGTHS, (short) (keyLength | valueLength << 8));
    } else if (form == MEDIUM) {
      Memory.putInt(record + LENGTHS, keyLength | valueLength << 16);
    } else {
      Memory.putInt(record + LENGTHS, keyLength);
      Memory.putInt(record + LENGTHS + 4, valueLength);
    }
    long at = record + headerBytes(form);
    if (deadlineMillis >= 0) {
      Memory.putLong(at, deadlineMillis);
      at += DEADLINE_BYTES;
    }
    return at;
  }

  public static int type(long record) {
    return Memory.getByte(record) & TYPE_MASK;
  }

  public static int encoding(long record) {
    return Memory.getByte(record + ENCODING);
  }

  public static void encoding(long record, int encoding) {
    Memory.putByte(record + ENCODING, (byte) encoding);
  }

  /** The policy's 16 bits. */
  public static short eviction(long record) {
    return Memory.getShort(record + EVICTION);
  }

  public static void eviction(long record, short bits) {
    Memory.putShort(record + EVICTION, bits);
  }

  /** A bit that tells which records a walk has been at: {@link TableRoot}. A new head has it 0. */
  public static boolean parity(long record) {
    return (Memory.getByte(record) & PARITY) != 0;
  }

  public static void parity(long record, boolean parity) {
    int flags = Memory.getByte(record) & ~PARITY;
    Memory.putByte(record, (byte) (parity ? flags | PARITY : flags));
  }

  public static boolean hasDeadline(long record) {
    return (Memory.getByte(record) & HAS_DEADLINE) != 0;
  }

  /** The deadline in milliseconds since the epoch, or -1. */
  public static long deadline(long record) {
    return hasDeadline(record) ? Memory.getLong(record + headerBytes(form(record))) : -1;
  }

  /** Overwrites the deadline of a record that has one. */
  public static void deadline(long record, long deadlineMillis) {
    assert hasDeadline(record);
    Memory.putLong(record + headerBytes(form(record)), deadlineMillis);
  }

  private static int form(long record) {
    return Memory.getByte(record) >>> FORM_SHIFT & 3;
  }

  public static int keyLength(long record) {
    int form = form(record);
    return form == NARROW
        ? Memory.getByte(record + LENGTHS) & 0xFF
        : form == MEDIUM
            ? Memory.getShort(record + LENGTHS) & 0xFFFF
            : Memory.getInt(record + LENGTHS);
  }

  public static long keyAddress(long record) {
    return record + headerBytes(form(record)) + (hasDeadline(record) ? DEADLINE_BYTES : 0);
  }

  /** The bytes of the value inside the record: for a large value, of its directory. */
  public static int valueLength(long record) {
    int form = form(record);
    return form == NARROW
        ? Memory.getByte(record + LENGTHS + 1) & 0xFF
        : form == MEDIUM
            ? Memory.getShort(record + LENGTHS + 2) & 0xFFFF
            : Memory.getInt(record + LENGTHS + 4);
  }

  public static long valueAddress(long record) {
    return keyAddress(record) + keyLength(record);
  }

  /** The bytes of a record as it stands. */
  public static int bytes(long record) {
    return (int) (valueAddress(record) - record) + valueLength(record);
  }

  /**
   * Changes the value's length where the record's form and block allow it: always to a lesser one.
   */
  public static boolean resizeInPlace(long record, int newValueLength, int blockBytes) {
    int form = form(record);
    if (formFor(keyLength(record), newValueLength) > form
        || valueAddress(record) - record + newValueLength > blockBytes) {
      return false;
    }
    if (form == NARROW) {
      Memory.putByte(record + LENGTHS + 1, (byte) newValueLength);
    } else if (form == MEDIUM) {
      Memory.putShort(record + LENGTHS + 2, (short) newValueLength);
    } else {
      Memory.putInt(record + LENGTHS + 4, newValueLength);
    }
    return true;
  }

  /** Whether the record's key is these bytes: one load decides for most others. */
  public static boolean keyEquals(long record, long key, int keyLength) {
    long head = Memory.getLong(record);
    int form = (int) (head >>> FORM_SHIFT) & 3;
    long at = record + ((head & HAS_DEADLINE) != 0 ? DEADLINE_BYTES : 0);
    if (form == NARROW) {
      return (head >>> 32 & 0xFF) == keyLength && Memory.equal(at + 6, key, keyLength);
    }
    if (form == MEDIUM) {
      return (head >>> 32 & 0xFFFF) == keyLength && Memory.equal(at + 8, key, keyLength);
    }
    return Memory.getInt(record + LENGTHS) == keyLength && Memory.equal(at + 12, key, keyLength);
  }
}
