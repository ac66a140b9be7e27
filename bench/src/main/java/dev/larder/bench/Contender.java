package dev.larder.bench;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A running server in a side-by-side comparison, and its figures of the current workload. */
final class Contender implements AutoCloseable {
  /** Two windows in a row that differ by less have shown the steady state. */
  private static final double STEADY = 0.03;

  private static final int MIN_WARM_UPS = 3;
  private static final int MAX_WARM_UPS = 12;

  /** Below this the generator, not the server, may have been the limit. */
  private static final double SATURATED = 0.93;

  private final ServerProcess server;
  private final boolean larder;
  private final boolean shipped;
  private final String transport;

  private @Nullable LoadGenerator generator;
  private List<Double> cpuPerRequest = new ArrayList<>();
  private List<Double> perSecond = new ArrayList<>();
  private Histogram latencies = new Histogram();
  private long wallNanos;
  private long ranNanos;
  private long waitedNanos;
  private long loadWaitedNanos;
  private double othersNanos;

  private Contender(ServerProcess server, boolean larder, boolean shipped, String transport) {
    this.server = server;
    this.larder = larder;
    this.shipped = shipped;
    this.transport = transport;
  }

  static Contender rival(ServerProcess server) {
    return new Contender(server, false, false, "");
  }

  /** {@code shipped}: started without any option that a user would not give. */
  static Contender larder(ServerProcess server, boolean shipped) {
    return new Contender(server, true, shipped, server.hasIoUring() ? "io_uring" : "epoll");
  }

  ServerProcess server() {
    return server;
  }

  boolean isLarder() {
    return larder;
  }

  boolean isShipped() {
    return shipped;
  }

  String transport() {
    return transport;
  }

  boolean isIoUring() {
    return transport.equals("io_uring");
  }

  String label() {
    return larder ? server.name() + " " + transport : server.name();
  }

  /** Connects the clients of a workload and forgets the figures of the one before. */
  void prepare(Workload workload, boolean polling) {
    generator = new LoadGenerator(server.port(), server.protocol(), workload, polling);
    cpuPerRequest = new ArrayList<>();
    perSecond = new ArrayList<>();
    latencies = new Histogram();
    wallNanos = 0;
    ranNanos = 0;
    waitedNanos = 0;
    loadWaitedNanos = 0;
    othersNanos = 0;
  }

  /** Loads the server until its CPU time per request is steady; compilers need that. */
  void warmUp(long windowNanos) {
    LoadGenerator load = generator();
    load.start();
    double before = Double.MAX_VALUE;
    for (int i = 0; i < MAX_WARM_UPS; i++) {
      ProcessUsage from = server.usage();
      LoadResult result = load.run(windowNanos);
      double now = (double) server.usage().since(from).ranNanos() / result.requests();
      if (i >= MIN_WARM_UPS - 1 && Math.abs(now - before) < STEADY * now) {
        break;
      }
      before = now;
    }
    load.drain();
  }

  /** One window of this contender's turn. */
  void measure(long rampNanos, long windowNanos) {
    LoadGenerator load = generator();
    load.start();
    load.run(rampNanos);
    long self = ProcessHandle.current().pid();
    ProcessUsage loadFrom = ProcessUsage.read(self);
    ProcessUsage from = server.usage();
    LoadResult result = load.run(windowNanos);
    ProcessUsage.Difference used = server.usage().since(from);
    loadWaitedNanos += ProcessUsage.read(self).since(loadFrom).waitedNanos();
    load.drain();
    cpuPerRequest.add((double) used.ranNanos() / result.requests());
    perSecond.add(result.perSecond());
    latencies.add(result.latencies());
    wallNanos += result.nanos();
    ranNanos += used.ranNanos();
    waitedNanos += used.waitedNanos();
    othersNanos += used.othersShare() * used.ranNanos();
  }

  /** Requests of the current workload that each of its connections has had answered. */
  long[] completedByConnection() {
    return generator().completedByConnection();
  }

  /** Closes the clients; the figures stay. */
  void endWorkload() {
    if (generator != null) {
      generator.close();
      generator = null;
    }
  }

  /** CPU nanoseconds per request, round by round. */
  double[] cpuPerRequest() {
    return cpuPerRequest.stream().mapToDouble(Double::doubleValue).toArray();
  }

  double[] perSecond() {
    return perSecond.stream().mapToDouble(Double::doubleValue).toArray();
  }

  /** Nanoseconds per batch, all rounds. */
  Histogram latencies() {
    return latencies;
  }

  /** Share of the time in which the server ran; near 1 it was the bottleneck, as it should be. */
  double busyShare() {
    return (double) ranNanos / wallNanos;
  }

  /** Share of the time in which one of its threads wanted the core but another had it. */
  double waitShare() {
    return (double) waitedNanos / wallNanos;
  }

  /** Share of its CPU time outside of the busiest thread. */
  double othersShare() {
    return othersNanos / ranNanos;
  }

  /** Lowest and highest ratio to {@code other} of one round. */
  String ratioSpread(Contender other) {
    double min = Double.MAX_VALUE;
    double max = 0;
    for (int i = 0; i < cpuPerRequest.size(); i++) {
      double ratio = cpuPerRequest.get(i) / other.cpuPerRequest.get(i);
      min = Math.min(min, ratio);
      max = Math.max(max, ratio);
    }
    return Text.fixed(min, 3) + ".." + Text.fixed(max, 3);
  }

  /** Reasons to doubt the figures, empty when there are none. */
  String doubts() {
    StringBuilder doubts = new StringBuilder();
    if (waitShare() > 0.05) {
      doubts.append("; others used its core: waited ").append(Text.percent(waitShare()));
    }
    double loadWaitShare = (double) loadWaitedNanos / wallNanos;
    if (loadWaitShare > 0.05) {
      doubts.append("; others used the load's: waited ").append(Text.percent(loadWaitShare));
    } else if (busyShare() + waitShare() < SATURATED) {
      doubts.append("; load was the limit: server busy ").append(Text.percent(busyShare()));
    }
    return doubts.toString();
  }

  @Override
  public void close() {
    endWorkload();
    server.close();
  }

  private LoadGenerator generator() {
    if (generator == null) {
      throw new IllegalStateException("no workload prepared for " + label());
    }
    return generator;
  }
}
