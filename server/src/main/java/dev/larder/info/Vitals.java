package dev.larder.info;

import dev.larder.metrics.Clock;
import dev.larder.metrics.ServerStats;
import dev.larder.session.Connection;
import dev.larder.session.Sessions;
import dev.larder.storage.Keyspace;
import java.util.concurrent.atomic.LongAdder;

/**
 * What has to be watched over time: rates, and the peak of memory. {@link #tick} is called ten
 * times a second by one thread; reading is safe from any.
 */
public final class Vitals {
  /** What {@link #tick} expects, in milliseconds. */
  public static final long TICK_MILLIS = 100;

  /** Adding up the buffers of thousands of clients is not done at every tick. */
  private static final int TICKS_PER_BUFFER_COUNT = 10;

  private final Keyspace keyspace;
  private final Sessions sessions;
  private final ServerStats stats;
  private final long startupBytes;
  private final long baseResidentBytes;
  private final Rate commands = new Rate();
  private final Rate received = new Rate();
  private final Rate sent = new Rate();

  private int ticks;
  private volatile long clientBytes;
  private volatile long peakBytes;

  /** Made when the server is about to serve: what it takes now is what it takes empty. */
  public Vitals(Keyspace keyspace, Sessions sessions, ServerStats stats) {
    this.keyspace = keyspace;
    this.sessions = sessions;
    this.stats = stats;
    this.startupBytes = keyspace.usedBytes();
    this.baseResidentBytes = ProcessFacts.residentBytes();
    this.peakBytes = startupBytes;
  }

  /** Takes the samples. */
  public void tick() {
    if (ticks++ % TICKS_PER_BUFFER_COUNT == 0) {
      countClientBytes();
    }
    notePeak();
    long now = Clock.nanos();
    commands.sample(now, stats.commandsProcessed());
    received.sample(now, stats.bytesReceived());
    sent.sample(now, stats.bytesSent());
  }

  /**
   * How much of a memory limit is left for data beside the clients' buffers, in bytes; at least 1.
   *
   * @param limit 0 for none, which is the answer then
   */
  public long dataLimit(long limit) {
    return limit == 0 ? 0 : Math.max(1, limit - clientBytes);
  }

  /** Memory used now: keys, values and what finds them, and the clients' buffers; in bytes. */
  long usedBytes() {
    countClientBytes();
    return notePeak();
  }

  /** The highest that {@link #usedBytes} was seen. */
  long peakBytes() {
    return peakBytes;
  }

  /** Bytes in the clients' query and output buffers, as counted last. */
  long clientBytes() {
    return clientBytes;
  }

  /** Bytes of data and index. */
  long dataBytes() {
    return Math.max(0, keyspace.usedBytes() - startupBytes);
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
    sessions.forEach(session -> {
      Connection connection = session.connection();
      bytes.add(connection.queryBufferBytes());
      bytes.add(connection.queryBufferFreeBytes());
      bytes.add(connection.outputBytes());
    });
    clientBytes = bytes.sum();
  }

  private synchronized long notePeak() {
    long used = keyspace.usedBytes() + clientBytes;
    if (used > peakBytes) {
      peakBytes = used;
    }
    return used;
  }
}
