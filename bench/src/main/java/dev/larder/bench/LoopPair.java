package dev.larder.bench;

import java.util.Arrays;
import java.util.List;

/**
 * Larder with one event loop on one core beside Larder with two on two, each loaded in turn.
 *
 * <p>The load shares the cores with two loops, so throughput means little here; the server's own
 * CPU time does not count the load's.
 */
final class LoopPair implements AutoCloseable {
  private static final long RAMP_NANOS = 100 * Clock.MILLI;

  private final Bench bench;
  private final String both;
  private final String alone;
  private final Contender single;
  private final Contender pair;

  LoopPair(Bench bench) {
    this.bench = bench;
    both = bench.options().serverCore() + "," + bench.options().loadCore();
    alone = Integer.toString(bench.options().loadCore());
    ServerSpec one = bench.larder(bench.own("--io-threads", "1")).named("larder, 1 loop");
    ServerSpec two = bench.larder(bench.own("--io-threads", "2")).named("larder, 2 loops").on(both);
    single = Contender.larder(ServerProcess.start(one), true);
    try {
      pair = Contender.larder(ServerProcess.start(two), true);
    } catch (BenchException e) {
      single.close();
      throw e;
    }
  }

  Contender single() {
    return single;
  }

  Contender pair() {
    return pair;
  }

  List<Contender> contenders() {
    return List.of(single, pair);
  }

  /**
   * Loads both in turn.
   *
   * @param warmUpNanos how long each is loaded at first, unmeasured
   * @return how many times fewer requests than the mean the slowest connection of two loops got
   */
  double measure(Work work, long window, long warmUpNanos) {
    try {
      for (Contender contender : contenders()) {
        pin(contender);
        contender.prepare(work, false);
        contender.warmUp(warmUpNanos);
      }
      long[] before = pair.completedByConnection();
      for (int round = 0; round < bench.options().roundsOr(5, 3); round++) {
        for (Contender contender : contenders()) {
          pin(contender);
          contender.measure(RAMP_NANOS, window);
        }
      }
      long[] shares = pair.completedByConnection();
      Arrays.setAll(shares, i -> shares[i] - before[i]);
      double mean = Arrays.stream(shares).average().orElse(0);
      return mean / Arrays.stream(shares).min().orElse(0);
    } finally {
      single.endWorkload();
      pair.endWorkload();
    }
  }

  private void pin(Contender loaded) {
    Machine.pinSelf(loaded == pair ? both : alone);
  }

  /** CPU per request of two loops over one. */
  double ratio() {
    return Stats.medianRatio(pair.cpuPerRequest(), single.cpuPerRequest());
  }

  /** CPU per request of one loop and of two, and how the rounds' ratios spread. */
  String note() {
    return "%.2f -> %.2f us; rounds %s"
        .formatted(micros(single), micros(pair), pair.ratioSpread(single));
  }

  private static double micros(Contender contender) {
    return Stats.median(contender.cpuPerRequest()) / 1_000;
  }

  @Override
  public void close() {
    pair.close();
    single.close();
    Machine.pinSelf(alone);
  }
}
