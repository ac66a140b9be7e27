package dev.larder.bench;

import java.io.IOException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * All connections of a {@link Work} on one thread.
 *
 * <p>With a core of its own it polls and never sleeps, so that no server pays for waking it; on a
 * shared core it blocks.
 */
final class LoadGenerator implements AutoCloseable {
  /** Longest time without any reply before the run is given up. */
  private static final long STALL_NANOS = 30 * Clock.SECOND;

  private final Selector selector;
  private final List<LoadConnection> connections = new ArrayList<>();
  private final int pipeline;
  private final boolean polling;
  private final @Nullable Listeners listeners;
  private KeySource numbers;

  /** Batches that may still be sent. */
  private long allowance = Long.MAX_VALUE;

  private Histogram latencies = new Histogram();
  private long requests;
  private int inFlight;
  private boolean draining;

  /** A connection whose batch is answered, while not everybody has heard it. */
  private @Nullable LoadConnection answered;

  LoadGenerator(int port, Protocol protocol, Work work, boolean polling) {
    this(port, protocol, work, polling, "");
  }

  /**
   * @param opening commands that each connection sends first
   */
  LoadGenerator(int port, Protocol protocol, Work work, boolean polling, String opening) {
    this(
        port,
        work.exchanges(protocol),
        work.pipeline(),
        work.connections(),
        polling,
        opening,
        work.listeners(port));
    this.numbers = work.numbers();
  }

  /** A generator whose {@link #numbers} are still to be given. */
  LoadGenerator(
      int port, List<Exchange> exchanges, int pipeline, int connectionCount, boolean polling) {
    this(port, exchanges, pipeline, connectionCount, polling, "", null);
  }

  private LoadGenerator(
      int port,
      List<Exchange> exchanges,
      int pipeline,
      int connectionCount,
      boolean polling,
      String opening,
      @Nullable Listeners listeners) {
    this.pipeline = pipeline;
    this.polling = polling;
    this.listeners = listeners;
    this.numbers = KeySource.ascending(0, 1);
    try {
      selector = Selector.open();
      for (int i = 0; i < connectionCount; i++) {
        connections.add(new LoadConnection(selector, port, exchanges, pipeline, opening));
      }
      if (listeners != null) {
        listeners.register(selector);
      }
    } catch (IOException e) {
      throw new BenchException("cannot connect to port " + port, e);
    }
  }

  /** Numbers of the requests sent from now on. */
  void numbers(KeySource source) {
    numbers = source;
  }

  /**
   * Lets exactly so many more requests be sent; when they are answered, every run is over.
   *
   * @param requests a multiple of the pipeline, or {@link Long#MAX_VALUE} for no limit
   */
  void limit(long requests) {
    if (requests != Long.MAX_VALUE && requests % pipeline != 0) {
      throw new IllegalArgumentException(requests + " requests are no multiple of " + pipeline);
    }
    allowance = requests == Long.MAX_VALUE ? Long.MAX_VALUE : requests / pipeline;
  }

  /** Starts every idle connection. */
  void start() {
    draining = false;
    try {
      for (LoadConnection connection : connections) {
        sendIfAllowed(connection);
      }
    } catch (IOException e) {
      throw failed(e);
    }
  }

  /**
   * Loads the server for {@code nanos}, longer if nothing was completed in that time, or until the
   * limit, and returns what was completed.
   */
  LoadResult run(long nanos) {
    latencies = new Histogram();
    requests = 0;
    long from = Clock.nanos();
    long end = from + nanos;
    turnWhile(() -> (Clock.nanos() < end || requests == 0) && inFlight > 0);
    return new LoadResult(requests, Clock.nanos() - from, latencies);
  }

  /** Loads the server until at least {@code count} more requests are completed, or the limit. */
  LoadResult runRequests(long count) {
    latencies = new Histogram();
    requests = 0;
    long from = Clock.nanos();
    turnWhile(() -> requests < count && inFlight > 0);
    return new LoadResult(requests, Clock.nanos() - from, latencies);
  }

  /** Waits for what is in flight; the connections are idle afterwards. */
  void drain() {
    draining = true;
    // The result of the run before keeps its histogram as it was.
    latencies = new Histogram();
    turnWhile(() -> inFlight > 0);
  }

  /** Requests completed by each connection over its life. */
  long[] completedByConnection() {
    return connections.stream().mapToLong(LoadConnection::completed).toArray();
  }

  @Override
  public void close() {
    try {
      for (LoadConnection connection : connections) {
        connection.close();
      }
      if (listeners != null) {
        listeners.close();
      }
      selector.close();
    } catch (IOException e) {
      throw failed(e);
    }
  }

  private void turnWhile(BooleanSupplier more) {
    long lastProgress = Clock.nanos();
    try {
      while (more.getAsBoolean()) {
        int ready = polling ? selector.selectNow(this::turn) : selector.select(this::turn, 100);
        if (ready > 0) {
          lastProgress = Clock.nanos();
        } else if (Clock.nanos() - lastProgress > STALL_NANOS) {
          throw new BenchException("no reply for 30 seconds");
        }
      }
    } catch (IOException e) {
      throw failed(e);
    }
  }

  private void turn(SelectionKey key) {
    try {
      if (key.attachment() instanceof LoadConnection connection) {
        turn(key, connection);
      } else if (listeners != null) {
        listeners.receive(key);
        if (answered != null) {
          endBatch(answered);
        }
      }
    } catch (IOException e) {
      throw failed(e);
    }
  }

  private void turn(SelectionKey key, LoadConnection connection) throws IOException {
    if (key.isWritable()) {
      connection.flush();
    }
    if (key.isReadable() && connection.receive(latencies)) {
      endBatch(connection);
    }
  }

  /** A batch is answered; it is over when everybody has heard it. */
  private void endBatch(LoadConnection connection) throws IOException {
    if (listeners != null && !listeners.haveAll()) {
      answered = connection;
      return;
    }
    answered = null;
    requests += pipeline;
    inFlight--;
    sendIfAllowed(connection);
  }

  private void sendIfAllowed(LoadConnection connection) throws IOException {
    if (!draining && allowance > 0) {
      allowance--;
      inFlight++;
      if (listeners != null) {
        listeners.expect(pipeline);
      }
      connection.send(numbers);
    }
  }

  private static BenchException failed(IOException e) {
    return new BenchException("load failed: " + e.getMessage(), e);
  }
}
