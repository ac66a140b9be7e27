package dev.larder.storage.memory;

/*
 * Problem. Millions of small blocks a shard, with a 4-byte reference each, hardly any overhead, and
 * memory that falls again when blocks are freed.
 *
 * Idea. One reservation of address space, cut into pages of 64 KiB. A page serves blocks of one
 * size class: first by bumping (so that a page touches only the memory it uses), then from a free
 * list threaded through its free blocks. A reference is the block's offset in units of 8 bytes.
 * A page whose last block goes is free for any class; free pages are handed to the system by
 * returnPages. Blocks above 32 KiB are runs of whole pages.
 *
 *   page 0 | page 1: class 7        | page 2: free | page 3-5: run | ...
 *   unused | [blk][blk][free][bump> |              | [one block]   |
 *
 * Concurrency. The shard's owner alone allocates and frees. Anyone may peek at any address below
 * the limit: pages never leave the reservation, returned ones read as zeros.
 *
 * Cost. allocate and free: a page-table line and the block's first word. No header in the block:
 * its size class follows from its page.
 */

/**
 * Movable blocks of one shard, named by 32-bit references; owned by the unit that owns the shard.
 */
@HotPath
public final class Arena {
  /** The largest reservation: all that a 32-bit reference in units of 8 bytes can name. */
  public static final long MAX_BYTES = 1L << 35;

  /** So many bytes from a reference on can be peeked at, whatever is there. */
  public static final int PEEK_BYTES = 528;

  private static final byte POISON = (byte) 0xDD;
  private static final int RETURN_BATCH_PAGES = 16;

  /** A page for each size class, and more. */
  private static final int SLACK_PAGES = 256;

  private final long base;
  private final long reservedBytes;
  private final int maxPages;
  private final PageTable pages;
  private final int[] partial = new int[SizeClasses.count()];
  private int cleanPages;
  private int cleanCount;
  private int dirtyPages;
  private int dirtyCount;
  private int nextPage = 1;
  private int evacuatingCount;
  private long usedBytes;
  private final int[] returning = new int[RETURN_BATCH_PAGES];
  private int returningCount;

  /** Another reservation may have the addresses by now; some checker may still remember us. */
  private boolean closed;

  /** Live blocks by page, kept only with assertions on. */
  private final LiveBlocks liveBlocks = new LiveBlocks();

  private Arena(long base, long reservedBytes) {
    this.base = base;
    this.reservedBytes = reservedBytes;
    this.maxPages = (int) (reservedBytes >>> PageTable.PAGE_SHIFT);
    this.pages = PageTable.reserve(maxPages);
    assert BlockChecker.register(this);
  }

  /**
   * Reserves an arena of {@code bytes} of address space (a multiple of 64 KiB, at most {@link
   * #MAX_BYTES}), or returns null when the system refuses that much.
   */
  public static @org.jspecify.annotations.Nullable Arena reserve(long bytes) {
    long base = VirtualMemory.reserve(bytes);
    return base == 0 ? null : new Arena(base, bytes);
  }

  /** Gives the address space back. Nobody may hold or peek at a reference any more. */
  public void close() {
    closed = true;
    assert BlockChecker.unregister(this);
    VirtualMemory.release(base, reservedBytes);
    pages.release();
  }

  public long address(int reference) {
    return base + (reference & 0xFFFF_FFFFL) * SizeClasses.UNIT_BYTES;
  }

  public int reference(long address) {
    return (int) ((address - base) >>> 3);
  }

  /** Whether a reference read without the shard may be followed by a peek: {@link #PEEK_BYTES}. */
  public boolean mayPeek(int reference) {
    return (reference & 0xFFFF_FFFFL)
        < (long) maxPages * PageTable.PAGE_UNITS - PEEK_BYTES / SizeClasses.UNIT_BYTES;
  }

  /** Bytes in live blocks, rounding to size classes included. */
  public long usedBytes() {
    return usedBytes;
  }

  /** Bytes in pages that may hold memory of the system; a racy read. */
  public long committedBytes() {
    return (long) (nextPage - 1 - cleanCount) << PageTable.PAGE_SHIFT;
  }

  /** Bytes in free pages that still hold memory; a racy read. */
  public long idleBytes() {
    return (long) dirtyCount << PageTable.PAGE_SHIFT;
  }

