package dev.larder.metrics;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * The server's counters: those of its event loops summed up, and those of rare events kept here.
 * Safe for any thread. Totals count from the start or the last {@link #reset}.
 */
public final class ServerStats {

  /** More kinds of errors than any command has; beyond it a client is making them up. */
  private static final int MAX_ERROR_CODES = 128;

  private static final int COMMAND_COUNTERS = 4;
  private static final long NANOS_PER_MILLI = 1_000_000;

  private final long startedNanos = Clock.nanos();
  private final List<LoopStats> loops = new CopyOnWriteArrayList<>();
  private final LongAdder accepted = new LongAdder();
  private final LongAdder refused = new LongAdder();
  private final LongAdder outputLimitDisconnections = new LongAdder();
  private final LongAdder queryLimitDisconnections = new LongAdder();
  private final LongAdder evictedClients = new LongAdder();
  private final HotKeys hotKeys = new HotKeys();
  private final LongAdder bugs = new LongAdder();
  private final Map<String, LongAdder> errors = new ConcurrentHashMap<>();
  private final LongAdder errorReplies = new LongAdder();
  private final AccessDenials denials = new AccessDenials();
  private final LoadProgress load = new LoadProgress();
  private final SaveProgress save = new SaveProgress();
  private final AofProgress aof = new AofProgress();
  private final ClientPause pause = new ClientPause();
  private final SlowLog slowLog = new SlowLog();
  private final LatencyMonitor latency = new LatencyMonitor();

  private volatile Base base = new Base();
  private volatile int commandCount;
  private volatile boolean tracksLatency = true;
  private volatile LongSupplier expiredKeys = () -> 0;
  private volatile LongSupplier expiredFields = () -> 0;
  private volatile LongSupplier evictedScripts = () -> 0;
  private volatile LongSupplier evictedKeys = () -> 0;
  private volatile LongSupplier keysFreedLater = () -> 0;
  private volatile EvictionClock evictionClock = new EvictionClock();

  /** What the loops' counters were at the last reset. */
  private static final class Base {
    long commands;
    long bytesIn;
    long bytesOut;
    long keyHits;
    long keyMisses;
    long shardWaits;
    long expiredKeys;
    long expiredFields;
    long evictedScripts;
    long evictedKeys;
    long keysFreedLater;
    long exceededNanos;
    long[] commandCounters = new long[0];
    long[] @Nullable [] histograms = new long[0][];
  }

  /** Tells how many commands there are; before the first loop is added. */
  public void commandCount(int count) {
    commandCount = count;
    base.commandCounters = new long[count * COMMAND_COUNTERS];
    base.histograms = new long[count][];
  }

  /** Tells where keys are counted whose deadline passed. */
  public void expiredKeys(LongSupplier sinceStart) {
    expiredKeys = sinceStart;
  }

  /** The same for fields of hashes. */
  public void expiredFields(LongSupplier sinceStart) {
    expiredFields = sinceStart;
  }

  /** Tells where scripts are counted that were forgotten since there were too many. */
  public void evictedScripts(LongSupplier sinceStart) {
    evictedScripts = sinceStart;
  }

  /** Tells where keys are counted that had to go. */
  public void evictedKeys(LongSupplier sinceStart) {
    evictedKeys = sinceStart;
  }

  /** Tells where keys are counted whose values were freed some time after they had gone. */
  public void keysFreedLater(LongSupplier sinceStart) {
    keysFreedLater = sinceStart;
  }

  /** Tells how long more memory was used than may be. */
  public void evictionClock(EvictionClock clock) {
    evictionClock = clock;
  }

  /** Who was denied what. */
  public AccessDenials denials() {
    return denials;
  }

  /** Whether and how data are being loaded; a reset keeps it. */
  public LoadProgress load() {
    return load;
  }

  /** Whether and how data are being saved; a reset keeps it. */
  public SaveProgress save() {
    return save;
  }

  /** The append-only file; a reset keeps it. */
  public AofProgress aof() {
    return aof;
  }

  /** Whether clients are paused; a reset keeps it. */
  public ClientPause pause() {
    return pause;
  }

  /** The commands that took long; a reset keeps them. */
  public SlowLog slowLog() {
    return slowLog;
  }

  /** The events that took long; a reset keeps them. */
  public LatencyMonitor latency() {
    return latency;
  }

  /** Counts the durations of commands by size from now on, or not any more. */
  public void tracksLatency(boolean does) {
    tracksLatency = does;
  }

  public boolean tracksLatency() {
    return tracksLatency;
  }

  /** The counters of a new event loop. */
  public LoopStats addLoop() {
    LoopStats loop = new LoopStats(loops.size());
    loop.commandCount(commandCount);
    loops.add(loop);
    return loop;
  }

  /** Sets all totals and maxima to zero; uptime goes on. */
  public void reset() {
    Base next = new Base();
    next.commands = sum(LoopStats::commands);
    next.bytesIn = sum(LoopStats::bytesIn);
    next.bytesOut = sum(LoopStats::bytesOut);
    next.keyHits = sum(LoopStats::keyHits);
    next.keyMisses = sum(LoopStats::keyMisses);
    next.shardWaits = sum(LoopStats::shardWaits);
    next.expiredKeys = expiredKeys.getAsLong();
    next.expiredFields = expiredFields.getAsLong();
    next.evictedScripts = evictedScripts.getAsLong();
    next.evictedKeys = evictedKeys.getAsLong();
    next.keysFreedLater = keysFreedLater.getAsLong();
    next.exceededNanos = evictionClock.totalNanos();
    next.commandCounters = new long[commandCount * COMMAND_COUNTERS];
    next.histograms = new long[commandCount][];
    for (int c = 0; c < commandCount; c++) {
      System.arraycopy(
          counters(c), 0, next.commandCounters, c * COMMAND_COUNTERS, COMMAND_COUNTERS);
      next.histograms[c] = sumHistogram(c);
    }
    base = next;
    loops.forEach(LoopStats::resetMaxima);
    accepted.reset();
    refused.reset();
    outputLimitDisconnections.reset();
    evictedClients.reset();
    queryLimitDisconnections.reset();
    errors.clear();
    errorReplies.reset();
    denials.reset();
  }

  /** Which keys are used most. */
  public HotKeys hotKeys() {
    return hotKeys;
  }

  /** How long all commands took together, in microseconds, since the last reset. */
  public long commandMicros() {
    long micros = 0;
    for (int c = 0; c < commandCount; c++) {
      micros += command(c).micros();
    }
    return micros;
  }

  /** Milliseconds since the server started. */
  public long uptimeMillis() {
    return (Clock.nanos() - startedNanos) / NANOS_PER_MILLI;
  }

  /** A connection was accepted. */
  public void connectionAccepted() {
    accepted.increment();
  }

  /** A connection was refused: too many, or protected mode. */
  public void connectionRefused() {
    refused.increment();
  }

  /** A client was disconnected because it did not read its replies. */
  public void outputLimitReached() {
    outputLimitDisconnections.increment();
  }

  /** A client was disconnected because all clients had too much memory, and it the most. */
  public void clientEvicted() {
    evictedClients.increment();
  }

  /** A client was disconnected because it sent too much of an unfinished command. */
  public void queryLimitReached() {
    queryLimitDisconnections.increment();
  }

  /** A command ended by an exception that no command may throw. */
  public void bug() {
    bugs.increment();
  }

  /** Counts an error reply under its first word. */
  public void errorReply(String code) {
    errorReplies.increment();
    LongAdder count = errors.get(code);
    if (count == null && errors.size() < MAX_ERROR_CODES) {
      count = errors.computeIfAbsent(code, unused -> new LongAdder());
    }
    if (count != null) {
      count.increment();
    }
  }

  public long connectionsAccepted() {
    return accepted.sum();
  }

  public long connectionsRefused() {
    return refused.sum();
  }

  public long outputLimitDisconnections() {
    return outputLimitDisconnections.sum();
  }

  public long evictedClients() {
    return evictedClients.sum();
  }

  public long queryLimitDisconnections() {
    return queryLimitDisconnections.sum();
  }

  /** Commands that failed by a bug of the server, since the start; a reset keeps it. */
  public long bugs() {
    return bugs.sum();
  }

  public long errorReplies() {
    return errorReplies.sum();
  }

  /** Error replies by first word, sorted. */
  public Map<String, Long> errorsByCode() {
    Map<String, Long> sorted = new TreeMap<>();
    errors.forEach((code, count) -> sorted.put(code, count.sum()));
    return sorted;
  }

  public long commandsProcessed() {
    return sum(LoopStats::commands) - base.commands;
  }

  public long bytesReceived() {
    return sum(LoopStats::bytesIn) - base.bytesIn;
  }

  public long bytesSent() {
    return sum(LoopStats::bytesOut) - base.bytesOut;
  }

  public long keyHits() {
    return sum(LoopStats::keyHits) - base.keyHits;
  }

  public long keyMisses() {
    return sum(LoopStats::keyMisses) - base.keyMisses;
  }

  /** Keys that had to go for want of memory. */
  public long evictedKeys() {
    return evictedKeys.getAsLong() - base.evictedKeys;
  }

  /** Keys whose values were freed some time after they had gone. */
  public long keysFreedLater() {
    return keysFreedLater.getAsLong() - base.keysFreedLater;
  }

  /** For how long more memory was used than may be, in milliseconds. */
  public long evictionExceededMillis() {
    return (evictionClock.totalNanos() - base.exceededNanos) / NANOS_PER_MILLI;
  }

  /** For how long that has been so now, in milliseconds; 0 if it is not. */
  public long currentEvictionExceededMillis() {
    return evictionClock.currentNanos() / NANOS_PER_MILLI;
  }

  /** Keys that went because their deadline passed. */
  public long expiredKeys() {
    return expiredKeys.getAsLong() - base.expiredKeys;
  }

  /** Fields of hashes that went because their deadline passed. */
  public long expiredFields() {
    return expiredFields.getAsLong() - base.expiredFields;
  }

  /** Scripts that were forgotten since there were too many. */
  public long evictedScripts() {
    return evictedScripts.getAsLong() - base.evictedScripts;
  }

  /** How often a command had to wait for a shard. */
  public long shardWaits() {
    return sum(LoopStats::shardWaits) - base.shardWaits;
  }

  /** The longest time, in microseconds, that any loop was away from its sockets. */
  public long longestLoopTurnMicros() {
    return max(LoopStats::longestTurnNanos) / 1_000;
  }

  /** The longest time, in microseconds, that a command waited for a shard. */
  public long longestShardWaitMicros() {
    return max(LoopStats::longestShardWaitNanos) / 1_000;
  }

  /** Heap bytes allocated by all event loops since the start; a reset keeps it. */
  public long loopAllocatedBytes() {
    return sum(LoopStats::allocatedBytes);
  }

  public int loopCount() {
    return loops.size();
  }

  /** Counts of the command with this number. */
  public CommandStats command(int number) {
    long[] now = counters(number);
    long[] then = base.commandCounters;
    int at = number * COMMAND_COUNTERS;
    return new CommandStats(
        now[0] - then[at], now[1] - then[at + 1], now[2] - then[at + 2], now[3] - then[at + 3]);
  }

  /**
   * How often a command took how long, as {@link LatencyHistogram} counts; null if it never ran.
   */
  public long @Nullable [] histogram(int number) {
    long[] now = sumHistogram(number);
    long[] then = base.histograms[number];
    for (int i = 0; now != null && then != null && i < now.length; i++) {
      now[i] -= then[i];
    }
    return now == null || LatencyHistogram.total(now) == 0 ? null : now;
  }

  private long @Nullable [] sumHistogram(int command) {
    long[] sums = null;
    for (LoopStats loop : loops) {
      long[] counts = loop.histogram(command);
      if (counts != null && sums == null) {
        sums = new long[LatencyHistogram.BUCKETS];
      }
      for (int i = 0; counts != null && sums != null && i < sums.length; i++) {
        sums[i] += counts[i];
      }
    }
    return sums;
  }

  private long[] counters(int command) {
    long[] sums = new long[COMMAND_COUNTERS];
    for (LoopStats loop : loops) {
      loop.addTo(sums, command);
    }
    return sums;
  }

  private long sum(ToLongFunction<LoopStats> counter) {
    return loops.stream().mapToLong(counter).sum();
  }

  private long max(ToLongFunction<LoopStats> counter) {
    return loops.stream().mapToLong(counter).max().orElse(0);
  }
}
