package dev.larder.storage;

import java.util.concurrent.CompletableFuture;

/**
 * The moving of blocks out of sparse pages, so that memory falls again after deletes: what is asked
 * of it, and what it has done. Any thread.
 *
 * <p>Fragmentation is counted in whole pages: what the pages take that all blocks of their size
 * would not need, were they packed. What a shard has of half-filled pages, one for each size of
 * block, is none.
 */
public final class Relocation {
  /** Less than this is left alone, whatever part of the data it is. */
  public static final long DEFAULT_IGNORE_BYTES = 8L << 20;

  public static final int DEFAULT_THRESHOLD_LOWER = 10;
  public static final int DEFAULT_THRESHOLD_UPPER = 100;
  public static final int DEFAULT_CYCLE_MIN = 1;
  public static final int DEFAULT_CYCLE_MAX = 5;

  private final Relocator relocator;
  private volatile boolean isActive = true;
  private volatile long ignoreBytes = DEFAULT_IGNORE_BYTES;
  private volatile int thresholdLower = DEFAULT_THRESHOLD_LOWER;
  private volatile int thresholdUpper = DEFAULT_THRESHOLD_UPPER;
  private volatile int cycleMin = DEFAULT_CYCLE_MIN;
  private volatile int cycleMax = DEFAULT_CYCLE_MAX;
  private final BackgroundThread thread;

  Relocation(Keyspace keyspace) {
    this.relocator = new Relocator(keyspace, this);
    this.thread = new BackgroundThread("larder-defrag", relocator);
  }

  void start() {
    thread.start();
  }

  void stop() {
    relocator.stop();
    thread.awaitEnd();
  }

  /** Whether blocks are moved on their own. */
  public void active(boolean yes) {
    isActive = yes;
  }

  boolean isActive() {
    return isActive;
  }

  /** Fragmentation in bytes below which nothing is moved. */
  public void ignoreBytes(long bytes) {
    ignoreBytes = bytes;
  }

  long ignoreBytes() {
    return ignoreBytes;
  }

  /** Fragmentation in hundredths of the data, from which on blocks are moved. */
  public void lower(int hundredths) {
    thresholdLower = hundredths;
  }

  /** The same, from which on that takes all that is allowed. */
  public void upper(int hundredths) {
    thresholdUpper = hundredths;
  }

  int thresholdLower() {
    return thresholdLower;
  }

  /** Hundredths of a core that are spent at the lower threshold. */
  public void cycleMin(int hundredths) {
    cycleMin = hundredths;
  }

  /** Hundredths of a core that are spent at the upper threshold. */
  public void cycleMax(int hundredths) {
    cycleMax = hundredths;
  }

  /** Hundredths of a core that are spent at this fragmentation, in hundredths of the data. */
  int cycle(double fragmentation) {
    int least = Math.min(cycleMin, cycleMax);
    double range = Math.max(1, thresholdUpper - thresholdLower);
    double part = Math.clamp((fragmentation - thresholdLower) / range, 0, 1);
    return (int) Math.round(least + part * (cycleMax - least));
  }

  /**
   * Packs all there is as well as can be, whatever the thresholds say, with a quarter of a core.
   *
   * @return done when all shards were gone through
   */
  public CompletableFuture<Void> packAll() {
    CompletableFuture<Void> done = relocator.packAll();
    thread.wake();
    return done;
  }

  /** Hundredths of a core that are being spent, 0 while there is nothing to do. */
  public int running() {
    return relocator.running();
  }

  /** Blocks that were moved. */
  public long moved() {
    return relocator.mover().moved();
  }

  /** Blocks that should have been moved, and had to stay. */
  public long kept() {
    return relocator.mover().kept();
  }

  /** Keys of which blocks were moved. */
  public long keysMoved() {
    return relocator.mover().keysMoved();
  }

  /** Keys that were looked at, and stayed as they are. */
  public long keysKept() {
    return relocator.mover().keysKept();
  }

  /** Milliseconds with something to do, since the start. */
  public long totalMillis() {
    return relocator.totalMillis();
  }

  /** Milliseconds since there is something to do; 0 when there is nothing. */
  public long currentMillis() {
    return relocator.currentMillis();
  }
}
