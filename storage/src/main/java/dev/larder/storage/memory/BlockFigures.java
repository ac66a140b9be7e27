package dev.larder.storage.memory;

/**
 * How the memory of arenas is divided: for each size of blocks, how many live in how many pages.
 * Filled by one thread.
 */
public final class BlockFigures {
  private static final int MAX_RUN = 16;

  private final long[] pages = new long[SizeClasses.count()];
  private final long[] blocks = new long[SizeClasses.count()];

  /** Blocks of so many pages each, by that number; the last one has all that are longer. */
  private final long[] runs = new long[MAX_RUN + 1];

  private final long[] runPages = new long[MAX_RUN + 1];

  void add(int sizeClass, int live) {
    if (sizeClass < pages.length) {
      pages[sizeClass]++;
      blocks[sizeClass] += live;
    }
  }

  void addRun(int pageCount) {
    int size = Math.min(pageCount, MAX_RUN);
    runs[size]++;
    runPages[size] += pageCount;
  }

  /** Receives the figures of one size. */
  @FunctionalInterface
  public interface Visitor {
    /**
     * @param blockBytes the size of each block, or the average
     * @param blocks how many are live
     * @param pageBytes what the pages take that they are in
     */
    void visit(long blockBytes, long blocks, long pageBytes);
  }

  /** Shows all sizes of which there are pages, in ascending order. */
  public void forEach(Visitor visitor) {
    for (int i = 1; i < pages.length; i++) {
      if (pages[i] > 0) {
        int bytes = SizeClasses.units(i) * SizeClasses.UNIT_BYTES;
        visitor.visit(bytes, blocks[i], pages[i] << PageTable.PAGE_SHIFT);
      }
    }
    for (int i = 1; i <= MAX_RUN; i++) {
      if (runs[i] > 0) {
        long bytes = runPages[i] << PageTable.PAGE_SHIFT;
        visitor.visit(bytes / runs[i], runs[i], bytes);
      }
    }
  }
}
