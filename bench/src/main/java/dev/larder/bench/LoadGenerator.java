package dev.larder.bench;

import java.io.IOException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * All connections of a {@link Workload} on one thread.
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
  private KeySource keys;
  private Histogram latencies = new Histogram();
  private long requests;
  private int inFlight;
  private boolean draining;

  LoadGenerator(int port, Protocol protocol, Workload workload, boolean polling) {
    this.pipeline = workload.pipeline();
    this.polling = polling;
    this.keys = KeySource.random(workload.keys(), workload.hashCode());
    try {
      selector = Selector.open();
      for (int i = 0; i < workload.connections(); i++) {
        connections.add(new LoadConnection(selector, port, protocol, workload));
      }
    } catch (IOException e) {
      throw new BenchException("cannot connect to port " + port, e);
    }
  }

  /** Keys of batches filled from now on. */
  void keys(KeySource source) {
    keys = source;
  }

  /** Starts every idle connection. */
  void start() {
    draining = false;
    try {
      for (LoadConnection connection : connections) {
        connection.send(keys);
        inFlight++;
      }
    } catch (IOException e) {
      throw failed(e);
    }
  }

  /** Loads the server for {@code nanos} and returns what was completed in that time. */
  LoadResult run(long nanos) {
    latencies = new Histogram();
    requests = 0;
    long from = Clock.nanos();
    long end = from + nanos;
    turnWhile(() -> Clock.nanos() < end);
    return new LoadResult(requests, Clock.nanos() - from, latencies);
  }

  /** Loads the server until at least {@code count} more requests are completed. */
  LoadResult runRequests(long count) {
    latencies = new Histogram();
    requests = 0;
    long from = Clock.nanos();
    turnWhile(() -> requests < count);
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
    LoadConnection connection = (LoadConnection) key.attachment();
    try {
      if (key.isWritable()) {
        connection.flush();
      }
      if (key.isReadable() && connection.receive(latencies)) {
        requests += pipeline;
        if (draining) {
          inFlight--;
        } else {
          connection.send(keys);
        }
      }
    } catch (IOException e) {
      throw failed(e);
    }
  }

  private static BenchException failed(IOException e) {
    return new BenchException("load failed: " + e.getMessage(), e);
  }
}