  /** Counts blocks and pages by size: a look at every page, which others may change meanwhile. */
  public void addTo(BlockFigures figures) {
    int end = nextPage;
    for (int page = 1; page < end; page++) {
      int state = pages.state(page);
      if (state > 0) {
        figures.add(state, pages.live(page));
      } else if (state == PageTable.RUN_HEAD) {
        figures.addRun(pages.runPages(page));
      }
    }
  }

  /** The size that a block of {@code bytes} really takes. */
  public static int blockBytes(int bytes) {
    return bytes <= SizeClasses.MAX_BLOCK_BYTES
        ? SizeClasses.units(SizeClasses.of(bytes)) * SizeClasses.UNIT_BYTES
        : runPages(bytes) * PageTable.PAGE_BYTES;
  }

  /** Whether a block of one size can be re-used in place for the other. */
  public static boolean sameBlock(int bytes, int otherBytes) {
    return blockBytes(bytes) == blockBytes(otherBytes);
  }

  /**
   * Whether blocks of so many bytes in all, each of at most 32 KiB or whole pages, and the tables
   * that refer to them, can be allocated without fail. Counts no page that is partly used, and is
   * generous beside: whoever asks leaves the end of the reservation unused.
   */
  public boolean hasRoom(long bytes) {
    long pagesLeft = maxPages - nextPage + (long) dirtyCount;
    long slack = Math.min(SLACK_PAGES, maxPages / 4);
    return pagesLeft > (2 * bytes >>> PageTable.PAGE_SHIFT) + slack;
  }

  private static int runPages(int bytes) {
    return (bytes + PageTable.PAGE_BYTES - 1) >>> PageTable.PAGE_SHIFT;
  }

  /**
   * Allocates a block with undefined content.
   *
   * @return its reference, or 0 when the reservation is exhausted
   */
  public int allocate(int bytes) {
    if (bytes > SizeClasses.MAX_BLOCK_BYTES) {
      return allocateRun(runPages(bytes));
    }
    int sizeClass = SizeClasses.of(bytes);
    int page = partial[sizeClass];
    if (page == 0) {
      page = takePage();
      if (page == 0) {
        return 0;
      }
      pages.open(page, sizeClass);
      partial[sizeClass] = pages.link(0, page);
    }
    int units = SizeClasses.units(sizeClass);
    int offset = takeBlock(page, units);
    int live = pages.live(page) + 1;
    pages.live(page, live);
    if (isFull(page, units)) {
      partial[sizeClass] = pages.unlink(page, page);
    }
    usedBytes += (long) units * SizeClasses.UNIT_BYTES;
    assert liveBlocks.add(page, offset / units);
    return page * PageTable.PAGE_UNITS + offset;
  }

  private int takeBlock(int page, int units) {
    int head = pages.freeHead(page);
    if (head != 0) {
      int offset = head - 1;
      pages.freeHead(page, Memory.peekInt(blockAddress(page, offset)));
      return offset;
    }
    int offset = pages.bump(page);
    pages.bump(page, offset + units);
    return offset;
  }

  private boolean isFull(int page, int units) {
    return pages.freeHead(page) == 0 && pages.bump(page) + units > PageTable.PAGE_UNITS;
  }

  /** Frees a live block. Its content may still be peeked at until it is used again. */
  public void free(int reference) {
    int page = reference >>> 13;
    int sizeClass = pages.state(page);
    if (sizeClass == PageTable.RUN_HEAD) {
      freeRun(page);
      return;
    }
    assert sizeClass > 0 : "free of a block in a free page";
    int units = SizeClasses.units(sizeClass);
    int offset = reference & (PageTable.PAGE_UNITS - 1);
    assert offset % units == 0 : "free of the middle of a block";
    assert markFree(page, offset / units, blockAddress(page, offset), units);
    boolean wasUnlisted = pages.isEvacuating(page) || isFull(page, units);
    Memory.putFreeLink(blockAddress(page, offset), pages.freeHead(page));
    pages.freeHead(page, offset + 1);
    int live = pages.live(page) - 1;
    pages.live(page, live);
    usedBytes -= (long) units * SizeClasses.UNIT_BYTES;
    if (live == 0) {
      if (!wasUnlisted) {
        partial[sizeClass] = pages.unlink(partial[sizeClass], page);
      } else if (pages.isEvacuating(page)) {
        pages.evacuating(page, false);
        evacuatingCount--;
      }
      putFreePage(page);
    } else if (wasUnlisted && !pages.isEvacuating(page)) {
      partial[sizeClass] = pages.link(partial[sizeClass], page);
    }
  }

