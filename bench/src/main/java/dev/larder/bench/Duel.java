package dev.larder.bench;

import java.util.List;

/** The server under test beside redis-server, each started again when it has ended. */
final class Duel implements AutoCloseable {
  private final Bench bench;
  private Contender redis;
  private Contender larder;

  Duel(Bench bench) {
    this.bench = bench;
    redis = startRedis();
    try {
      larder = startLarder();
    } catch (BenchException e) {
      redis.close();
      throw e;
    }
  }

  /** Fills both with the same, the server under test first: it may not know how. */
  void fill(Filling filling, Elements elements) {
    if (!larder.server().isAlive()) {
      larder.close();
      larder = startLarder();
    }
    if (!redis.server().isAlive()) {
      redis.close();
      redis = startRedis();
    }
    for (Contender contender : List.of(larder, redis)) {
      contender.attempt(() -> filling.fill(contender.server(), elements, bench.pinned()));
    }
  }

  /** A comparison with redis-server; valid until the next filling. */
  Comparison comparison(Table details) {
    return new Comparison(bench, List.of(redis, larder), details);
  }

  Contender larder() {
    return larder;
  }

  /** Both. */
  List<Contender> contenders() {
    return List.of(redis, larder);
  }

  @Override
  public void close() {
    redis.close();
    larder.close();
  }

  private Contender startRedis() {
    return Contender.rival(ServerProcess.start(bench.redis()));
  }

  private Contender startLarder() {
    return Contender.larder(ServerProcess.start(bench.larder()), true);
  }
}
