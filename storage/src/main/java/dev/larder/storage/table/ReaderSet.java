package dev.larder.storage.table;

import dev.larder.storage.memory.Arena;
import dev.larder.storage.memory.HotPath;
import dev.larder.storage.memory.Memory;
import java.util.function.IntConsumer;
import java.util.function.IntPredicate;

/*
 * A set of small numbers, as the value of a record. Few of them are a list in no order: to look
 * through it takes less time than to keep it sorted. More are bits in pages, so that ten thousand
 * readers of one key take little more than a kilobyte.
 *
 *   LIST    | reader | reader | ...            4 bytes each
 *   PAGES   | count | page 0 | page 1 | ...    4 bytes each; page references, 0 for none
 *   page    bits of the readers from 2048 * page on, 256 bytes
 */

/**
 * The layout of a tracked key's record: its value are the numbers of its readers. For the owner of
 * the shard.
 */
@HotPath
public final class ReaderSet {
  private static final int LIST = 0;
  private static final int PAGES = 1;
  private static final int MAX_LISTED = 128;
  private static final int PAGE_SHIFT = 11;
  private static final int PAGE_MASK = (1 << PAGE_SHIFT) - 1;
  private static final int PAGE_BYTES = 1 << PAGE_SHIFT - 3;
  private static final int REFERENCE_BYTES = Integer.BYTES;

  private ReaderSet() {}

  /** Makes the record of a key with one reader; its reference, or 0 when memory is exhausted. */
  public static int create(Arena arena, long key, int keyLength, int reader) {
    int bytes = Record.bytes(keyLength, Integer.BYTES, false);
    int reference = bytes < 0 ? 0 : arena.allocate(bytes);
    if (reference != 0) {
      long record = arena.address(reference);
      Record.writeHead(record, 0, LIST, -1, key, keyLength, Integer.BYTES);
      Memory.putInt(Record.valueAddress(record), reader);
    }
    return reference;
  }

  /** Frees a record with its set. */
  public static void free(Arena arena, int reference) {
    long record = arena.address(reference);
    if (Record.encoding(record) == PAGES) {
      freePages(arena, Record.valueAddress(record), pageCount(record));
    }
    arena.free(reference);
  }

  private static void freePages(Arena arena, long value, int pages) {
    for (int page = 0; page < pages; page++) {
      int reference = Memory.getInt(entry(value, page));
      if (reference != 0) {
        arena.free(reference);
      }
    }
  }

  private static long entry(long value, int page) {
    return value + Integer.BYTES + (long) page * REFERENCE_BYTES;
  }

  private static int pageCount(long record) {
    return Record.valueLength(record) / REFERENCE_BYTES - 1;
  }

  /** How many readers a record's set has. */
  public static int count(Arena arena, int reference) {
    long record = arena.address(reference);
    return Record.encoding(record) == LIST
        ? Record.valueLength(record) / Integer.BYTES
        : Memory.getInt(Record.valueAddress(record));
  }

  // ---- adding ----------------------------------------------------------------------------------

  /** Whether a reader is in a record's set. */
  public static boolean has(Arena arena, int reference, int reader) {
    long record = arena.address(reference);
    long value = Record.valueAddress(record);
    return Record.encoding(record) == LIST
        ? lists(value, Record.valueLength(record) / Integer.BYTES, reader)
        : isSet(arena, value, pageCount(record), reader);
  }

  /** Whether a reader is in a list; two of them are compared at a time. */
  private static boolean lists(long list, int count, int reader) {
    long both = (long) reader << Integer.SIZE | reader;
    int at = 0;
    for (; at < count - 1; at += 2) {
      long different = Memory.getLong(list + (long) at * Integer.BYTES) ^ both;
      if ((int) different == 0 || different >>> Integer.SIZE == 0) {
        return true;
      }
    }
    return at < count && Memory.getInt(list + (long) at * Integer.BYTES) == reader;
  }

  private static boolean isSet(Arena arena, long value, int pages, int reader) {
    int index = reader >>> PAGE_SHIFT;
    int page = index < pages ? Memory.getInt(entry(value, index)) : 0;
    return page != 0 && (Memory.getLong(word(arena, page, reader)) >>> reader & 1) != 0;
  }

