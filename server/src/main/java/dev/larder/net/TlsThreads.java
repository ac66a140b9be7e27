package dev.larder.net;

import dev.larder.metrics.Clock;
import dev.larder.tls.TlsContexts;
import io.netty.buffer.ByteBufAllocator;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The few threads that do handshakes, as many of them at a time; others wait, each connection with
 * one step at most. So a storm of new connections leaves the event loops to those that are there.
 */
final class TlsThreads implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(TlsThreads.class);

  /** Half as many as there are event loops: what is left serves clients. */
  private static final int LOOPS_PER_THREAD = 2;

  /**
   * With so many steps to do for each, new connections wait in the kernel: let in, they would cost
   * memory, and in a storm come to their turn when their clients have given up.
   */
  private static final int WAITING_PER_THREAD = 32;

  private static final long IDLE_SECONDS = 30;
  private static final long NANOS_BETWEEN_WARNINGS = TimeUnit.SECONDS.toNanos(1);

  private final TlsContexts contexts;
  private final ByteBufAllocator allocator;
  private final int count;
  private final BlockingQueue<Runnable> waiting = new LinkedBlockingQueue<>();
  private final ThreadPoolExecutor threads;
  private final AtomicLong warnedNanos = new AtomicLong(Clock.nanos() - NANOS_BETWEEN_WARNINGS);
  private final AtomicInteger untold = new AtomicInteger();

  TlsThreads(TlsContexts contexts, ByteBufAllocator allocator, int loops) {
    this.contexts = contexts;
    this.allocator = allocator;
    ThreadFactory factory = Thread.ofPlatform().name("larder-tls-", 0).daemon().factory();
    count = Math.max(1, loops / LOOPS_PER_THREAD);
    threads =
        new ThreadPoolExecutor(count, count, IDLE_SECONDS, TimeUnit.SECONDS, waiting, factory);
    threads.allowCoreThreadTimeOut(true);
  }

  /** To be called now and then. */
  void renewTicketKey() {
    contexts.renewTicketKey();
  }

  TlsHandshake newHandshake() {
    return new TlsHandshake(contexts, allocator);
  }

  /**
   * Runs a step of a handshake.
   *
   * @throws RejectedExecutionException when the server is being closed
   */
  void execute(Runnable step) {
    threads.execute(step);
  }

  /** Whether there is enough to do for now; any thread. */
  boolean isCrowded() {
    return waiting.size() >= WAITING_PER_THREAD * count;
  }

  /** Logs that a connection was refused; once a second at most. */
  void failed(String client, @Nullable String reason) {
    long nanos = Clock.nanos();
    long last = warnedNanos.get();
    if (nanos - last < NANOS_BETWEEN_WARNINGS || !warnedNanos.compareAndSet(last, nanos)) {
      untold.incrementAndGet();
      return;
    }
    int others = untold.getAndSet(0);
    log.warn(
        "Error accepting a client connection: {} (addr={}){}",
        reason,
        client,
        others == 0 ? "" : ", and " + others + " others before");
  }

  @Override
  public void close() {
    threads.shutdown();
  }
}
