package dev.larder.bench;

import java.util.ArrayList;
import java.util.List;

/**
 * Server CPU of the commands on hashes, lists, sets, sorted sets, streams and the rest, as a ratio
 * to redis-server: over many small collections, and on a single one of a million elements.
 */
final class TypesMeasurement implements Measurement {
  private static final String MEDIAN = "types, median of all rows";
  private static final int CONNECTIONS = 50;
  private static final int PIPELINE = 16;
  private static final long LARGE = 1_000_000;

  /** A command on one of the two kinds of collections. */
  private record Task(TypeOperation operation, boolean large) {
    String name() {
      return "types " + operation + (large ? ", one key of 1 M" : ", many keys");
    }

    /** Whether the work of the one before has left what this one needs. */
    boolean continues(Task before) {
      return operation.filling() == before.operation.filling()
          && large == before.large
          && !before.operation.consumes();
    }

    Elements elements(Bench bench) {
      long many = bench.options().quick() ? 20_000 : 100_000;
      return large ? new Elements(1, LARGE) : new Elements(many, operation.filling().smallSize());
    }

    CollectionWork work(Bench bench) {
      Elements elements = elements(bench);
      Filling consumed = operation.consumes() ? operation.filling() : null;
      Exchange exchange = operation.exchange(elements);
      return new CollectionWork(name(), exchange, elements, PIPELINE, CONNECTIONS, consumed);
    }
  }

  @Override
  public String name() {
    return "types";
  }

  @Override
  public String summary() {
    return "server CPU of the commands of all data types against redis-server";
  }

  @Override
  public void run(Bench bench, List<Row> rows) {
    List<Task> all = tasks();
    List<Task> wanted = all.stream().filter(t -> bench.options().wants(t.name())).toList();
    if (wanted.isEmpty()) {
      return;
    }
    Table details = Comparison.details("CPU per request by type");
    List<Double> ratios = new ArrayList<>();
    try (Duel duel = new Duel(bench)) {
      Task before = null;
      for (Task task : wanted) {
        try {
          if (before == null || !task.continues(before)) {
            bench.say("types: filling for " + task.name());
            duel.fill(task.operation.filling(), task.elements(bench));
          }
          before = null;
          bench.say(task.name());
          rows.add(measure(bench, task, duel.comparison(details), duel.larder(), ratios));
          before = task;
        } catch (BenchException e) {
          rows.add(Row.unknown(task.name(), Goals.NEVER_ABOVE_REDIS, "failed: " + e.getMessage()));
        }
      }
    } finally {
      bench.detail(details);
    }
    if (wanted.size() == all.size()) {
      rows.add(median(ratios, all.size()));
    }
  }

  /** Those on the same filling one after the other. */
  private static List<Task> tasks() {
    List<Task> tasks = new ArrayList<>();
    for (boolean large : new boolean[] {false, true}) {
      for (TypeOperation operation : TypeOperation.values()) {
        if (!large || operation.suitsLarge()) {
          tasks.add(new Task(operation, large));
        }
      }
    }
    return tasks;
  }

  private static Row measure(
      Bench bench, Task task, Comparison comparison, Contender larder, List<Double> ratios) {
    long window = bench.options().windowOr(1, 0.25);
    comparison.run(task.work(bench), window, bench.options().roundsOr(5, 2));
    double ratio = comparison.ratio(larder);
    if (!Double.isNaN(ratio)) {
      ratios.add(ratio);
    }
    double target = Goals.TYPES_TARGET.limit();
    String above = ratio > target ? "above the target of " + Text.number(target) + "; " : "";
    return Row.judged(
        task.name(),
        Goals.NEVER_ABOVE_REDIS,
        ratio,
        comparison.measured(larder),
        above + comparison.note(larder));
  }

  private static Row median(List<Double> ratios, int expected) {
    double median = Stats.median(ratios.stream().mapToDouble(Double::doubleValue).toArray());
    String measured = Text.fixed(median, 3);
    long within = ratios.stream().filter(r -> r <= Goals.TYPES_TARGET.limit()).count();
    String note =
        "of %d of %d rows; %d at most %s"
            .formatted(ratios.size(), expected, within, Text.number(Goals.TYPES_TARGET.limit()));
    return ratios.size() == expected
        ? Row.judged(MEDIAN, Goals.TYPES_MEDIAN, median, measured, note)
        : Row.unknown(MEDIAN, Goals.TYPES_MEDIAN, measured + " " + note);
  }
}
