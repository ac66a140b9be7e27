package dev.larder.info;

import dev.larder.metrics.Clock;
import dev.larder.metrics.MemoryUse;
import dev.larder.metrics.ResidentExcess;
import dev.larder.metrics.ServerStats;
import dev.larder.session.ClientMemory;
import dev.larder.session.Sessions;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What has to be watched over time: rates, and the use of memory. {@link #tick} is called ten times
 * a second by one thread; reading is safe from any.
 */
public final class Vitals {
  /** What {@link #tick} expects, in milliseconds. */
  public static final long TICK_MILLIS = 100;

  /** Adding up the buffers of thousands of clients is not done at every tick. */
  private static final int TICKS_PER_BUFFER_COUNT = 10;

  /** What the storage has of the system while there are hardly any data. */
  private static final long EMPTY_BYTES = 1 << 20;

  private final MemoryUse memory;
  private final Sessions sessions;
  private final ServerStats stats;
  private final long startupBytes;
  private final MemoryMXBean jvm = ManagementFactory.getMemoryMXBean();
  private final HotKeysReport hotKeys;
  private final ResidentExcess excess = new ResidentExcess();

  /** What was resident, and what the JVM had of that, when the server was about to serve. */
  private volatile long startResident;

  private volatile long startJvm;

  private volatile long startBuffers;

  private volatile BufferPool buffers = BufferPool.NONE;

  /** What the storage has of the system, null unless the process is the server's alone. */
  private volatile @Nullable LongSupplier committed;

  private final Rate commands = new Rate();
  private final Rate received = new Rate();
  private final Rate sent = new Rate();

  private int ticks;
  private volatile long clientBytes;

  /** Made when the server is about to serve: what it takes now is what it takes empty. */
  public Vitals(MemoryUse memory, Sessions sessions, ServerStats stats) {
    this.memory = memory;
    this.sessions = sessions;
    this.stats = stats;
    this.hotKeys = new HotKeysReport(stats);
    memory.refresh();
    this.startupBytes = memory.usedBytes();
    noteBase();
  }

  private void noteBase() {
    startJvm = jvmCommitted();
    startBuffers = buffers.baseBytes();
    startResident = ProcessFacts.residentBytes();
  }

  private long jvmCommitted() {
    return jvm.getHeapMemoryUsage().getCommitted() + jvm.getNonHeapMemoryUsage().getCommitted();
  }

  /** Tells of the pool of network buffers, which counts from now on; once. */
  public void buffers(BufferPool pool) {
    buffers = pool;
    startBuffers = pool.baseBytes();
    memory.count(pool::usedBytes);
  }

  BufferPool buffers() {
    return buffers;
  }

  /**
   * All that the process holds is this server's: from now on it counts as used as far as a limit
   * does not tolerate it. To be called when the server is about to have data.
   *
   * @param storageCommitted what the storage has of the system
   * @param most what the process may have in all
   */
  public void ownProcess(LongSupplier storageCommitted, long most) {
    noteBase();
    committed = storageCommitted;
    memory.count(excess::bytes);
    memory.count(() -> crowding(most));
  }

  /** What of the JVM's memory does not fit beside the limit into what the process may have. */
  private long crowding(long most) {
    long limit = memory.limitBytes();
    long base = baseBytes();
    boolean fits = limit == 0 || base == ProcessFacts.UNKNOWN || limit <= most - base;
    return fits ? 0 : Math.min(base, limit - (most - base));
  }

  /** Takes the samples. */
  public void tick() {
    if (ticks++ % TICKS_PER_BUFFER_COUNT == 0) {
      countClientBytes();
      watchPages();
    }
    memory.refresh();
    hotKeys.stopIfDue();
    long now = Clock.nanos();
    commands.sample(now, stats.commandsProcessed());
    received.sample(now, stats.bytesReceived());
    sent.sample(now, stats.bytesSent());
  }

  /** Memory as it is used now, all that is counted beside the keyspace included. */
  MemoryUse memory() {
    countClientBytes();
    memory.refresh();
    return memory;
  }

  /** What all clients have, as counted last. */
  long clientBytes() {
    return clientBytes;
  }

  /** What the empty keyspace took. */
  long startupBytes() {
    return startupBytes;
  }

  long keysFreedLater() {
    return stats.keysFreedLater();
  }

  private void watchPages() {
    LongSupplier storage = committed;
    long base = baseBytes();
    if (storage != null && base != ProcessFacts.UNKNOWN) {
      if (storage.getAsLong() < EMPTY_BYTES && residentBytes() < base) {
        // The JIT compiler gives back what it needed at the start, some seconds later.
        noteBase();
        base = baseBytes();
      }
      // Pages that were never touched are not resident; the JIT compiler's memory is not ours.
      long ours = storage.getAsLong() + memory.otherBytes() - excess.bytes();
      excess.tick(Math.min(ours, residentBytes() - base), memory.limitBytes());
    }
  }

  /** Physical memory of the process now, or {@link ProcessFacts#UNKNOWN}. */
  long residentBytes() {
    return ProcessFacts.residentBytes();
  }

  /**
   * What of the process's physical memory is the JVM's: what there was before there were data, and
   * by how much heap, classes, compiled code and the pool of buffers have grown since; or {@link
   * ProcessFacts#UNKNOWN}.
   */
  public long baseBytes() {
    long start = startResident;
    return start == ProcessFacts.UNKNOWN
        ? ProcessFacts.UNKNOWN
        : start
            + Math.max(0, jvmCommitted() - startJvm)
            + Math.max(0, buffers.baseBytes() - startBuffers);
  }

  /** What is on its way to the append-only file. */
  long aofBytes() {
    return stats.aof().memoryBytes();
  }

  /** Memory in pages that hold too little, as far as it counts. */
  long excessBytes() {
    return excess.bytes();
  }

  double commandsPerSecond() {
    return commands.perSecond();
  }

  double receivedBytesPerSecond() {
    return received.perSecond();
  }

  double sentBytesPerSecond() {
    return sent.perSecond();
  }

  private void countClientBytes() {
    LongAdder bytes = new LongAdder();
    sessions.forEach(session -> bytes.add(ClientMemory.of(session)));
    clientBytes = bytes.sum();
  }
}
