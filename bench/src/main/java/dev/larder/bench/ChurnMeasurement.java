package dev.larder.bench;

import java.util.ArrayList;
import java.util.List;

/**
 * Whether a full cache stays within its limit as the system sees it: ten minutes of values of 16
 * bytes to 1 MiB, with deadlines, snapshots and slow readers, and then the removal of nearly all.
 */
final class ChurnMeasurement implements Measurement {
  private static final int CLIENTS = 4;
  private static final int SLOW_CLIENTS = 2;
  private static final double SECONDS = 600;
  private static final double QUICK_SECONDS = 30;

  /** So many while keys come and go. */
  private static final int SNAPSHOTS = 10;

  private static final long SAMPLE_NANOS = 50 * Clock.MILLI;
  private static final long SETTLE_NANOS = 60 * Clock.SECOND;

  /** What the process may take beside data, in bytes: the goal's base is no larger. */
  private static final double MAX_BASE = 100e6;

  private static final String RSS = "churn, RSS over maxmemory and base";
  private static final String AFTER = "churn, RSS when nine tenths were deleted, 60 s later";

  @Override
  public String name() {
    return "churn";
  }

  @Override
  public String summary() {
    return "RSS of a full cache of 4 GB in motion, over its limit";
  }

  @Override
  public void run(Bench bench, List<Row> rows) {
    long limit = bench.options().quick() ? 1L << 30 : 4L << 30;
    ServerSpec spec =
        bench.larder("--maxmemory", Long.toString(limit), "--maxmemory-policy", "allkeys-s3");
    try (ServerProcess server = ServerProcess.start(spec);
        ControlClient control = server.control()) {
      double base = Math.min(MAX_BASE, server.residentBytes());
      List<ChurnClient> clients = clients(server);
      bench.say("churn: filling and replacing");
      long highest = churn(bench, server, control, clients);
      double over = 100 * (highest / (limit + base) - 1);
      long requests = clients.stream().mapToLong(ChurnClient::requests).sum();
      double evicted = control.infoNumber("evicted_keys");
      List<String> failures =
          clients.stream().map(ChurnClient::failure).filter(f -> !f.isEmpty()).toList();
      rows.add(
          Row.judged(
              RSS,
              Goals.OVER_LIMIT,
              failures.isEmpty() ? Math.max(0, over) : Double.POSITIVE_INFINITY,
              Text.fixed(over, 2) + " %",
              "highest %s MB, base %s MB, %d requests, %s evicted%s"
                  .formatted(
                      Text.fixed(highest / 1e6, 0),
                      Text.fixed(base / 1e6, 0),
                      requests,
                      Text.fixed(evicted, 0),
                      failures.isEmpty() ? "" : ", failed: " + failures)));
      rows.add(afterDeletes(bench, server, control));
    }
  }

  private static List<ChurnClient> clients(ServerProcess server) {
    List<ChurnClient> clients = new ArrayList<>();
    for (int i = 0; i < CLIENTS + SLOW_CLIENTS; i++) {
      clients.add(new ChurnClient(server.port(), i >= CLIENTS, i));
    }
    return clients;
  }

  /** The highest RSS seen. */
  private static long churn(
      Bench bench, ServerProcess server, ControlClient control, List<ChurnClient> clients) {
    List<Thread> threads = new ArrayList<>();
    for (ChurnClient client : clients) {
      threads.add(Thread.ofPlatform().name("churn").start(client));
    }
    long window = bench.options().windowOr(SECONDS, QUICK_SECONDS);
    long snapshotEvery = window / SNAPSHOTS;
    long end = Clock.nanos() + window;
    long snapshot = Clock.nanos() + snapshotEvery;
    long highest = 0;
    try {
      while (Clock.nanos() < end) {
        highest = Math.max(highest, server.residentBytes());
        if (Clock.nanos() > snapshot) {
          control.tryCall("BGSAVE");
          snapshot += snapshotEvery;
        }
        Clock.pause(SAMPLE_NANOS);
      }
    } finally {
      clients.forEach(ChurnClient::stop);
      for (Thread thread : threads) {
        join(thread);
      }
    }
    return highest;
  }

  private static void join(Thread thread) {
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static Row afterDeletes(Bench bench, ServerProcess server, ControlClient control) {
    bench.say("churn: deleting nine tenths");
    for (int i = 0; i < ChurnClient.KEYS; i++) {
      if (i % 10 != 0) {
        control.call("DEL", "churn:" + i);
      }
    }
    Clock.pause(SETTLE_NANOS);
    double used = control.infoNumber("used_memory");
    return Row.info(
        AFTER,
        Text.fixed(server.residentBytes() / 1e6, 0) + " MB",
        "used_memory " + Text.fixed(used / 1e6, 0) + " MB");
  }
}
