package dev.larder.info;

import dev.larder.metrics.Clock;
import dev.larder.metrics.MemoryUse;
import dev.larder.metrics.ServerStats;
import dev.larder.session.Connection;
import dev.larder.session.Sessions;
import java.util.concurrent.atomic.LongAdder;

/**
 * What has to be watched over time: rates, and the use of memory. {@link #tick} is called ten times
 * a second by one thread; reading is safe from any.
 */
public final class Vitals {
  /** What {@link #tick} expects, in milliseconds. */
  public static final long TICK_MILLIS = 100;

  /** Adding up the buffers of thousands of clients is not done at every tick. */
  private static final int TICKS_PER_BUFFER_COUNT = 10;

  private final MemoryUse memory;
  private final Sessions sessions;
  private final ServerStats stats;
  private final long startupBytes;
  private final long baseResidentBytes;
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
    memory.refresh();
    this.startupBytes = memory.usedBytes();
    this.baseResidentBytes = ProcessFacts.residentBytes();
  }

  /** Takes the samples. */
  public void tick() {
    if (ticks++ % TICKS_PER_BUFFER_COUNT == 0) {
      countClientBytes();
    }
    memory.refresh();
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

  /** Bytes in the clients' query and output buffers, as counted last. */
  long clientBytes() {
    return clientBytes;
  }

  /** Bytes of data and index. */
  long dataBytes() {
    return Math.max(0, memory.usedBytes() - memory.otherBytes() - startupBytes);
  }

  /** What the empty keyspace took. */
  long startupBytes() {
    return startupBytes;
  }

  /** Physical memory of the process when it was about to serve, {@link ProcessFacts#UNKNOWN}. */
  long baseResidentBytes() {
    return baseResidentBytes;
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
    sessions.forEach(
        session -> {
          Connection connection = session.connection();
          bytes.add(connection.queryBufferBytes());
          bytes.add(connection.queryBufferFreeBytes());
          bytes.add(connection.outputBytes());
        });
    clientBytes = bytes.sum();
  }
}
