package dev.larder.storage.memory;

import java.util.Arrays;
import java.util.function.IntPredicate;

/*
 * Problem. A page goes back to the system when its last block is freed. When nine of ten blocks go
 * at random, hardly any page does.
 *
 * Idea. In each size class, the fullest pages stay that could hold all blocks of the class; the
 * others are marked. Nothing new comes into a marked page, whoever finds a block there moves it
 * (Arena.copyOf), and a page that is empty is free for all. Which pages are the sparse ones is told
 * by a histogram of 16 steps, so that two looks at the page table do: one that counts, one that
 * marks.
 *
 * Cost. 32 bytes of page table for 64 KiB, read twice; the counting needs no owner, the marking
 * goes in steps.
 */

/**
 * Chooses the pages of an arena that are worth emptying, and marks them. For one thread, which owns
 * the shard of the arena for {@link #mark} and {@link #keepRest}.
 */
public final class Evacuation {
  private static final int STEPS = 16;

  /** Room for a part of the blocks more, since others allocate meanwhile. */
  private static final int SPARE_PART = 32;

  private final int[] pagesOf = new int[SizeClasses.count()];
  private final long[] liveOf = new long[SizeClasses.count()];
  private final int[] histogram = new int[SizeClasses.count() * STEPS];

  /** Pages to mark of each class: all below a step of fullness, and some of that step. */
  private final int[] cutoff = new int[SizeClasses.count()];

  private final int[] quota = new int[SizeClasses.count()];
  private final int[] quotaAtCutoff = new int[SizeClasses.count()];

  private Arena arena;
  private int nextPage = 1;
  private long excessPages;
  private long liveBytes;
  private int keptPages;

  /** For an arena at first. */
  public Evacuation(Arena arena) {
    this.arena = arena;
  }

  // ---- counting; needs no owner, may be off by what others do meanwhile

  /**
   * Looks at an arena's pages, and makes a plan.
   *
   * @param least a class is left alone that could do without fewer hundredths of its pages
   */
  public void survey(Arena newArena, int least) {
    arena = newArena;
    Arrays.fill(pagesOf, 0);
    Arrays.fill(liveOf, 0);
    Arrays.fill(histogram, 0);
    PageTable pages = arena.pageTable();
    int limit = arena.pageLimit();
    for (int page = 1; page < limit; page++) {
      int sizeClass = pages.state(page);
      if (sizeClass > 0) {
        int live = pages.live(page);
        pagesOf[sizeClass]++;
        liveOf[sizeClass] += live;
        histogram[sizeClass * STEPS + step(sizeClass, live)]++;
      }
    }
    plan(least);
    nextPage = 1;
    keptPages = 0;
  }

  private static int capacity(int sizeClass) {
    return PageTable.PAGE_UNITS / SizeClasses.units(sizeClass);
  }

  private static int step(int sizeClass, int live) {
    return Math.clamp((long) live * STEPS / capacity(sizeClass), 0, STEPS - 1);
  }

  private void plan(int least) {
    excessPages = 0;
    liveBytes = 0;
    for (int c = 1; c < pagesOf.length; c++) {
      long live = liveOf[c] + liveOf[c] / SPARE_PART;
      long kept = (live + capacity(c) - 1) / capacity(c);
      int excess = (int) Math.max(0, pagesOf[c] - Math.max(1, kept));
      quota[c] = 100L * excess >= (long) least * pagesOf[c] ? excess : 0;
      excessPages += quota[c];
      liveBytes += liveOf[c] * SizeClasses.units(c) * SizeClasses.UNIT_BYTES;
      int below = 0;
      int step = 0;
      while (step < STEPS - 1 && below + histogram[c * STEPS + step] <= quota[c]) {
        below += histogram[c * STEPS + step++];
      }
      cutoff[c] = step;
      quotaAtCutoff[c] = quota[c] - below;
    }
  }

  /** Bytes of the pages that the plan empties. */
  public long excessBytes() {
    return excessPages << PageTable.PAGE_SHIFT;
  }

  /** Bytes of live blocks of at most 32 KiB. */
  public long liveBytes() {
    return liveBytes;
  }

  /** Begins again with the first page. */
  public void rewind() {
    nextPage = 1;
  }

  /** Bytes of the pages that {@link #keepRest} had to keep. */
  public long rest() {
    return (long) keptPages << PageTable.PAGE_SHIFT;
  }

  // ---- marking; for the owner of the shard

  /**
   * Marks some of the pages that the plan empties.
   *
   * @param looks how many pages to look at
   * @return whether there are more to look at
   */
  public boolean mark(int looks) {
    PageTable pages = arena.pageTable();
    int end = (int) Math.min((long) nextPage + looks, arena.pageLimit());
    for (; nextPage < end; nextPage++) {
      int sizeClass = pages.state(nextPage);
      if (sizeClass > 0 && quota[sizeClass] > 0 && !pages.isEvacuating(nextPage)) {
        int step = step(sizeClass, pages.live(nextPage));
        if (step < cutoff[sizeClass]
            || (step == cutoff[sizeClass] && quotaAtCutoff[sizeClass]-- > 0)) {
          quota[sizeClass]--;
          arena.evacuate(nextPage);
        }
      }
    }
    return more();
  }

  /** Marks the pages of a class that a test wants. */
  public void markIf(Arena newArena, IntPredicate isWanted) {
    arena = newArena;
    PageTable pages = arena.pageTable();
    for (int page = 1; page < arena.pageLimit(); page++) {
      if (pages.state(page) > 0 && !pages.isEvacuating(page) && isWanted.test(page)) {
        arena.evacuate(page);
      }
    }
  }

  /**
   * Takes the mark from pages whose blocks could not all be moved.
   *
   * @param looks how many pages to look at
   * @return whether there are more to look at
   */
  public boolean keepRest(int looks) {
    PageTable pages = arena.pageTable();
    int end = (int) Math.min((long) nextPage + looks, arena.pageLimit());
    for (; nextPage < end && arena.evacuatingPages() > 0; nextPage++) {
      if (pages.isEvacuating(nextPage)) {
        arena.keep(nextPage);
        keptPages++;
      }
    }
    return arena.evacuatingPages() > 0 && more();
  }

  private boolean more() {
    boolean more = nextPage < arena.pageLimit();
    if (!more) {
      nextPage = 1;
    }
    return more;
  }
}
