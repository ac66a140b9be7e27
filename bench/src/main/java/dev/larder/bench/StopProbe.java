package dev.larder.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The longest stop of other clients around an event, in several runs: what a {@link Prober} of the
 * server under test waited at most, less what one of an idle redis-server waited in the same run.
 *
 * <p>A run in which the control itself waited longer than the goal says nothing and is dropped.
 */
final class StopProbe {
  /** Probing goes on this long after the event: what it left behind also counts. */
  private static final long AFTER_NANOS = 500 * Clock.MILLI;

  private final String name;
  private final Goal goal;
  private final List<Double> netMillis = new ArrayList<>();
  private double worstControlMillis;
  private double worstLoopMillis = Double.NaN;
  private double worstShardMillis = Double.NaN;
  private int runs;

  StopProbe(String name, Goal goal) {
    this.name = name;
    this.goal = goal;
  }

  static Table details() {
    return new Table(
        "Stops, run by run",
        "event",
        "probes",
        "longest ms",
        "p99.9 ms",
        "control longest ms",
        "net ms",
        "loop turn ms",
        "shard wait ms",
        "busiest thread waited for its core, sum ms");
  }

  /** Does all that {@link #run} does, and forgets it: so what it runs has been compiled. */
  void rehearse(ServerProcess target, ServerProcess control, Runnable event) {
    try (ControlClient client = target.control();
        Prober probe = Prober.start(target);
        Prober controlProbe = Prober.start(control)) {
      client.tryCall("CONFIG", "RESETSTAT");
      event.run();
      probe.stop();
      controlProbe.stop();
      client.info();
    }
  }

  /**
   * Probes both servers while {@code event} runs against the target; what the target's probe
   * waited.
   */
  Histogram run(ServerProcess target, ServerProcess control, Runnable event, Table details) {
    Map<String, String> own;
    ProcessUsage.Difference used;
    Histogram seen;
    Histogram controlSeen;
    try (ControlClient client = target.control();
        Prober probe = Prober.start(target);
        Prober controlProbe = Prober.start(control)) {
      client.tryCall("CONFIG", "RESETSTAT");
      ProcessUsage from = target.usage();
      event.run();
      Clock.pause(AFTER_NANOS);
      seen = probe.stop();
      controlSeen = controlProbe.stop();
      used = target.usage().since(from);
      own = client.info();
    }
    double controlMillis = controlSeen.max() / 1e6;
    double net = Math.max(0, (seen.max() - controlSeen.max()) / 1e6);
    double loop = millis(own, "longest_loop_turn_us");
    double shard = millis(own, "longest_shard_wait_us");
    runs++;
    worstControlMillis = Math.max(worstControlMillis, controlMillis);
    worstLoopMillis = fmax(worstLoopMillis, loop);
    worstShardMillis = fmax(worstShardMillis, shard);
    if (controlMillis <= goal.limit()) {
      netMillis.add(net);
    }
    details.add(
        name,
        Long.toString(seen.count()),
        Text.fixed(seen.max() / 1e6, 2),
        Text.fixed(seen.quantile(0.999) / 1e6, 2),
        Text.fixed(controlMillis, 2),
        controlMillis <= goal.limit() ? Text.fixed(net, 2) : "invalid",
        shown(loop),
        shown(shard),
        Text.fixed(used.busiest().waitedNanos() / 1e6, 1));
    return seen;
  }

  boolean hasRun() {
    return runs > 0;
  }

  Row row() {
    String own =
        "server's own worst: loop turn %s ms, shard wait %s ms"
            .formatted(shown(worstLoopMillis), shown(worstShardMillis));
    if (netMillis.isEmpty()) {
      return Row.unknown(
          name,
          goal,
          "too noisy: the control waited up to "
              + Text.fixed(worstControlMillis, 1)
              + " ms; "
              + own);
    }
    double[] values = netMillis.stream().mapToDouble(Double::doubleValue).toArray();
    double median = Stats.median(values);
    return Row.judged(
        name,
        goal,
        median,
        Text.fixed(median, 2) + " ms",
        "median of %d of %d runs; %s".formatted(values.length, runs, own));
  }

  private static double millis(Map<String, String> info, String field) {
    String value = info.get(field);
    return value == null ? Double.NaN : Double.parseDouble(value) / 1e3;
  }

  private static double fmax(double a, double b) {
    return Double.isNaN(a) ? b : Double.isNaN(b) ? a : Math.max(a, b);
  }

  private static String shown(double millis) {
    return Double.isNaN(millis) ? "?" : Text.fixed(millis, 2);
  }
}
