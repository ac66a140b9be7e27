package dev.larder.metrics;

import com.sun.management.ThreadMXBean;
import dev.larder.resp.HotPath;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.function.LongSupplier;

/**
 * The counters of one event loop. Only that loop writes; {@link ServerStats} reads from any thread
 * without synchronization. Counts only rise; a reset keeps what they were and subtracts it. The
 * maxima are set to zero by a reset from outside, which may lose the maximum of that very moment.
 */
@HotPath
public final class LoopStats {

  /** One of so many commands is timed; the time of the others is estimated from these. */
  private static final int TIMED_EVERY = 32;

  private final int index;

  private long commands;
  private long bytesIn;
  private long bytesOut;
  private LongSupplier keyHits = () -> 0;
  private LongSupplier keyMisses = () -> 0;
  private long shardWaits;

  private long longestTurnNanos;
  private long longestShardWaitNanos;
  private volatile long threadId;

  private long[] calls = new long[0];
  private long[] timedCalls = new long[0];
  private long[] timedNanos = new long[0];
  private long[] rejected = new long[0];
  private long[] failed = new long[0];

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
    timedCalls = Arrays.copyOf(timedCalls, count);
    timedNanos = Arrays.copyOf(timedNanos, count);
    rejected = Arrays.copyOf(rejected, count);
    failed = Arrays.copyOf(failed, count);
  }

  /**
   * Counts a call.
   *
   * @param command the command's number
   * @return whether the caller should time this call and report it by {@link #timed}
   */
  public boolean called(int command) {
    calls[command]++;
    return (commands++ & (TIMED_EVERY - 1)) == 0;
  }

  /** Reports how long a call took that {@link #called} asked to time. */
  public void timed(int command, long nanos) {
    timedCalls[command]++;
    timedNanos[command] += nanos;
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
    return keyHits.getAsLong();
  }

  long keyMisses() {
    return keyMisses.getAsLong();
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
    sums[1] += timedCalls[command];
    sums[2] += timedNanos[command];
    sums[3] += rejected[command];
    sums[4] += failed[command];
  }
}
