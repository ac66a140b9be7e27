package dev.larder.metrics;

import com.sun.management.ThreadMXBean;
import dev.larder.resp.HotPath;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The counters of one event loop. Only that loop writes; {@link ServerStats} reads from any thread
 * without synchronization. Counts only rise; a reset keeps what they were and subtracts it. The
 * maxima are set to zero by a reset from outside, which may lose the maximum of that very moment.
 */
@HotPath
public final class LoopStats {

  private final int index;

  private long commands;
  private long bytesIn;
  private long bytesOut;
  private long scriptKeyHits;
  private long scriptKeyMisses;
  private LongSupplier keyHits = () -> 0;
  private LongSupplier keyMisses = () -> 0;
  private long shardWaits;

  private long longestTurnNanos;
  private long longestShardWaitNanos;
  private volatile long threadId;

  private long[] calls = new long[0];
  private long[] nanos = new long[0];
  private long[] rejected = new long[0];
  private long[] failed = new long[0];

  /** The durations of each command by size, null for those that have not run. */
  private long[] @Nullable [] histograms = new long[0][];

  LoopStats(int index) {
    this.index = index;
  }

  /** The event loop's number. */
  public int index() {
    return index;
  }

  /** Makes room for commands numbered below {@code count}; before the loop serves clients. */
  public void commandCount(int count) {
    calls = Arrays.copyOf(calls, count);
    nanos = Arrays.copyOf(nanos, count);
    rejected = Arrays.copyOf(rejected, count);
    failed = Arrays.copyOf(failed, count);
    histograms = Arrays.copyOf(histograms, count);
  }

  /**
   * Counts a call that has ended.
   *
   * @param command the command's number
   * @param spent how long it took, in nanoseconds
   * @param isTracked whether its duration is counted by size as well
   */
  public void ran(int command, long spent, boolean isTracked) {
    commands++;
    calls[command]++;
    nanos[command] += spent;
    if (isTracked) {
      long[] counts = histograms[command];
      if (counts == null) {
        counts = new long[LatencyHistogram.BUCKETS];
        histograms[command] = counts;
      }
      counts[LatencyHistogram.bucket(spent)]++;
    }
  }

  /** Counts a command refused before it ran. */
  public void rejected(int command) {
    rejected[command]++;
  }

  /** Counts a command that ran and answered an error. */
  public void failed(int command) {
    failed[command]++;
  }

  public void received(long bytes) {
    bytesIn += bytes;
  }

  public void sent(long bytes) {
    bytesOut += bytes;
  }

  /** Where the loop counts lookups of keys that found one, and those that found none. */
  public void keyLookups(LongSupplier hits, LongSupplier misses) {
    keyHits = hits;
    keyMisses = misses;
  }

  /** The commands of a script have looked for keys. */
  public void scriptKeyLookups(long hits, long misses) {
    scriptKeyHits += hits;
    scriptKeyMisses += misses;
  }

  /** The loop went from one poll of its sockets to the next in so much time. */
  public void turn(long nanos) {
    if (nanos > longestTurnNanos) {
      longestTurnNanos = nanos;
    }
  }

  /** A command waited so long for a shard. */
  public void shardWait(long nanos) {
    shardWaits++;
    if (nanos > longestShardWaitNanos) {
      longestShardWaitNanos = nanos;
    }
  }

  /** Called by the loop's thread: whose allocation counts. */
  public void runsOnThisThread() {
    threadId = Thread.currentThread().threadId();
  }

  long commands() {
    return commands;
  }

  long bytesIn() {
    return bytesIn;
  }

  long bytesOut() {
    return bytesOut;
  }

  long keyHits() {
    return keyHits.getAsLong() + scriptKeyHits;
  }

  long keyMisses() {
    return keyMisses.getAsLong() + scriptKeyMisses;
  }

  long shardWaits() {
    return shardWaits;
  }

  long longestTurnNanos() {
    return longestTurnNanos;
  }

  long longestShardWaitNanos() {
    return longestShardWaitNanos;
  }

  /** Heap bytes that the loop's thread has allocated since it started; 0 if the JVM can't tell. */
  long allocatedBytes() {
    if (threadId != 0
        && ManagementFactory.getThreadMXBean() instanceof ThreadMXBean threads
        && threads.isThreadAllocatedMemorySupported()) {
      return Math.max(0, threads.getThreadAllocatedBytes(threadId));
    }
    return 0;
  }

  void resetMaxima() {
    longestTurnNanos = 0;
    longestShardWaitNanos = 0;
  }

  /** Adds this loop's counts of a command to {@code sums}, in the order of {@link CommandStats}. */
  void addTo(long[] sums, int command) {
    sums[0] += calls[command];
    sums[1] += nanos[command];
    sums[2] += rejected[command];
    sums[3] += failed[command];
  }

  /** This loop's durations of a command by size; null if it has not run. */
  long @Nullable [] histogram(int command) {
    return histograms[command];
  }
}
