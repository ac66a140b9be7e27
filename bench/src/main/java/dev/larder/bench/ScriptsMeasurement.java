package dev.larder.bench;

import java.util.ArrayList;
import java.util.List;

/**
 * Server CPU of scripts that are called by their digests, as a ratio to redis-server; and of two
 * event loops against one, for scripts that name their keys.
 */
final class ScriptsMeasurement implements Measurement {
  private static final int CONNECTIONS = 50;
  private static final int PIPELINE = 16;

  /** A script, what follows its digest, and its reply. */
  private record Script(String name, String text, String rest, String reply, Goal goal) {}

  private static final Script LIMITER =
      new Script(
          "scripts, rate limiter",
          """
          local count = redis.call('INCR', KEYS[1])
          if count == 1 then redis.call('PEXPIRE', KEYS[1], ARGV[1]) end
          local left = redis.call('PTTL', KEYS[1])
          return left > 0 and count > 0 and 1 or 0
          """,
          "1 {key} 600000",
          ":1|",
          Goals.SCRIPT_LIMITER);

  private static final Script STEPS =
      new Script(
          "scripts, 100 steps",
          """
          local sum, text = 0, ''
          for i = 1, 50 do sum = sum + i * 2 % 7 end
          for i = 1, 25 do text = text .. i end
          for i = 1, 25 do sum = sum + #string.sub(text, i, i + 2) end
          return sum
          """,
          "0",
          ":224|",
          Goals.SCRIPT_STEPS);

  @Override
  public String name() {
    return "scripts";
  }

  @Override
  public String summary() {
    return "server CPU of scripts against redis-server, and of two event loops against one";
  }

  private static List<Script> all() {
    return List.of(
        new Script("scripts, return 1", "return 1", "0", ":1|", Goals.SCRIPT_SHORT),
        LIMITER,
        STEPS,
        new Script(
            "scripts, JSON of 1 KiB",
            "return #cjson.encode(cjson.decode([[" + json() + "]]))",
            "0",
            ":" + json().length() + "|",
            Goals.SCRIPT_JSON));
  }

  /** About 1 KiB, which is as long when it is encoded again. */
  private static String json() {
    List<String> items = new ArrayList<>();
    for (int i = 10; i < 22; i++) {
      items.add(
          "{\"sku\":\"abc-%d\",\"quantity\":%d,\"price\":%d.25,".formatted(i, i, i)
              + "\"stocked\":true,\"note\":\"hello-%d\"}".formatted(i));
    }
    return "{\"id\":123456,\"items\":[" + String.join(",", items) + "],\"tags\":[\"a\",\"b\"]}";
  }

  @Override
  public void run(Bench bench, List<Row> rows) {
    Table details = Comparison.details("CPU per script");
    Elements elements = new Elements(bench.options().quick() ? 20_000 : 100_000, 1);
    try (Duel duel = new Duel(bench)) {
      for (Script script : all()) {
        if (bench.options().wants(script.name)) {
          bench.say(script.name);
          Comparison comparison = duel.comparison(details);
          Contender larder = duel.larder();
          comparison.run(
              work(script, elements, duel.contenders()),
              bench.options().windowOr(1, 0.25),
              bench.options().roundsOr(5, 2));
          rows.add(
              Row.judged(
                  script.name,
                  script.goal,
                  comparison.ratio(larder),
                  comparison.measured(larder),
                  comparison.note(larder)));
        }
      }
    } finally {
      bench.detail(details);
    }
    if (bench.pinned() && bench.options().wants("scripts, two loops")) {
      twoLoops(bench, elements, rows);
    }
  }

  /** Loads the script into servers, and makes the work of calling it. */
  private static CollectionWork work(Script script, Elements elements, List<Contender> contenders) {
    String digest = "";
    for (Contender contender : contenders) {
      try (ControlClient client = contender.server().control()) {
        digest = client.call("SCRIPT", "LOAD", script.text);
      }
    }
    Messages messages = new Messages(elements);
    Exchange exchange =
        new Exchange(
            messages.command("EVALSHA " + digest + " " + script.rest),
            messages.reply(script.reply));
    return new CollectionWork(script.name, exchange, elements, PIPELINE, CONNECTIONS, null);
  }

  private static void twoLoops(Bench bench, Elements elements, List<Row> rows) {
    long window = bench.options().windowOr(2, 0.5);
    bench.say("scripts, two loops");
    try (LoopPair loops = new LoopPair(bench)) {
      CollectionWork work = work(LIMITER, elements, loops.contenders());
      loops.measure(work, window, Math.min(2 * window, 3 * Clock.SECOND));
      rows.add(
          Row.judged(
              "scripts, two loops",
              Goals.SCRIPT_TWO_LOOPS,
              loops.ratio(),
              Text.fixed(loops.ratio(), 3),
              loops.note()));
    }
  }
}
