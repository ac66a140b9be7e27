package dev.larder.storage.type;

import dev.larder.storage.memory.HotPath;
import dev.larder.storage.memory.Memory;

/*
 * Redis's listpack: a small list as one run of bytes that can be walked both ways. It is kept in
 * Redis's own byte format, so that DUMP and RDB files copy it verbatim. Numbers are little-endian
 * unless drawn otherwise.
 *
 *   0             4         6
 *   +-------------+---------+-------+- - - -+------+
 *   | total bytes | count   | entry |       | 0xFF |      count 65535: unknown, to be walked for
 *   +-------------+---------+-------+- - - -+------+
 *
 *   entry = body, back length
 *
 *   body:   0vvvvvvv                          integer 0..127
 *           10nnnnnn  n bytes                 string of up to 63 bytes
 *           110vvvvv vvvvvvvv                 integer of 13 bits, high bits first
 *           1110nnnn nnnnnnnn  n bytes        string of up to 4095 bytes, high bits first
 *           0xF0, length in 4 bytes, bytes    longer string
 *           0xF1, 0xF2, 0xF3, 0xF4            integer of 2, 3, 4, 8 bytes that follow
 *
 *   back length: the bytes of the body, seven bits a byte, high bits first; every byte but the
 *   first has its top bit set, so that it is read from its last byte leftwards.
 *
 *   CANONICAL: what is written here takes the shortest form, and text that is an integer's
 *   canonical decimal is stored as the integer; so equal texts have equal bytes. Listpacks that
 *   came from elsewhere may be less strict: reading and finding do not rely on it.
 */

/**
 * Access to listpacks at absolute addresses. Lengths are bytes; an entry is named by its address,
 * and 0 is "no entry". A change moves what lies behind it, and the owner of the block moves all
 * when it reallocates: who must keep an entry's place keeps {@code entry - lp}.
 *
 * <p>Methods that make a listpack longer need the room already there: {@code bytes(lp)} grows by
 * the encoded bytes of what comes in, less what goes. Texts handed in must lie outside the
 * listpack. For the owner of the memory; everything but {@link #validate} trusts the listpack.
 */
@HotPath
public final class Listpack {
  /** The bytes of a listpack without entries. */
  public static final int EMPTY_BYTES = 7;

  /** What an entry takes beside the bytes of a string that is short. */
  public static final int SHORT_FRAME_BYTES = 2;

  /** The largest listpack; a caller converts to another encoding long before. */
  public static final int MAX_BYTES = 1 << 30;

  static final int COUNT = 4;
  static final int HEADER_BYTES = 6;
  static final int UNKNOWN_COUNT = 0xFFFF;
  static final int END = 0xFF;

  static final int STRING_6 = 0x80;
  static final int INTEGER_13 = 0xC0;
  static final int STRING_12 = 0xE0;
  static final int STRING_32 = 0xF0;
  static final int INTEGER_16 = 0xF1;
  static final int INTEGER_24 = 0xF2;
  static final int INTEGER_32 = 0xF3;
  static final int INTEGER_64 = 0xF4;

  static final int STRING_6_LIMIT = 1 << 6;
  private static final int STRING_12_LIMIT = 1 << 12;

  /** By an entry's first byte: the bytes of the entry, or 0 where that byte does not tell. */
  private static final byte[] BYTES_BY_HEAD = bytesByHead();

  private Listpack() {}

  private static byte[] bytesByHead() {
    byte[] bytes = new byte[256];
    for (int head = 0; head < STRING_12; head++) {
      bytes[head] =
          (byte) (head < STRING_6 ? 2 : head < INTEGER_13 ? 2 + (head & (STRING_6_LIMIT - 1)) : 3);
    }
    bytes[INTEGER_16] = 4;
    bytes[INTEGER_24] = 5;
    bytes[INTEGER_32] = 6;
    bytes[INTEGER_64] = 10;
    return bytes;
  }

  // ---- the whole
  // -----------------------------------------------------------

  /** Makes an empty listpack of {@link #EMPTY_BYTES}. */
  public static void writeEmpty(long lp) {
    writeHeader(lp, EMPTY_BYTES, 0);
    Memory.putByte(lp + HEADER_BYTES, (byte) END);
  }

  private static void writeHeader(long lp, int bytes, int count) {
    assert bytes >= EMPTY_BYTES && bytes <= MAX_BYTES && count >= 0 && count <= UNKNOWN_COUNT;
    Memory.putInt(lp, bytes);
    Memory.putShort(lp + COUNT, (short) count);
  }

