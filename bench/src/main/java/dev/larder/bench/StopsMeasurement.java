package dev.larder.bench;

import java.util.List;

/** How long other clients wait while one of them does something large. */
final class StopsMeasurement implements Measurement {
  private static final long MILLION = 1_000_000;

  private final String name;
  private final String summary;
  private final List<? extends StopEvent> events;
  private final long quickMany;

  private StopsMeasurement(
      String name, String summary, List<? extends StopEvent> events, long quickMany) {
    this.name = name;
    this.summary = summary;
    this.events = events;
    this.quickMany = quickMany;
  }

  static StopsMeasurement ofKeyspace() {
    return new StopsMeasurement(
        "stops",
        "longest stop of other clients while one does something large",
        List.of(KeyspaceStop.values()),
        2 * MILLION);
  }

  static StopsMeasurement ofCollections() {
    return new StopsMeasurement(
        "typestops",
        "longest stop of other clients while a very large collection is removed or read",
        CollectionStop.all(),
        MILLION);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public String summary() {
    return summary;
  }

  @Override
  public void run(Bench bench, List<Row> rows) {
    long many = bench.options().quick() ? quickMany : 10 * MILLION;
    List<Watched> watched =
        events.stream()
            .filter(event -> bench.options().wants(event.label(many)))
            .map(event -> new Watched(event, event.label(many)))
            .toList();
    if (watched.isEmpty()) {
      return;
    }
    Table details = StopProbe.details();
    try (ServerProcess target = ServerProcess.start(bench.larder());
        ServerProcess control = ServerProcess.start(bench.redis().on(""))) {
      bench.say(name + ": warming up");
      StopScene warming = new StopScene(target, MILLION);
      watched.forEach(each -> each.attempt(() -> each.warmUp(warming)));
      StopScene scene = new StopScene(target, many);
      int runs = bench.options().roundsOr(5, 3);
      for (int run = 1; run <= runs; run++) {
        for (Watched each : watched) {
          if (!each.hasFailed()) {
            bench.say("%s: run %d of %d, %s".formatted(name, run, runs, each.label));
            each.attempt(() -> each.run(scene, control, details));
          }
        }
      }
    } finally {
      bench.detail(details);
      watched.stream().filter(Watched::hasResult).forEach(each -> rows.add(each.row()));
    }
  }

  /** An event and what was seen of it. */
  private static final class Watched {
    private final StopEvent event;
    private final String label;
    private final StopProbe probe;
    private String failure = "";

    Watched(StopEvent event, String label) {
      this.event = event;
      this.label = label;
      this.probe = new StopProbe(label, event.goal());
    }

    /** A step that fails costs this event's further runs only. */
    void attempt(Runnable step) {
      try {
        step.run();
      } catch (BenchException e) {
        failure = "failed: " + e.getMessage();
      }
    }

    void warmUp(StopScene scene) {
      event.prepare(scene);
      event.run(scene);
      event.finish(scene);
    }

    void run(StopScene scene, ServerProcess control, Table details) {
      event.prepare(scene);
      probe.run(scene.server(), control, () -> event.run(scene), details);
      event.finish(scene);
    }

    boolean hasFailed() {
      return !failure.isEmpty();
    }

    boolean hasResult() {
      return hasFailed() || probe.hasRun();
    }

    Row row() {
      return hasFailed() ? Row.unknown(label, event.goal(), failure) : probe.row();
    }
  }
}
