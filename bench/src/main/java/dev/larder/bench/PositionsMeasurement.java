package dev.larder.bench;

import java.util.List;
import java.util.function.Function;

/**
 * Server CPU of commands that go by position in very large collections, as a ratio to redis-server:
 * in the middle of a list, and the rank in a sorted set.
 */
final class PositionsMeasurement implements Measurement {
  private static final long LIST = 1_000_000;

  /**
   * A command on one collection.
   *
   * @param connections few where a request takes milliseconds
   */
  private record Task(
      String name,
      Filling filling,
      Elements elements,
      Function<Messages, Exchange> exchange,
      int pipeline,
      int connections,
      Goal goal) {
    CollectionWork work() {
      Exchange made = exchange.apply(new Messages(elements));
      return new CollectionWork(name, made, elements, pipeline, connections, null);
    }
  }

  private static List<Task> tasks(long ranked) {
    Elements list = new Elements(1, LIST);
    return List.of(
        new Task(
            "positions LINDEX, middle of 1 M",
            Filling.LIST,
            list,
            m -> new Exchange(m.command("LINDEX {key} {middle}"), m.reply("$16|{middlevalue}|")),
            16,
            50,
            Goals.MIDDLE_OF_LIST),
        new Task(
            "positions LINSERT, middle of 1 M",
            Filling.LIST,
            list,
            m ->
                new Exchange(
                    m.command("LINSERT {key} BEFORE {middlevalue} {newvalue}"),
                    Replies.integer(LIST + 1, 2 * LIST)),
            1,
            8,
            Goals.MIDDLE_OF_LIST),
        new Task(
            "positions ZRANK in %d M".formatted(ranked / 1_000_000),
            Filling.ZSET,
            new Elements(1, ranked),
            m -> new Exchange(m.command("ZRANK {key} {member}"), Replies.integer(m.rank())),
            16,
            50,
            Goals.RANK_OF_TEN_MILLION));
  }

  @Override
  public String name() {
    return "positions";
  }

  @Override
  public String summary() {
    return "server CPU of LINDEX, LINSERT and ZRANK in very large collections";
  }

  @Override
  public void run(Bench bench, List<Row> rows) {
    List<Task> wanted =
        tasks(bench.options().quick() ? 1_000_000 : 10_000_000).stream()
            .filter(task -> bench.options().wants(task.name))
            .toList();
    if (wanted.isEmpty()) {
      return;
    }
    Table details = Comparison.details("CPU per request by position");
    try (Duel duel = new Duel(bench)) {
      for (Task task : wanted) {
        try {
          rows.add(measure(bench, task, duel, details));
        } catch (BenchException e) {
          rows.add(Row.unknown(task.name, task.goal, "failed: " + e.getMessage()));
        }
      }
    } finally {
      bench.detail(details);
    }
  }

  private static Row measure(Bench bench, Task task, Duel duel, Table details) {
    bench.say("positions: filling for " + task.name);
    duel.fill(task.filling, task.elements);
    bench.say(task.name);
    Comparison comparison = duel.comparison(details);
    long window = bench.options().windowOr(2, 0.5);
    comparison.run(task.work(), window, bench.options().roundsOr(5, 2));
    return Row.judged(
        task.name,
        task.goal,
        comparison.ratio(duel.larder()),
        comparison.measured(duel.larder()),
        comparison.note(duel.larder()));
  }
}
