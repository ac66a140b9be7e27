package dev.larder.bench;

import java.util.List;

/** Server CPU of messages on channels, as a ratio to redis-server. */
final class PubSubMeasurement implements Measurement {
  private static final int MANY = 1_000;
  private static final int PATTERNS = 100_000;
  private static final int PIPELINE = 16;

  private static final List<PublishWork> WORKS =
      List.of(
          new PublishWork("PUBLISH to 1,000 subscribers", MANY, 0, 1),
          new PublishWork("PUBLISH to 1,000 subscribers, pipeline 16", MANY, 0, PIPELINE),
          new PublishWork("PUBLISH to 1 subscriber beside 100,000 patterns", 1, PATTERNS, 1));

  @Override
  public String name() {
    return "pubsub";
  }

  @Override
  public String summary() {
    return "server CPU of published messages against redis-server";
  }

  @Override
  public void run(Bench bench, List<Row> rows) {
    List<PublishWork> wanted =
        WORKS.stream().filter(work -> bench.options().wants(work.name())).toList();
    if (wanted.isEmpty()) {
      return;
    }
    Table details = Comparison.details("CPU per published message");
    try (Duel duel = new Duel(bench)) {
      for (PublishWork work : wanted) {
        bench.say(work.name());
        rows.add(measure(bench, duel, work, details));
      }
    } finally {
      bench.detail(details);
    }
  }

  private static Row measure(Bench bench, Duel duel, PublishWork work, Table details) {
    Comparison comparison = duel.comparison(details);
    comparison.run(work, bench.options().windowOr(1, 0.25), bench.options().roundsOr(5, 2));
    Contender larder = duel.larder();
    double nanos = Stats.median(larder.cpuPerRequest()) / work.listeners();
    return Row.judged(
        work.name(),
        work.patterns() > 0 ? Goals.PUBLISH_BESIDE_PATTERNS : Goals.PUBLISH_TO_MANY,
        comparison.ratio(larder),
        "%s (%s µs a message)"
            .formatted(Text.fixed(comparison.ratio(larder), 3), Text.micros(nanos)),
        comparison.note(larder));
  }
}
