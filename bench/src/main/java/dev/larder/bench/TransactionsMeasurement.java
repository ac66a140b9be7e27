package dev.larder.bench;

import java.util.List;

/** Server CPU of transactions, as a ratio to redis-server. */
final class TransactionsMeasurement implements Measurement {
  private static final String NAME = "transactions MULTI, 4 commands, EXEC";
  private static final int CONNECTIONS = 50;
  private static final int PIPELINE = 16;

  @Override
  public String name() {
    return "transactions";
  }

  @Override
  public String summary() {
    return "server CPU of transactions against redis-server";
  }

  @Override
  public void run(Bench bench, List<Row> rows) {
    if (!bench.options().wants(NAME)) {
      return;
    }
    Table details = Comparison.details("CPU per transaction");
    Elements elements = new Elements(bench.options().quick() ? 20_000 : 100_000, 1);
    CollectionWork work =
        new CollectionWork(NAME, exchange(elements), elements, PIPELINE, CONNECTIONS, null);
    try (Duel duel = new Duel(bench)) {
      bench.say(NAME);
      Comparison comparison = duel.comparison(details);
      comparison.run(work, bench.options().windowOr(1, 0.25), bench.options().roundsOr(5, 2));
      Contender larder = duel.larder();
      rows.add(
          Row.judged(
              NAME,
              Goals.TRANSACTIONS,
              comparison.ratio(larder),
              comparison.measured(larder),
              comparison.note(larder)));
    } finally {
      bench.detail(details);
    }
  }

  /** Two keys are written and read. */
  static Exchange exchange(Elements elements) {
    Messages messages = new Messages(elements);
    return new Exchange(
        messages.transaction(
            "SET {key} {value}", "GET {key}", "SET {second} {binary}", "GET {second}"),
        messages.reply("+OK|+QUEUED|+QUEUED|+QUEUED|+QUEUED|*4|+OK|$16|{value}|+OK|$16|{binary}|"));
  }
}
