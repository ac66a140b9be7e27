package dev.larder.bench;

import java.util.List;
import java.util.function.Function;

/**
 * Resident memory per element of collections, as a ratio to redis-server: the full server minus the
 * same server warmed and emptied. Everything is incompressible, and read back afterwards.
 */
final class TypesRssMeasurement implements Measurement {
  private static final long MILLION = 1_000_000;

  /** Fields of a small hash. */
  private static final int FIELDS = 10;

  /** Elements that a request brings. */
  private static final int ROW = 20;

  private static final String ENTRY =
      "*2|$15|{id}-0|*6|$6|field1|$16|{value}|$6|field2|$16|{binary}|$6|field3|$16|{third}|";

  /**
   * What is stored.
   *
   * @param count the command that tells how many elements the first collection has
   * @param write makes the step that stores the elements
   * @param read makes the step that reads all of them
   */
  private record Kind(
      String name,
      Elements elements,
      String count,
      Function<Messages, Step> write,
      Function<Messages, Step> read,
      Goal goal) {
    /** Few elements of the same kind. */
    Elements warming() {
      return elements.keys() == 1
          ? new Elements(1, 10_000)
          : new Elements(1_000, elements.perKey());
    }
  }

  private static List<Kind> kinds(boolean quick) {
    Elements one = new Elements(1, MILLION);
    Elements many = new Elements(quick ? MILLION / 5 : MILLION, FIELDS);
    return List.of(
        new Kind(
            "typesrss, hash of 1 M x 16 + 16 B",
            one,
            "HLEN",
            m -> rows(m, "HSET {key}", "{binary} {value}", m.reply(":20|")),
            m -> Pass.each(m, "HGET {key} {binary}", m.reply("$16|{value}|")),
            Goals.TABLE_RSS),
        new Kind(
            "typesrss, set of 1 M x 16 B",
            one,
            "SCARD",
            m -> rows(m, "SADD {key}", "{binary}", m.reply(":20|")),
            m -> Pass.each(m, "SISMEMBER {key} {binary}", m.reply(":1|")),
            Goals.TABLE_RSS),
        new Kind(
            "typesrss, sorted set of 1 M x 16 B",
            one,
            "ZCARD",
            m -> rows(m, "ZADD {key}", "0.{fraction} {binary}", m.reply(":20|")),
            m -> Pass.each(m, "ZSCORE {key} {binary}", Replies.score(m.elements()::fraction)),
            Goals.TABLE_RSS),
        new Kind(
            "typesrss, hashes of 10 x 8 + 16 B",
            many,
            "HLEN",
            TypesRssMeasurement::writeSmall,
            TypesRssMeasurement::readSmall,
            Goals.SMALL_HASH_RSS),
        new Kind(
            "typesrss, list of 1 M x 32 B",
            one,
            "LLEN",
            m -> rows(m, "RPUSH {key}", "{value32}", Replies.integer(ROW, MILLION)),
            m -> WholeRead.of(m, "LRANGE {key} 0 -1", 1, "$32|{value32}|", null),
            Goals.SEQUENCE_RSS),
        new Kind(
            "typesrss, stream of 1 M x 3 fields of 16 B",
            one,
            "XLEN",
            m ->
                Pass.each(
                    m,
                    "XADD {key} {id}-0 field1 {value} field2 {binary} field3 {third}",
                    m.reply("$15|{id}-0|")),
            m -> WholeRead.of(m, "XRANGE {key} - +", 1, ENTRY, null),
            Goals.SEQUENCE_RSS));
  }

  @Override
  public String name() {
    return "typesrss";
  }

  @Override
  public String summary() {
    return "resident memory per element of collections against redis-server";
  }

  @Override
  public void run(Bench bench, List<Row> rows) {
    Table details = new Table("Memory by type", "filling", "server", "bytes each", "empty MB");
    try {
      for (Kind kind : kinds(bench.options().quick())) {
        if (bench.options().wants(kind.name)) {
          rows.add(row(bench, kind, details));
        }
      }
    } finally {
      bench.detail(details);
    }
  }

  private static Row row(Bench bench, Kind kind, Table details) {
    bench.say(kind.name);
    try {
      double larder = bytesEach(bench, bench.larder(), kind, details);
      double redis = bytesEach(bench, bench.redis(), kind, details);
      return Row.judged(
          kind.name,
          kind.goal,
          larder / redis,
          "%s (%s bytes)".formatted(Text.fixed(larder / redis, 2), Text.fixed(larder, 1)),
          "an element; redis %s; all read back".formatted(Text.fixed(redis, 1)));
    } catch (BenchException e) {
      return Row.unknown(kind.name, kind.goal, "failed: " + e.getMessage());
    }
  }

  private static double bytesEach(Bench bench, ServerSpec spec, Kind kind, Table details) {
    try (ServerProcess server = ServerProcess.start(spec)) {
      warm(bench, server, kind);
      long empty = server.settledResidentBytes();
      Messages messages = new Messages(kind.elements);
      kind.write.apply(messages).run(server, bench.pinned());
      long full = server.settledResidentBytes();
      check(server, kind);
      kind.read.apply(messages).run(server, bench.pinned());
      double each = (double) (full - empty) / kind.elements.count();
      details.add(kind.name, server.name(), Text.fixed(each, 1), Text.fixed(empty / 1e6, 1));
      return each;
    } catch (BenchException e) {
      throw new BenchException(spec.name() + ": " + e.getMessage(), e);
    }
  }

  /** Brings in the code and buffers that any running server has, then empties it again. */
  private static void warm(Bench bench, ServerProcess server, Kind kind) {
    Messages messages = new Messages(kind.warming());
    long end = Clock.nanos() + bench.options().windowOr(5, 2);
    do {
      kind.write.apply(messages).run(server, bench.pinned());
      kind.read.apply(messages).run(server, bench.pinned());
      try (ControlClient client = server.control()) {
        client.call("FLUSHALL");
      }
    } while (Clock.nanos() < end);
  }

  private static void check(ServerProcess server, Kind kind) {
    try (ControlClient client = server.control()) {
      String keys = client.call("DBSIZE");
      String elements = client.call(kind.count, KeyValues.key(0));
      if (Long.parseLong(keys) != kind.elements.keys()
          || Long.parseLong(elements) != kind.elements.perKey()) {
        throw new BenchException("holds %s keys, the first of %s".formatted(keys, elements));
      }
    }
  }

  private static Step rows(Messages m, String words, String each, Reply reply) {
    return Pass.rows(m, words, each, ROW, reply);
  }

  private static Step writeSmall(Messages m) {
    return Pass.rows(m, "HSET {key}", "f{field} {value}", FIELDS, m.reply(":" + FIELDS + "|"));
  }

  private static Step readSmall(Messages m) {
    String field = "$8|f{field}|$16|{value}|";
    Hole all = m.anyOf(FIELDS, field, Messages.byField("$8|f")).of(n -> n * FIELDS);
    return Pass.collections(m, "HGETALL {key}", m.around("*" + 2 * FIELDS + "|", all, ""));
  }
}
