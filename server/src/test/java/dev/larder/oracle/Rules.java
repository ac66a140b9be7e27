package dev.larder.oracle;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.larder.resp.RespValue;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * When two replies count as the same: normally if all bytes are equal; by the rule of the command
 * where order, time or chance is part of the reply. Errors must be equal in any case.
 */
final class Rules {

  /** Between the two servers' clocks, and between the two executions of a request. */
  private static final long TOLERANCE_MILLIS = 5_000;

  /** Says whether two replies, neither of them an error, are the same. */
  @FunctionalInterface
  interface Rule {
    boolean same(Exchange exchange) throws IOException;
  }

  private static final Rule WITHIN_SECONDS = x -> isNear(x, TOLERANCE_MILLIS / 1000);
  private static final Rule WITHIN_MILLIS = x -> isNear(x, TOLERANCE_MILLIS);
  private static final Rule ANY_INTEGER = x -> isInteger(x.reference()) && isInteger(x.subject());

  private static final Map<String, Rule> BY_COMMAND =
      Map.ofEntries(
          Map.entry("ttl", WITHIN_SECONDS),
          Map.entry("pttl", WITHIN_MILLIS),
          Map.entry("expiretime", WITHIN_SECONDS),
          Map.entry("pexpiretime", WITHIN_MILLIS),
          Map.entry("time", x -> shape(x.reference()).equals(shape(x.subject()))),
          Map.entry("client|id", ANY_INTEGER),
          Map.entry("command|count", ANY_INTEGER),
          Map.entry("object|idletime", ANY_INTEGER),
          Map.entry("memory|usage", ANY_INTEGER),
          Map.entry("keys", x -> sorted(x.reference()).equals(sorted(x.subject()))),
          Map.entry("hello", x -> greeting(x.reference()).equals(greeting(x.subject()))),
          Map.entry("dbsize", Rules::sameWhenReclaimed),
          Map.entry("randomkey", Rules::bothExist),
          Map.entry("dump", Rules::sameDumps),
          Map.entry("zrandmember", x -> shape(x.reference()).equals(shape(x.subject()))),
          Map.entry("zscan", Rules::sameMembers),
          Map.entry("scan", Rules::sameWhenCollected),
          Map.entry("smembers", x -> sameUnordered(x, 1)),
          // Unless they are sorted, the elements of a set come in no order.
          Map.entry("sort", x -> sameUnordered(x, 1)),
          Map.entry("sort_ro", x -> sameUnordered(x, 1)),
          Map.entry("sunion", Rules::sameSets),
          Map.entry("sinter", Rules::sameSets),
          Map.entry("sdiff", Rules::sameSets),
          Map.entry("srandmember", x -> shape(x.reference()).equals(shape(x.subject()))),
          Map.entry("sscan", Rules::sameWhenCollected),
          Map.entry("hgetall", x -> sameUnordered(x, 2)),
          Map.entry("hkeys", x -> sameUnordered(x, 1)),
          Map.entry("hvals", x -> sameUnordered(x, 1)),
          Map.entry("hrandfield", x -> shape(x.reference()).equals(shape(x.subject()))),
          Map.entry("hscan", Rules::sameWhenCollected),
          Map.entry("xpending", StreamRules::samePending),
          Map.entry("xinfo|stream", StreamRules::sameInfo),
          Map.entry("xinfo|groups", StreamRules::sameInfo),
          Map.entry("xinfo|consumers", x -> true));

  private static final int RECLAIM_PAUSES = 100;
  private static final int RECLAIM_PAUSE_MILLIS = 10;
  private static final Set<String> ALONE =
      Set.of("scan", "hscan", "sscan", "randomkey", "dbsize", "dump", "quit");

  /** Facts of HELLO that differ between any two servers. */
  private static final Set<String> OWN_FACTS = Set.of("version", "id");

  private Rules() {}

  static boolean same(Exchange x) throws IOException {
    if (x.sameBytes()) {
      return true;
    }
    Rule rule = BY_COMMAND.get(x.request().command());
    if (x.anyError() || rule == null) {
      return !x.anyError() && sameDoubles(x.reference().value(), x.subject().value());
    }
    return rule.same(x);
  }