  /**
   * Adds a reader who is not in the set.
   *
   * @return the record's reference, or 0 when memory is exhausted and the set is as it was; where
   *     it is a new one, the block of the old one is the caller's to free
   */
  public static int add(Arena arena, int reference, int reader) {
    long record = arena.address(reference);
    if (Record.encoding(record) == PAGES) {
      return addToPages(arena, reference, reader);
    }
    int count = Record.valueLength(record) / Integer.BYTES;
    if (count == MAX_LISTED) {
      return toPages(arena, reference, reader);
    }
    int grown = resize(arena, reference, (count + 1) * Integer.BYTES);
    if (grown == 0) {
      return 0;
    }
    long list = Record.valueAddress(arena.address(grown));
    Memory.putInt(list + (long) count * Integer.BYTES, reader);
    return grown;
  }

  /** Changes the length of a value; the record's reference then, or 0 when memory is exhausted. */
  private static int resize(Arena arena, int reference, int valueBytes) {
    long record = arena.address(reference);
    if (Record.resizeInPlace(record, valueBytes, arena.blockBytesOf(reference))) {
      return reference;
    }
    int keyLength = Record.keyLength(record);
    int bytes = Record.bytes(keyLength, valueBytes, false);
    // Room for as many again, so that it need not move each time.
    int resized = bytes < 0 ? 0 : arena.allocate(bytes + valueBytes);
    if (resized != 0) {
      long target = arena.address(resized);
      long key = Record.keyAddress(record);
      Record.writeHead(target, 0, Record.encoding(record), -1, key, keyLength, valueBytes);
      Record.parity(target, Record.parity(record));
      int kept = Math.min(valueBytes, Record.valueLength(record));
      Memory.copy(Record.valueAddress(record), Record.valueAddress(target), kept);
    }
    return resized;
  }

  /** Makes pages of a full list, and adds a reader; the new reference, or 0. */
  private static int toPages(Arena arena, int reference, int reader) {
    long record = arena.address(reference);
    long list = Record.valueAddress(record);
    int last = reader;
    for (int i = 0; i < MAX_LISTED; i++) {
      last = Math.max(last, Memory.getInt(list + (long) i * Integer.BYTES));
    }
    int pages = (last >>> PAGE_SHIFT) + 1;
    int keyLength = Record.keyLength(record);
    int valueBytes = Integer.BYTES + pages * REFERENCE_BYTES;
    int bytes = Record.bytes(keyLength, valueBytes, false);
    int paged = bytes < 0 ? 0 : arena.allocate(bytes);
    if (paged == 0) {
      return 0;
    }
    long target = arena.address(paged);
    Record.writeHead(target, 0, PAGES, -1, Record.keyAddress(record), keyLength, valueBytes);
    Record.parity(target, Record.parity(record));
    long value = Record.valueAddress(target);
    Memory.fill(value, valueBytes, (byte) 0);
    boolean isComplete = set(arena, value, reader);
    for (int i = 0; i < MAX_LISTED && isComplete; i++) {
      isComplete = set(arena, value, Memory.getInt(list + (long) i * Integer.BYTES));
    }
    if (!isComplete) {
      free(arena, paged);
      return 0;
    }
    Memory.putInt(value, MAX_LISTED + 1);
    return paged;
  }

  /** Sets a reader's bit in a page for which there is an entry; false when memory is exhausted. */
  private static boolean set(Arena arena, long value, int reader) {
    long entry = entry(value, reader >>> PAGE_SHIFT);
    int page = Memory.getInt(entry);
    if (page == 0) {
      page = newPage(arena);
      if (page == 0) {
        return false;
      }
      Memory.putInt(entry, page);
    }
    setBit(arena, page, reader);
    return true;
  }

  private static int newPage(Arena arena) {
    int page = arena.allocate(PAGE_BYTES);
    if (page != 0) {
      Memory.fill(arena.address(page), PAGE_BYTES, (byte) 0);
    }
    return page;
  }

  private static void setBit(Arena arena, int page, int reader) {
    long word = word(arena, page, reader);
    Memory.putLong(word, Memory.getLong(word) | 1L << reader);
  }

