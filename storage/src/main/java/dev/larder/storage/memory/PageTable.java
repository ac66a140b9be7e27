package dev.larder.storage.memory;

/**
 * What an arena knows of its pages: 32 bytes a page, off-heap, in a reservation of its own.
 *
 * <pre>
 *   0        4       8       12      16      20      24         28
 *   +--------+-------+-------+-------+-------+-------+----------+------------+
 *   | free   | live  | bump  | class | next  | prev  | run      | evacuating |
 *   | head   | count | units | /state| page  | page  | pages    |            |
 *   +--------+-------+-------+-------+-------+-------+----------+------------+
 * </pre>
 *
 * A page's state is its size class (positive), or one of the constants below. Page lists (partial
 * pages of a class, free pages) are doubly linked through next and prev; page 0 ends a list and is
 * never used itself, so that reference 0 means nothing. A page of a class that is evacuating is in
 * no list: nothing new comes into it.
 */
final class PageTable {
  static final int PAGE_SHIFT = 16;
  static final int PAGE_BYTES = 1 << PAGE_SHIFT;
  static final int PAGE_UNITS = PAGE_BYTES / SizeClasses.UNIT_BYTES;

  static final int FREE_CLEAN = 0;
  static final int FREE_DIRTY = -1;
  static final int RUN_HEAD = -2;
  static final int RUN_BODY = -3;
  static final int RETURNING = -4;

  private static final int ENTRY_BYTES = 32;
  private static final int FREE_HEAD = 0;
  private static final int LIVE = 4;
  private static final int BUMP = 8;
  private static final int STATE = 12;
  private static final int NEXT = 16;
  private static final int PREV = 20;
  private static final int RUN = 24;
  private static final int EVACUATING = 28;

  private final long base;
  private final long bytes;

  private PageTable(long base, long bytes) {
    this.base = base;
    this.bytes = bytes;
  }

  static PageTable reserve(int pages) {
    long bytes = (long) pages * ENTRY_BYTES;
    long base = VirtualMemory.reserve(bytes);
    if (base == 0) {
      throw new OutOfAddressSpaceException(bytes);
    }
    return new PageTable(base, bytes);
  }

  void release() {
    VirtualMemory.release(base, bytes);
  }

  private long entry(int page) {
    return base + (long) page * ENTRY_BYTES;
  }

  /** Offset in units plus one of the first free block, 0 = none. */
  int freeHead(int page) {
    return Memory.peekInt(entry(page) + FREE_HEAD);
  }

  void freeHead(int page, int offsetPlusOne) {
    Memory.putInt(entry(page) + FREE_HEAD, offsetPlusOne);
  }

  int live(int page) {
    return Memory.peekInt(entry(page) + LIVE);
  }

  void live(int page, int count) {
    Memory.putInt(entry(page) + LIVE, count);
  }

  /** Offset in units of the part of the page that was never allocated. */
  int bump(int page) {
    return Memory.peekInt(entry(page) + BUMP);
  }

  void bump(int page, int units) {
    Memory.putInt(entry(page) + BUMP, units);
  }

  int state(int page) {
    return Memory.peekInt(entry(page) + STATE);
  }

  void state(int page, int state) {
    Memory.putInt(entry(page) + STATE, state);
  }

  int next(int page) {
    return Memory.peekInt(entry(page) + NEXT);
  }

  int prev(int page) {
    return Memory.peekInt(entry(page) + PREV);
  }

  int runPages(int page) {
    return Memory.peekInt(entry(page) + RUN);
  }

  void runPages(int page, int pages) {
    Memory.putInt(entry(page) + RUN, pages);
  }

  boolean isEvacuating(int page) {
    return Memory.peekInt(entry(page) + EVACUATING) != 0;
  }

  void evacuating(int page, boolean yes) {
    Memory.putInt(entry(page) + EVACUATING, yes ? 1 : 0);
  }

  /** Starts a page's life under a size class. */
  void open(int page, int sizeClass) {
    freeHead(page, 0);
    live(page, 0);
    bump(page, 0);
    state(page, sizeClass);
  }

  /** Puts a page before {@code head} and returns the new head. */
  int link(int head, int page) {
    Memory.putInt(entry(page) + NEXT, head);
    Memory.putInt(entry(page) + PREV, 0);
    if (head != 0) {
      Memory.putInt(entry(head) + PREV, page);
    }
    return page;
  }

  /** Takes a page out of its list and returns the list's head. */
  int unlink(int head, int page) {
    int next = next(page);
    int prev = prev(page);
    if (next != 0) {
      Memory.putInt(entry(next) + PREV, prev);
    }
    if (prev != 0) {
      Memory.putInt(entry(prev) + NEXT, next);
      return head;
    }
    return next;
  }
}