  // ---- evacuation ------------------------------------------------------------------------------

  /** Whether a block is in a page that is to be emptied: whoever refers to it should move it. */
  public boolean isEvacuating(int reference) {
    return evacuatingCount != 0 && pages.isEvacuating(reference >>> 13);
  }

  /** How many pages are to be emptied and still have blocks. */
  public int evacuatingPages() {
    return evacuatingCount;
  }

  /**
   * Makes a copy of a block of at most 32 KiB elsewhere. The caller lets all that refers to the
   * block refer to the copy, and then frees it.
   *
   * @return the copy's reference, or 0 when the reservation is exhausted
   */
  public int copyOf(int reference) {
    int bytes = blockBytesOf(reference);
    assert bytes <= SizeClasses.MAX_BLOCK_BYTES;
    int copy = allocate(bytes);
    if (copy != 0) {
      Memory.copy(address(reference), address(copy), bytes);
    }
    return copy;
  }

  /** Nothing comes into a page of a class from now on. */
  void evacuate(int page) {
    int sizeClass = pages.state(page);
    assert sizeClass > 0 && !pages.isEvacuating(page);
    if (!isFull(page, SizeClasses.units(sizeClass))) {
      partial[sizeClass] = pages.unlink(partial[sizeClass], page);
    }
    pages.evacuating(page, true);
    evacuatingCount++;
  }

  /** A page that was to be emptied, and was not, is used again. */
  void keep(int page) {
    assert pages.isEvacuating(page);
    pages.evacuating(page, false);
    evacuatingCount--;
    int sizeClass = pages.state(page);
    if (!isFull(page, SizeClasses.units(sizeClass))) {
      partial[sizeClass] = pages.link(partial[sizeClass], page);
    }
  }

  /** All pages that were ever used are below this one. */
  int pageLimit() {
    return nextPage;
  }

  PageTable pageTable() {
    return pages;
  }

  /** The bytes of the block behind a reference. */
  public int blockBytesOf(int reference) {
    int page = reference >>> 13;
    int state = pages.state(page);
    return state == PageTable.RUN_HEAD
        ? pages.runPages(page) * PageTable.PAGE_BYTES
        : SizeClasses.units(state) * SizeClasses.UNIT_BYTES;
  }

  private long blockAddress(int page, int offset) {
    return base + ((long) page << PageTable.PAGE_SHIFT) + (long) offset * SizeClasses.UNIT_BYTES;
  }

  private int takePage() {
    int page = dirtyPages;
    if (page != 0) {
      dirtyPages = pages.unlink(dirtyPages, page);
      dirtyCount--;
      return page;
    }
    page = cleanPages;
    if (page != 0) {
      cleanPages = pages.unlink(cleanPages, page);
      cleanCount--;
      return page;
    }
    return nextPage < maxPages ? nextPage++ : 0;
  }

  private void putFreePage(int page) {
    pages.state(page, PageTable.FREE_DIRTY);
    dirtyPages = pages.link(dirtyPages, page);
    dirtyCount++;
  }

  private int allocateRun(int count) {
    int first = count == 1 ? takePage() : findFreeRun(count);
    if (first == 0) {
      if (maxPages - nextPage < count) {
        return 0;
      }
      first = nextPage;
      nextPage += count;
    }
    pages.state(first, PageTable.RUN_HEAD);
    pages.runPages(first, count);
    for (int i = 1; i < count; i++) {
      pages.state(first + i, PageTable.RUN_BODY);
    }
    usedBytes += (long) count << PageTable.PAGE_SHIFT;
    assert liveBlocks.add(first, 0);
    return first * PageTable.PAGE_UNITS;
  }

  /** Finds and unlinks adjacent free pages: a scan, since blocks of several pages are rare. */
  private int findFreeRun(int count) {
    int found = 0;
    for (int page = 1; page < nextPage; page++) {
      int state = pages.state(page);
      found = state == PageTable.FREE_CLEAN || state == PageTable.FREE_DIRTY ? found + 1 : 0;
      if (found == count) {
        int first = page - count + 1;
        for (int i = first; i <= page; i++) {
          unlinkFree(i);
        }
        return first;
      }
    }
    return 0;
  }

  private void unlinkFree(int page) {
    if (pages.state(page) == PageTable.FREE_DIRTY) {
      dirtyPages = pages.unlink(dirtyPages, page);
      dirtyCount--;
    } else {
      cleanPages = pages.unlink(cleanPages, page);
      cleanCount--;
    }
  }