  /** Whether the rule of a request has to ask more, or the connection ends with it. */
  static boolean endsPipeline(Request request) {
    return ALONE.contains(request.command());
  }

  /** Redis 7.0 prints doubles with 17 digits, 7.2 and later as short as possible. */
  private static boolean sameDoubles(RespValue expected, RespValue actual) {
    if (expected instanceof RespValue.Array(List<RespValue> all)
        && actual instanceof RespValue.Array(List<RespValue> others)) {
      boolean same = all.size() == others.size();
      for (int i = 0; same && i < all.size(); i++) {
        same = sameDoubles(all.get(i), others.get(i));
      }
      return same;
    }
    if (expected instanceof RespValue.Real a && actual instanceof RespValue.Real b) {
      return Double.compare(a.value(), b.value()) == 0;
    }
    return expected.equals(actual) || isLongText(expected, actual);
  }

  /** Whether a text of 17 digits or with an exponent is the same double as another one. */
  private static boolean isLongText(RespValue expected, RespValue actual) {
    if (!(expected instanceof RespValue.BulkString) || !(actual instanceof RespValue.BulkString)) {
      return false;
    }
    String digits = text(expected);
    return digits.matches("-?[0-9.]{17,}(e[-+][0-9]+)?|-?[0-9.]+e[-+][0-9]+")
        && text(actual).matches("-?[0-9.]+(e[-+][0-9]+)?")
        && Double.parseDouble(digits) == Double.parseDouble(text(actual));
  }

  /** Members in any order; where Redis has more to come, which come first is its own affair. */
  private static boolean sameMembers(Exchange x) {
    List<RespValue> expected = elements(x.reference().value());
    List<RespValue> actual = elements(x.subject().value());
    return !text(expected.get(0)).equals("0")
        || scores(expected.get(1)).equals(scores(actual.get(1)));
  }

  private static Map<String, Double> scores(RespValue flat) {
    List<RespValue> words = elements(flat);
    Map<String, Double> scores = new HashMap<>();
    for (int i = 0; i < words.size(); i += 2) {
      scores.put(
          text(words.get(i)), Double.valueOf(text(words.get(i + 1)).replace("inf", "Infinity")));
    }
    return scores;
  }

  private static boolean isInteger(Frame frame) {
    return frame.value() instanceof RespValue.Int;
  }

  /** Equal, or two times; -1 and -2 are none. */
  private static boolean isNear(Exchange x, long tolerance) {
    return x.reference().value() instanceof RespValue.Int(long a)
        && x.subject().value() instanceof RespValue.Int(long b)
        && (a == b || (a >= 0 && b >= 0 && Math.abs(a - b) <= tolerance));
  }

  /** The types within a reply. */
  private static String shape(Frame frame) {
    return frame.value() instanceof RespValue.Array(List<RespValue> elements)
        ? elements.stream().map(e -> e.getClass().getSimpleName()).toList().toString()
        : frame.value().getClass().getSimpleName();
  }

  private static List<String> sorted(Frame frame) {
    return sorted(frame, 1);
  }

  /** The elements, so many at a time, without their order. */
  private static List<String> sorted(Frame frame, int together) {
    List<RespValue> elements = elements(frame.value());
    List<String> texts = new ArrayList<>();
    for (int i = 0; i + together <= elements.size(); i += together) {
      texts.add(elements.subList(i, i + together).toString());
    }
    return texts.stream().sorted().toList();
  }

  /** The same but for the order, where redis-server keeps the collection in a hash table. */
  private static boolean sameUnordered(Exchange x, int together) throws IOException {
    if (!sorted(x.reference(), together).equals(sorted(x.subject(), together))) {
      return false;
    }
    return !x.canAsk()
        || x.referenceWire()
            .ask("OBJECT", "ENCODING", x.request().text(1))
            .text()
            .contains("hashtable");
  }

  /** Results of sets have no order, and Redis 7.0 has no listpacks of them. */
  private static boolean sameSets(Exchange x) {
    return x.reference().text().charAt(0) == x.subject().text().charAt(0)
        && sorted(x.reference()).equals(sorted(x.subject()));
  }

