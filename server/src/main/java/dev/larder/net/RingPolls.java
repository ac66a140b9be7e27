package dev.larder.net;

import static java.util.Objects.requireNonNull;

import io.netty.channel.IoEvent;
import io.netty.channel.IoRegistration;
import io.netty.channel.uring.IoUringIoHandle;
import io.netty.channel.uring.IoUringIoOps;
import org.jspecify.annotations.Nullable;

/**
 * Tells a loop of io_uring that it has polled its sockets although it is still in {@code runIo}.
 *
 * <p>While there are completions, Netty goes on submitting and collecting, for up to 64 times:
 * under load that is tens of milliseconds, in which clients are served, but no task would run and
 * no turn end. An operation that does nothing, submitted after a few reads, completes behind the
 * next poll, and stands for the end of a turn.
 */
final class RingPolls implements IoUringIoHandle {
  /** About 100 microseconds of short commands, and at most a few hundred of long ones. */
  private static final int READS = 16;

  private static final byte NOP = 0;

  /** The same for every submission: it says nothing but its kind. */
  private static final IoUringIoOps NOTHING =
      new IoUringIoOps(NOP, (byte) 0, (short) 0, -1, 0L, 0L, 0, 0, 0L, (short) 0, (short) 0, 0, 0L);

  private final IoLoop loop;
  private @Nullable IoRegistration registration;

  /** Reads since the last poll that is known. */
  private int reads;

  /** Whether the next poll will tell. */
  private boolean isAsked;

  private RingPolls(IoLoop loop) {
    this.loop = loop;
  }

  /** Of a loop of io_uring; on its thread. */
  static RingPolls of(IoLoop loop) {
    RingPolls polls = new RingPolls(loop);
    polls.registration = loop.register(polls).getNow();
    return polls;
  }

  /** The loop is about to poll anyway. */
  void beginRun() {
    if (!isAsked) {
      reads = 0;
    }
  }

  /** A read has completed. */
  void beginRead() {
    if (++reads >= READS) {
      tellNext();
    }
  }

  /** Has the next poll tell, however few reads there were before it. */
  void tellNext() {
    if (!isAsked) {
      isAsked = true;
      requireNonNull(registration).submit(NOTHING);
    }
  }

  @Override
  public void handle(IoRegistration unused, IoEvent event) {
    isAsked = false;
    reads = 0;
    loop.polled();
  }

  @Override
  public void close() {
    requireNonNull(registration).cancel();
  }
}