  /** The bytes of the listpack, header and end marker included. */
  public static int bytes(long lp) {
    return Memory.getInt(lp);
  }

  private static int storedCount(long lp) {
    return Memory.getShort(lp + COUNT) & 0xFFFF;
  }

  /** The number of entries; O(n) if there are, or once were, 65535 or more. */
  public static int count(long lp) {
    int count = storedCount(lp);
    if (count == UNKNOWN_COUNT) {
      count = 0;
      for (long entry = first(lp); entry != 0; entry = next(lp, entry)) {
        count++;
      }
    }
    return count;
  }

  /** Whether untrusted bytes are a listpack of exactly that length; reads nothing outside. O(n). */
  public static boolean validate(long address, long bytes) {
    return ListpackValidator.isListpack(address, bytes);
  }

  // ---- walking
  // -----------------------------------------------------------

  /** The end marker's address: where an inserted entry becomes the last one. */
  public static long end(long lp) {
    return lp + bytes(lp) - 1;
  }

  /** The first entry, or 0. */
  public static long first(long lp) {
    return unlessEnd(lp + HEADER_BYTES);
  }

  /** The last entry, or 0. */
  public static long last(long lp) {
    return previous(lp, end(lp));
  }

  /** The entry behind, or 0. */
  public static long next(long lp, long entry) {
    assert isInside(lp, entry);
    return unlessEnd(entry + entryBytes(entry));
  }

  /** The entry before this one, or before the end marker; or 0. */
  public static long previous(long lp, long entry) {
    assert isInside(lp, entry) || entry == end(lp);
    if (entry == lp + HEADER_BYTES) {
      return 0;
    }
    return BackLength.bodyBefore(entry);
  }

  /** The entry at an index, a negative one counting from the end (-1 is the last), or 0. O(n). */
  public static long seek(long lp, int index) {
    int count = storedCount(lp);
    boolean forward = index >= 0;
    int steps = forward ? index : -1 - index;
    if (count != UNKNOWN_COUNT) {
      if (steps >= count) {
        return 0;
      }
      if (steps > count / 2) {
        forward = !forward;
        steps = count - 1 - steps;
      }
    }
    long entry = forward ? first(lp) : last(lp);
    for (; steps > 0 && entry != 0; steps--) {
      entry = forward ? next(lp, entry) : previous(lp, entry);
    }
    return entry;
  }

  private static long unlessEnd(long entry) {
    return head(entry) == END ? 0 : entry;
  }

  private static boolean isInside(long lp, long entry) {
    return entry >= lp + HEADER_BYTES && entry < end(lp);
  }

  static int head(long entry) {
    return Memory.getByte(entry) & 0xFF;
  }

  // ---- reading an entry
  // -----------------------------------------------------------

  /** The bytes of an entry, back length included. */
  public static int entryBytes(long entry) {
    return entryBytes(entry, head(entry));
  }

  static int entryBytes(long entry, int head) {
    int bytes = BYTES_BY_HEAD[head];
    return bytes != 0 ? bytes : wideEntryBytes(entry, head);
  }

  private static int wideEntryBytes(long entry, int head) {
    assert isString(head);
    int body = (head == STRING_32 ? 5 : 2) + stringLength(entry, head);
    return body + BackLength.bytes(body);
  }

  /** Whether the entry is stored as an integer; otherwise it is a string. */
  public static boolean isInteger(long entry) {
    return !isString(head(entry));
  }

  static boolean isString(int head) {
    assert head <= INTEGER_64;
    return (head >= STRING_6 && head < INTEGER_13) || (head >= STRING_12 && head <= STRING_32);
  }

  /** The value of an entry that is an integer. */
  public static long integer(long entry) {
    return integer(entry, head(entry));
  }

  static long integer(long entry, int head) {
    assert !isString(head);
    if (head < STRING_6) {
      return head;
    }
    return switch (head) {
      case INTEGER_16 -> Memory.getShort(entry + 1);
      case INTEGER_24 -> Memory.getInt(entry) >> Byte.SIZE;
      case INTEGER_32 -> Memory.getInt(entry + 1);
      case INTEGER_64 -> Memory.getLong(entry + 1);
      default -> (head << 27 >> 19) | (Memory.getByte(entry + 1) & 0xFF);
    };
  }

  /** The length of an entry that is a string. */
  public static int stringLength(long entry) {
    return stringLength(entry, head(entry));
  }