  private void freeRun(int first) {
    int count = pages.runPages(first);
    usedBytes -= (long) count << PageTable.PAGE_SHIFT;
    assert markFree(first, 0, 0, 0);
    for (int i = 0; i < count; i++) {
      putFreePage(first + i);
    }
  }

  /** How many free pages still hold memory. */
  public int dirtyPages() {
    return dirtyCount;
  }

  /**
   * Takes up to 1 MiB of free pages out of circulation, so that {@link #decommitTaken} can return
   * them to the system while the shard is not held.
   *
   * @return whether there are any
   */
  public boolean takeDirtyPages() {
    while (dirtyPages != 0 && returningCount < RETURN_BATCH_PAGES) {
      int page = dirtyPages;
      dirtyPages = pages.unlink(dirtyPages, page);
      dirtyCount--;
      pages.state(page, PageTable.RETURNING);
      returning[returningCount++] = page;
    }
    return returningCount > 0;
  }

  /** Returns the taken pages to the system; the only method that needs no shard. */
  public void decommitTaken() {
    for (int i = 0; i < returningCount; i++) {
      VirtualMemory.decommit(blockAddress(returning[i], 0), PageTable.PAGE_BYTES);
    }
  }

  /** Puts the returned pages back into circulation, as clean ones. */
  public void restoreTaken() {
    for (int i = 0; i < returningCount; i++) {
      pages.state(returning[i], PageTable.FREE_CLEAN);
      cleanPages = pages.link(cleanPages, returning[i]);
      cleanCount++;
    }
    returningCount = 0;
  }

  boolean contains(long address) {
    return !closed && address >= base && address < base + reservedBytes;
  }

  /** Assertion: the range lies in one live block. */
  boolean checkAccess(long address, long bytes) {
    long offset = address - base;
    int page = (int) (offset >>> PageTable.PAGE_SHIFT);
    while (pages.state(page) == PageTable.RUN_BODY) {
      page--;
    }
    int state = pages.state(page);
    long start = (long) page << PageTable.PAGE_SHIFT;
    long block = 0;
    long size;
    if (state == PageTable.RUN_HEAD) {
      size = (long) pages.runPages(page) << PageTable.PAGE_SHIFT;
    } else if (state > 0) {
      size = (long) SizeClasses.units(state) * SizeClasses.UNIT_BYTES;
      block = (offset - start) / size;
    } else {
      throw new AssertionError("access to a free page " + page);
    }
    if (!liveBlocks.isLive(page, (int) block)) {
      throw new AssertionError("access to a free block in page " + page);
    }
    if (offset + bytes > start + (block + 1) * size) {
      throw new AssertionError("access of " + bytes + " bytes runs over its block of " + size);
    }
    return true;
  }

  private boolean markFree(int page, int block, long address, int units) {
    if (units > 0 && liveBlocks.isLive(page, block)) {
      Memory.fill(address, (long) units * SizeClasses.UNIT_BYTES, POISON);
    }
    return liveBlocks.remove(page, block);
  }

  /** Checks lists, counts and accounting of every page; for tests. */
  public boolean validate() {
    long used = 0;
    int dirty = 0;
    int evacuating = 0;
    int clean = 0;
    for (int page = 1; page < nextPage; page++) {
      int state = pages.state(page);
      if (state > 0) {
        used += (long) pages.live(page) * SizeClasses.units(state) * SizeClasses.UNIT_BYTES;
        if (pages.live(page) <= 0) {
          throw new AssertionError("page " + page + " of class " + state + " has no live block");
        }
      } else if (state == PageTable.RUN_HEAD) {
        used += (long) pages.runPages(page) << PageTable.PAGE_SHIFT;
      } else if (state == PageTable.FREE_DIRTY) {
        dirty++;
      } else if (state == PageTable.FREE_CLEAN) {
        clean++;
      }
      if (pages.isEvacuating(page)) {
        evacuating++;
        if (state <= 0) {
          throw new AssertionError("page " + page + " is evacuating in state " + state);
        }
      }
    }
    if (evacuating != evacuatingCount) {
      throw new AssertionError(evacuating + " pages evacuate, not " + evacuatingCount);
    }
    if (clean != cleanCount) {
      throw new AssertionError(clean + " pages are clean, accounted are " + cleanCount);
    }
    if (used != usedBytes || dirty != dirtyCount) {
      throw new AssertionError("pages hold " + used + " bytes, accounted are " + usedBytes);
    }
    return true;
  }
}
