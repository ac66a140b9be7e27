package dev.larder.net;

import static java.util.Objects.requireNonNull;

import dev.larder.dispatch.LoopContext;
import dev.larder.metrics.Clock;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.IoEventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.SingleThreadIoEventLoop;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * An event loop of the server: Netty's, which tells the dispatcher when a turn ends, and which
 * knows its connections. Except for {@link #tick}, everything is for the loop's thread.
 */
final class IoLoop extends SingleThreadIoEventLoop {
  private static final long NANOS_PER_SECOND = 1_000_000_000;

  /**
   * How many bytes of long replies a loop produces before it lets the kernel take them. Where a
   * write takes effect only when the loop polls, the replies of all clients would otherwise exist
   * at the same time: out of the caches, in memory fresh from the system.
   */
  private static final int MAX_WAITING_BYTES = 256 * 1024;

  /** For how long tasks may keep the loop from its sockets. */
  private static final long MAX_TASK_NANOS = 1_000_000;

  /** How many messages are given to connections in a turn. */
  private static final int DELIVERIES = 4096;

  private final List<ClientConnection> connections = new ArrayList<>();
  private final ArrayDeque<Runnable> nextTurn = new ArrayDeque<>();
  private final AtomicBoolean housekeepingPosted = new AtomicBoolean();
  private final Runnable housekeeping = this::housekeep;
  private final Runnable deliver = this::deliver;
  private final PushedConnections pushed = new PushedConnections(this);

  private volatile @Nullable LoopContext context;
  private @Nullable PooledByteBufAllocator allocator;
  private @Nullable HeldOutputs heldOutputs;
  private @Nullable SharedReceiveBuffer receiveBuffer;
  private boolean writesWait;
  private int waitingBytes;
  private long turn;

  /** Tells when the sockets are polled within {@link #runIo}; null if only its start does that. */
  private @Nullable RingPolls ringPolls;

  private volatile long checkDueNanos = Clock.nanos();

  IoLoop(IoEventLoopGroup group, Executor executor, IoHandlerFactory handlers) {
    super(group, executor, handlers);
  }

  /** Before the loop's thread starts: what it works with. */
  void serve(LoopContext newContext, PooledByteBufAllocator newAllocator, Transport transport) {
    context = newContext;
    allocator = newAllocator;
    newContext.tasks(this::executeSoon);
    newContext.mailbox().wakeBy(() -> executeSoon(deliver));
    heldOutputs = new HeldOutputs(this, newContext.serverStats().aof());
    writesWait = transport == Transport.IO_URING;
    if (!transport.providesReceiveBuffers()) {
      receiveBuffer = new SharedReceiveBuffer(newAllocator);
    }
  }

  LoopContext context() {
    LoopContext served = context;
    if (served == null) {
      throw new IllegalStateException("the loop serves nobody yet");
    }
    return served;
  }

  /** The connections whose replies wait. */
  HeldOutputs heldOutputs() {
    return requireNonNull(heldOutputs);
  }

  /** The connections with messages that were not sent yet. */
  PushedConnections pushed() {
    return pushed;
  }

  /** Gives connections messages that were sent to them, for about a millisecond. */
  private void deliver() {
    LoopContext served = context();
    served.beginTurn();
    pushed.willFlush();
    if (served.mailbox().deliver(DELIVERIES)) {
      executeNextTurn(deliver);
    }
    pushed.flush();
  }

  /** What all connections of this loop receive into, null if the transport provides it. */
  @Nullable SharedReceiveBuffer receiveBuffer() {
    return receiveBuffer;
  }

  @Override
  protected int runIo() {
    LoopContext served = context;
    if (served != null) {
      served.endTurn();
    }
    if (ringPolls != null) {
      ringPolls.beginRun();
    }
    waitingBytes = 0;
    int handled = super.runIo();
    waitingBytes = 0;
    runNextTurn();
    return handled;
  }

  /** A client's input has come. */
  void beginRead() {
    context().beginTurn();
    if (ringPolls != null) {
      ringPolls.beginRead();
    }
  }

  /** What a client has sent is done: sends its replies. */
  void endRead(ReplyOutput replies) {
    replies.flush();
    if (ringPolls != null && context().hasBroadcasts()) {
      // Clients are told of changes before what somebody sends who has seen their replies.
      ringPolls.tellNext();
    }
  }

  /** The sockets were polled in the middle of {@link #runIo}: does what belongs between turns. */
  void polled() {
    if (!isShuttingDown()) {
      context().endTurn();
      waitingBytes = 0;
      runNextTurn();
      runAllTasks(MAX_TASK_NANOS);
    }
  }

  /** The number of this turn: everybody is served once before the next begins. */
  long turn() {
    return turn;
  }

  private void runNextTurn() {
    turn++;
    for (int tasks = nextTurn.size(); tasks > 0; tasks--) {
      safeExecute(nextTurn.remove());
    }
  }

  /**
   * A client has sent a piece of a long reply.
   *
   * @return false when the next piece should wait for the next turn
   */
  boolean sentPiece(int bytes) {
    waitingBytes += bytes;
    return !writesWait || waitingBytes < MAX_WAITING_BYTES;
  }

  /** Between turns the loop does not wait for its sockets while there is something to do. */
  @Override
  protected boolean hasTasks() {
    return !nextTurn.isEmpty() || super.hasTasks();
  }

  /**
   * Runs a task after the next look at the sockets. Work in pieces goes on by this: what is merely
   * executed runs before the sockets are looked at again, for up to a second.
   */
  void executeNextTurn(Runnable task) {
    assert inEventLoop();
    nextTurn.add(task);
  }

  /** Any thread: runs a task on this loop, not before it has looked at its sockets again. */
  private void executeSoon(Runnable task) {
    if (inEventLoop()) {
      executeNextTurn(task);
    } else {
      execute(task);
    }
  }

  /** Any thread: wakes the loop if it has something to do that no client asks for. */
  void tick() {
    LoopContext served = context;
    long nanos = Clock.nanos();
    if (served != null
        && (served.isHousekeepingDue(nanos) || nanos - checkDueNanos >= 0)
        && housekeepingPosted.compareAndSet(false, true)) {
      execute(housekeeping);
    }
  }

  /**
   * Any thread: by how much the loop is late for what it does every second; none, or a negative
   * number, while it makes its turns.
   */
  long lateNanos(long nowNanos) {
    return nowNanos - checkDueNanos;
  }

  private void housekeep() {
    housekeepingPosted.set(false);
    if (context().housekeepIfDue() && housekeepingPosted.compareAndSet(false, true)) {
      // A backlog.
      executeNextTurn(housekeeping);
    }
    long nanos = Clock.nanos();
    if (nanos - checkDueNanos >= 0) {
      checkDueNanos = nanos + NANOS_PER_SECOND;
      checkConnections();
      requireNonNull(allocator).trimCurrentThreadCache();
    }
  }

  /** Once a second: closes connections that are idle, or do not read their replies. */
  private void checkConnections() {
    long nowMillis = context().nowMillis();
    for (int i = connections.size() - 1; i >= 0; i--) {
      connections.get(i).check(nowMillis);
    }
  }

  void add(ClientConnection connection) {
    connection.position = connections.size();
    connections.add(connection);
  }

  void remove(ClientConnection connection) {
    ClientConnection last = connections.removeLast();
    if (last != connection) {
      connections.set(connection.position, last);
      last.position = connection.position;
    }
  }

  @Override
  protected void run() {
    LoopContext served = context;
    if (served != null) {
      served.stats().runsOnThisThread();
    }
    if (writesWait) {
      ringPolls = RingPolls.of(this);
    }
    try {
      super.run();
    } finally {
      if (receiveBuffer != null) {
        receiveBuffer.release();
      }
      if (served != null) {
        served.end();
      }
    }
  }
}
