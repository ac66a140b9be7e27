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

  /** Where each window needs the server restored. */
  private static final int MAX_WARM_UPS_LIMITED = 6;

  /** This part of a limited work's requests is not measured. */
  private static final int RAMP_PART = 10;

  private static final long IDLE_PATIENCE_NANOS = 5 * Clock.SECOND;
  private static final long IDLE_WINDOW_NANOS = 50 * Clock.MILLI;
  private static final double IDLE_SHARE = 0.05;

  /** Below this the generator, not the server, may have been the limit. */
  private static final double SATURATED = 0.93;

  private final ServerProcess server;
  private final boolean larder;
  private final boolean shipped;
  private final String transport;

  private @Nullable LoadGenerator generator;
  private @Nullable Work work;
  private boolean polling;
  private String opening = "";
  private String kind = "";
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
    String name = larder ? server.name() + " " + transport : server.name();
    return kind.isEmpty() ? name : name + ", " + kind;
  }

  /** What goes wrong in a step goes wrong with this contender, and the message says so. */
  void attempt(Runnable step) {
    try {
      step.run();
    } catch (BenchException e) {
      throw new BenchException(label() + ": " + e.getMessage(), e);
    }
  }

  /**
   * Has all clients send some commands first.
   *
   * @param label what is special about the clients then
   * @param commands whose replies are short
   */
  void opensWith(String label, String commands) {
    kind = label;
    opening = commands;
  }

  /** Connects the clients of a work and forgets the figures of the one before. */
  void prepare(Work newWork, boolean pollingLoad) {
    work = newWork;
    polling = pollingLoad;
    generator = new LoadGenerator(server.port(), server.protocol(), newWork, pollingLoad, opening);
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
    double before = Double.MAX_VALUE;
    int windows = work().isLimited() ? MAX_WARM_UPS_LIMITED : MAX_WARM_UPS;
    for (int i = 0; i < windows; i++) {
      if (i == 0 || work().isLimited()) {
        load.drain();
        begin();
      }
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
    begin();
    if (work().isLimited()) {
      load.runRequests(work().limit() / RAMP_PART);
    } else {
      load.run(rampNanos);
    }
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

  /** Starts the load, on what it needs. */
  private void begin() {
    LoadGenerator load = generator();
    if (work().isLimited()) {
      work().restore(server, polling);
      awaitIdle();
      load.numbers(work().numbers());
      load.limit(work().limit());
    }
    load.start();
  }

  /** What restoring leaves to do in the background is not the work's. */
  private void awaitIdle() {
    long end = Clock.nanos() + IDLE_PATIENCE_NANOS;
    ProcessUsage before = server.usage();
    while (Clock.nanos() < end) {
      Clock.pause(IDLE_WINDOW_NANOS);
      ProcessUsage now = server.usage();
      if (now.since(before).ranNanos() < IDLE_SHARE * IDLE_WINDOW_NANOS) {
        return;
      }
      before = now;
    }
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

  private Work work() {
    if (work == null) {
      throw new IllegalStateException("no work prepared for " + label());
    }
    return work;
  }

  private LoadGenerator generator() {
    if (generator == null) {
      throw new IllegalStateException("no workload prepared for " + label());
    }
    return generator;
  }
}
