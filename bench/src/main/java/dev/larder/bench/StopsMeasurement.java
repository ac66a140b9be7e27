package dev.larder.bench;

import java.util.List;

/** How long other clients wait while one of them does something large. */
final class StopsMeasurement implements Measurement {
  private static final long MILLION = 1_000_000;

  @Override
  public String name() {
    return "stops";
  }

  @Override
  public String summary() {
    return "longest stop of other clients while one does something large";
  }

  @Override
  public void run(Bench bench, List<Row> rows) {
    long manyKeys = bench.options().quick() ? 2 * MILLION : 10 * MILLION;
    List<StopEvent> events =
        StopEvent.all().stream().filter(e -> bench.options().wants(e.label(manyKeys))).toList();
    List<StopProbe> probes =
        events.stream().map(e -> new StopProbe(e.label(manyKeys), e.goal())).toList();
    Table details = StopProbe.details();
    if (events.isEmpty()) {
      return;
    }
    try (ServerProcess target = ServerProcess.start(bench.larder());
        ServerProcess control = ServerProcess.start(bench.redis().on(""))) {
      bench.say("stops: warming up");
      StopEvent.Scene warming = new StopEvent.Scene(target, MILLION);
      for (StopEvent event : events) {
        event.prepare(warming);
        event.run(warming);
        event.finish(warming);
      }
      StopEvent.Scene scene = new StopEvent.Scene(target, manyKeys);
      int runs = bench.options().roundsOr(5, 3);
      for (int run = 1; run <= runs; run++) {
        for (int i = 0; i < events.size(); i++) {
          StopEvent event = events.get(i);
          bench.say("stops: run %d of %d, %s".formatted(run, runs, event.label(manyKeys)));
          event.prepare(scene);
          probes.get(i).run(target, control, () -> event.run(scene), details);
          event.finish(scene);
        }
      }
    } finally {
      bench.detail(details);
      probes.stream().filter(StopProbe::hasRun).forEach(probe -> rows.add(probe.row()));
    }
  }
}