  private static long word(Arena arena, int page, int reader) {
    return arena.address(page) + ((reader & PAGE_MASK) >>> 6) * (long) Long.BYTES;
  }

  private static int addToPages(Arena arena, int reference, int reader) {
    long record = arena.address(reference);
    int index = reader >>> PAGE_SHIFT;
    int pages = pageCount(record);
    int page = index < pages ? Memory.getInt(entry(Record.valueAddress(record), index)) : 0;
    int added = page == 0 ? newPage(arena) : page;
    if (added == 0) {
      return 0;
    }
    int result = reference;
    if (index >= pages) {
      result = resize(arena, reference, Integer.BYTES + (index + 1) * REFERENCE_BYTES);
      if (result == 0) {
        arena.free(added);
        return 0;
      }
      long tail = entry(Record.valueAddress(arena.address(result)), pages);
      Memory.fill(tail, (long) (index + 1 - pages) * REFERENCE_BYTES, (byte) 0);
    }
    long value = Record.valueAddress(arena.address(result));
    Memory.putInt(entry(value, index), added);
    setBit(arena, added, reader);
    Memory.putInt(value, Memory.getInt(value) + 1);
    return result;
  }

  // ---- the others ------------------------------------------------------------------------------

  /** Hands out all readers, in no order. */
  public static void forEach(Arena arena, int reference, IntConsumer out) {
    long record = arena.address(reference);
    long value = Record.valueAddress(record);
    if (Record.encoding(record) == LIST) {
      int bytes = Record.valueLength(record);
      for (int at = 0; at < bytes; at += Integer.BYTES) {
        out.accept(Memory.getInt(value + at));
      }
      return;
    }
    int pages = pageCount(record);
    for (int page = 0; page < pages; page++) {
      int bits = Memory.getInt(entry(value, page));
      for (int word = 0; bits != 0 && word < PAGE_BYTES; word += Long.BYTES) {
        long rest = Memory.getLong(arena.address(bits) + word);
        for (; rest != 0; rest &= rest - 1) {
          out.accept((page << PAGE_SHIFT) + word * Byte.SIZE + Long.numberOfTrailingZeros(rest));
        }
      }
    }
  }

  /** Removes those readers who are to go; how many are left. A set without any is to be freed. */
  public static int removeIf(Arena arena, int reference, IntPredicate goes) {
    long record = arena.address(reference);
    long value = Record.valueAddress(record);
    if (Record.encoding(record) == PAGES) {
      return removeFromPages(arena, record, goes);
    }
    int bytes = Record.valueLength(record);
    int left = 0;
    for (int at = 0; at < bytes; at += Integer.BYTES) {
      int reader = Memory.getInt(value + at);
      if (!goes.test(reader)) {
        Memory.putInt(value + left, reader);
        left += Integer.BYTES;
      }
    }
    boolean isShorter = Record.resizeInPlace(record, left, arena.blockBytesOf(reference));
    assert isShorter;
    return left / Integer.BYTES;
  }

  private static int removeFromPages(Arena arena, long record, IntPredicate goes) {
    long value = Record.valueAddress(record);
    int left = 0;
    int pages = pageCount(record);
    for (int page = 0; page < pages; page++) {
      int bits = Memory.getInt(entry(value, page));
      int inPage = 0;
      for (int word = 0; bits != 0 && word < PAGE_BYTES; word += Long.BYTES) {
        int first = (page << PAGE_SHIFT) + word * Byte.SIZE;
        long at = arena.address(bits) + word;
        long kept = kept(Memory.getLong(at), first, goes);
        Memory.putLong(at, kept);
        inPage += Long.bitCount(kept);
      }
      if (bits != 0 && inPage == 0) {
        arena.free(bits);
        Memory.putInt(entry(value, page), 0);
      }
      left += inPage;
    }
    Memory.putInt(value, left);
    return left;
  }

  private static long kept(long bits, int first, IntPredicate goes) {
    long kept = bits;
    for (long rest = bits; rest != 0; rest &= rest - 1) {
      if (goes.test(first + Long.numberOfTrailingZeros(rest))) {
        kept &= ~Long.lowestOneBit(rest);
      }
    }
    return kept;
  }
}