  private static int stringLength(long entry, int head) {
    assert isString(head);
    return head < INTEGER_13
        ? head & (STRING_6_LIMIT - 1)
        : head < STRING_32
            ? (head & 0xF) << 8 | (Memory.getByte(entry + 1) & 0xFF)
            : Memory.getInt(entry + 1);
  }

  /** Where the bytes of an entry lie that is a string. */
  public static long stringAddress(long entry) {
    return stringAddress(entry, head(entry));
  }

  private static long stringAddress(long entry, int head) {
    assert isString(head);
    return entry + (head < INTEGER_13 ? 1 : head < STRING_32 ? 2 : 5);
  }

  /** The length of the entry's text: its bytes, or an integer's decimal. */
  public static int textLength(long entry) {
    int head = head(entry);
    return isString(head) ? stringLength(entry, head) : Decimal.textLength(integer(entry, head));
  }

  /** Writes the entry's text, of {@link #textLength} bytes, and returns that length. */
  public static int writeText(long entry, long target) {
    int head = head(entry);
    if (!isString(head)) {
      return Decimal.write(integer(entry, head), target);
    }
    int length = stringLength(entry, head);
    Memory.copy(stringAddress(entry, head), target, length);
    return length;
  }

  /** Whether the entry's text is this one. */
  public static boolean equalsText(long entry, long address, int length) {
    int head = head(entry);
    if (isString(head)) {
      return equalsString(entry, head, address, length);
    }
    long number = Decimal.parse(address, length);
    return number == integer(entry, head) && Decimal.isNumber(number, address, length);
  }

  static boolean equalsString(long entry, int head, long address, int length) {
    return stringLength(entry, head) == length
        && Memory.equal(stringAddress(entry, head), address, length);
  }

  /**
   * The order of the entry's text and another one as unsigned bytes; when one begins the other, the
   * shorter is first.
   *
   * @return negative, zero or positive
   */
  public static int compareText(long entry, long address, int length) {
    int head = head(entry);
    return isString(head)
        ? Memory.compare(stringAddress(entry, head), stringLength(entry, head), address, length)
        : Decimal.compareText(integer(entry, head), address, length);
  }

  // ---- finding
  // -----------------------------------------------------------

  /**
   * The next entry with this text, looking at {@code from} itself and from there at every {@code
   * (skip + 1)}-th entry: with 1, only at the fields of field and value pairs. O(n).
   *
   * @param from an entry, or 0 for none
   * @return the entry, or 0
   */
  public static long find(long lp, long from, long address, int length, int skip) {
    assert from == 0 || isInside(lp, from);
    return ListpackFinder.find(from, address, length, skip);
  }

  // ---- encoding entries
  // -----------------------------------------------------------

  /** The bytes of the entry that a text becomes, back length included. */
  public static int encodedBytes(long address, int length) {
    long number = Decimal.parse(address, length);
    return Decimal.isNumber(number, address, length)
        ? encodedIntegerBytes(number)
        : encodedStringBytes(length);
  }

  /** The bytes of the entry that an integer becomes, back length included. */
  public static int encodedIntegerBytes(long value) {
    if (value >= -(1 << 12) && value < 1 << 12) {
      return value >= 0 && value < STRING_6 ? 2 : 3;
    }
    if (value != (int) value) {
      return 10;
    }
    int bits = Integer.SIZE - Integer.numberOfLeadingZeros((int) (value ^ value >> 63));
    return bits < 16 ? 4 : bits < 24 ? 5 : 6;
  }

  private static int encodedStringBytes(int length) {
    assert length >= 0 && length < MAX_BYTES;
    int body = (length < STRING_6_LIMIT ? 1 : length < STRING_12_LIMIT ? 2 : 5) + length;
    return body + BackLength.bytes(body);
  }

  /** Writes the entry that a text becomes, into a gap, and returns the address behind it. */
  public static long writeEntry(long target, long address, int length) {
    long number = Decimal.parse(address, length);
    return Decimal.isNumber(number, address, length)
        ? writeInteger(target, number)
        : writeString(target, address, length);
  }