  static List<RespValue> elements(RespValue value) {
    return switch (value) {
      case RespValue.Array(List<RespValue> elements) -> elements;
      case RespValue.RespSet(List<RespValue> elements) -> elements;
      case RespValue.RespMap(List<RespValue.Pair> pairs) -> {
        List<RespValue> flat = new ArrayList<>();
        pairs.forEach(pair -> flat.addAll(List.of(pair.key(), pair.value())));
        yield flat;
      }
      default -> throw new IllegalStateException("no aggregate: " + value);
    };
  }

  private static Map<String, String> greeting(Frame frame) {
    List<RespValue> facts = elements(frame.value());
    Map<String, String> greeting = new HashMap<>();
    for (int i = 0; i + 1 < facts.size(); i += 2) {
      greeting.put(text(facts.get(i)), facts.get(i + 1).toString());
    }
    greeting.put("type", frame.text().substring(0, 1));
    greeting.keySet().removeAll(OWN_FACTS);
    return greeting;
  }

  private static String text(RespValue value) {
    return value instanceof RespValue.BulkString bulk
        ? new String(bulk.value().toArray(), ISO_8859_1)
        : value.toString();
  }

  private static boolean bothExist(Exchange x) throws IOException {
    return !x.canAsk()
        || (exists(x.referenceWire(), x.reference()) && exists(x.subjectWire(), x.subject()));
  }

  private static boolean exists(Wire wire, Frame key) throws IOException {
    return key.value() instanceof RespValue.BulkString
        && wire.ask("EXISTS", text(key.value())).text().equals(":1\r\n");
  }

  /** Two payloads of one value need not be the same, but redis-server finds the same in both. */
  private static boolean sameDumps(Exchange x) throws IOException {
    if (!(x.reference().value() instanceof RespValue.BulkString expected)
        || !(x.subject().value() instanceof RespValue.BulkString actual)) {
      return false;
    }
    if (!x.canAsk()) {
      return true;
    }
    Wire wire = x.referenceWire();
    wire.ask("RESTORE", "oracle:expected", "0", text(expected), "REPLACE");
    wire.ask("RESTORE", "oracle:actual", "0", text(actual), "REPLACE");
    Frame digests = wire.ask("DEBUG", "DIGEST-VALUE", "oracle:expected", "oracle:actual");
    wire.ask("DEL", "oracle:expected", "oracle:actual");
    List<RespValue> both = elements(digests.value());
    return both.get(0).equals(both.get(1)) && !text(both.get(0)).matches("0*");
  }

  private static boolean sameWhenCollected(Exchange x) throws IOException {
    int cursor = cursorAt(x.request());
    if (!x.canAsk() || !x.request().text(cursor).equals("0")) {
      return shape(x.reference()).equals(shape(x.subject()));
    }
    return collect(x.referenceWire(), x.request(), x.reference())
        .equals(collect(x.subjectWire(), x.request(), x.subject()));
  }

  /** DBSIZE counts keys that have expired, until they are reclaimed, which reading them does. */
  private static boolean sameWhenReclaimed(Exchange x) throws IOException {
    if (!x.canAsk()) {
      return true;
    }
    for (int i = 0; i < RECLAIM_PAUSES; i++) {
      x.referenceWire().ask("KEYS", "*");
      x.subjectWire().ask("KEYS", "*");
      Frame expected = x.referenceWire().ask("DBSIZE");
      Frame actual = x.subjectWire().ask("DBSIZE");
      if (expected.sameBytes(actual)) {
        return true;
      }
      Pause.millis(RECLAIM_PAUSE_MILLIS);
    }
    return false;
  }

  /** The cursor of SCAN, and behind a key that of its like. */
  private static int cursorAt(Request request) {
    return request.command().equals("scan") ? 1 : 2;
  }

  /** Follows the cursors to the end. */
  private static Set<String> collect(Wire wire, Request request, Frame first) throws IOException {
    Set<String> names = new TreeSet<>();
    Frame frame = first;
    while (true) {
      List<RespValue> reply = elements(frame.value());
      elements(reply.get(1)).forEach(name -> names.add(text(name)));
      String cursor = text(reply.get(0));
      if (cursor.equals("0")) {
        return names;
      }
      List<byte[]> args = new ArrayList<>(request.args());
      args.set(cursorAt(request), cursor.getBytes(ISO_8859_1));
      frame = wire.ask(new Request(request.command(), args, false));
    }
  }
}