  /** Writes the entry that an integer becomes, into a gap, and returns the address behind it. */
  public static long writeInteger(long target, long value) {
    int bytes = encodedIntegerBytes(value);
    int body = bytes - 1;
    switch (bytes) {
      case 2 -> Memory.putByte(target, (byte) value);
      case 3 -> {
        Memory.putByte(target, (byte) (INTEGER_13 | (value >> 8 & 0x1F)));
        Memory.putByte(target + 1, (byte) value);
      }
      case 4 -> {
        Memory.putByte(target, (byte) INTEGER_16);
        Memory.putShort(target + 1, (short) value);
      }
      case 5 -> Memory.putInt(target, (int) value << Byte.SIZE | INTEGER_24);
      case 6 -> {
        Memory.putByte(target, (byte) INTEGER_32);
        Memory.putInt(target + 1, (int) value);
      }
      default -> {
        Memory.putByte(target, (byte) INTEGER_64);
        Memory.putLong(target + 1, value);
      }
    }
    Memory.putByte(target + body, (byte) body);
    return target + bytes;
  }

  private static long writeString(long target, long address, int length) {
    long bytes = target;
    if (length < STRING_6_LIMIT) {
      Memory.putByte(bytes++, (byte) (STRING_6 | length));
    } else if (length < STRING_12_LIMIT) {
      Memory.putByte(bytes++, (byte) (STRING_12 | length >> 8));
      Memory.putByte(bytes++, (byte) length);
    } else {
      Memory.putByte(bytes++, (byte) STRING_32);
      Memory.putInt(bytes, length);
      bytes += Integer.BYTES;
    }
    Memory.copy(address, bytes, length);
    long behind = bytes + length;
    return BackLength.write(behind, (int) (behind - target));
  }

  // ---- changing
  // -----------------------------------------------------------

  /** Adds an entry behind the last one. */
  public static void append(long lp, long address, int length) {
    finishAppend(lp, writeEntry(end(lp), address, length), 1);
  }

  /** Adds an integer behind the last entry. */
  public static void appendInteger(long lp, long value) {
    finishAppend(lp, writeInteger(end(lp), value), 1);
  }

  /**
   * Makes entries that were written from {@link #end} on part of the listpack.
   *
   * @param end the address behind the last of them
   */
  static void finishAppend(long lp, long end, int count) {
    Memory.putByte(end, (byte) END);
    writeHeader(lp, (int) (end + 1 - lp), countAfter(lp, count));
  }

  /** Inserts an entry, which then lies at {@code at}: an entry's address or {@link #end}. */
  public static void insert(long lp, long at, long address, int length) {
    openGap(lp, at, encodedBytes(address, length), 1);
    writeEntry(at, address, length);
  }

  /** Inserts an integer, which then lies at {@code at}: an entry's address or {@link #end}. */
  public static void insertInteger(long lp, long at, long value) {
    openGap(lp, at, encodedIntegerBytes(value), 1);
    writeInteger(at, value);
  }

  /** Puts a text in the place of an entry. */
  public static void replace(long lp, long entry, long address, int length) {
    resize(lp, entry, encodedBytes(address, length));
    writeEntry(entry, address, length);
  }

  /** Puts an integer in the place of an entry. */
  public static void replaceInteger(long lp, long entry, long value) {
    resize(lp, entry, encodedIntegerBytes(value));
    writeInteger(entry, value);
  }

  private static void resize(long lp, long entry, int newBytes) {
    assert isInside(lp, entry);
    int oldBytes = entryBytes(entry);
    if (newBytes != oldBytes) {
      moveTail(lp, entry + oldBytes, newBytes - oldBytes, 0);
    }
  }

  /** Removes {@code count} entries from this one on, which must exist; then the next lies here. */
  public static void delete(long lp, long entry, int count) {
    long behind = entry;
    for (int i = 0; i < count; i++) {
      assert isInside(lp, behind);
      behind += entryBytes(behind);
    }
    moveTail(lp, behind, entry - behind, -count);
  }

  /**
   * Makes room for several entries with one move of the tail. The caller fills all of it at once,
   * by {@link #writeEntry} and {@link #writeInteger}.
   *
   * @param at an entry's address or {@link #end}
   * @param bytes the sum of the entries' encoded bytes
   */
  public static void openGap(long lp, long at, int bytes, int count) {
    assert isInside(lp, at) || at == end(lp);
    moveTail(lp, at, bytes, count);
  }

  private static void moveTail(long lp, long tail, long distance, int addedCount) {
    int bytes = bytes(lp);
    assert bytes + distance <= MAX_BYTES;
    Memory.copy(tail, tail + distance, lp + bytes - tail);
    writeHeader(lp, (int) (bytes + distance), countAfter(lp, addedCount));
  }

  /** What to store as the count; once unknown it stays so, as only a walk could tell. */
  private static int countAfter(long lp, int added) {
    int count = storedCount(lp);
    return count == UNKNOWN_COUNT ? count : Math.min(count + added, UNKNOWN_COUNT);
  }
}
