package dev.larder.oracle;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.larder.resp.RespValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** When replies about streams are the same. */
final class StreamRules {
  private static final long TOLERANCE_MILLIS = 5_000;

  /** Facts that only one of the servers has, or that tell about its insides. */
  private static final Set<String> OWN_FACTS =
      Set.of(
          "radix-tree-nodes",
          "idmp-duration",
          "idmp-maxsize",
          "pids-tracked",
          "iids-tracked",
          "iids-added",
          "iids-duplicates",
          "nacked-count",
          "inactive",
          "active-time");

  /** Facts that 7.0 finds in another way, and consumers, which it makes only for an entry. */
  private static final Set<String> LATER_FACTS =
      Set.of("entries-read", "lag", "consumers", "seen-time", "idle");

  private StreamRules() {}

  /** XINFO: maps with the same facts, as far as both have them. */
  static boolean sameInfo(Exchange x) {
    return same(facts(x.reference().value()), facts(x.subject().value()));
  }

  /** XPENDING: the same, but for how long entries have been idle. */
  static boolean samePending(Exchange x) {
    return same(x.reference().value(), x.subject().value());
  }

  /** Maps for what are maps, or arrays that read as such: keys in order, without own facts. */
  private static Object facts(RespValue value) {
    List<RespValue> elements =
        value instanceof RespValue.Array || value instanceof RespValue.RespMap
            ? Rules.elements(value)
            : List.of();
    if (elements.isEmpty()) {
      return value;
    }
    if (isMap(value, elements)) {
      Map<String, Object> facts = new TreeMap<>();
      for (int i = 0; i + 1 < elements.size(); i += 2) {
        String name = text(elements.get(i));
        if (!OWN_FACTS.contains(name) && !LATER_FACTS.contains(name)) {
          facts.put(name, facts(elements.get(i + 1)));
        }
      }
      return facts;
    }
    List<Object> all = new ArrayList<>();
    elements.forEach(element -> all.add(facts(element)));
    return all;
  }

  private static boolean isMap(RespValue value, List<RespValue> elements) {
    return value instanceof RespValue.RespMap
        || Set.of("length", "name").contains(text(elements.getFirst()));
  }

  private static String text(RespValue value) {
    return value instanceof RespValue.BulkString bulk
        ? new String(bulk.value().toArray(), ISO_8859_1)
        : value.toString();
  }

  /** Equal, but for numbers that may be times. */
  private static boolean same(Object left, Object right) {
    if (left instanceof RespValue.Array(List<RespValue> a)
        && right instanceof RespValue.Array(List<RespValue> b)) {
      return same(List.<Object>copyOf(a), List.<Object>copyOf(b));
    }
    if (left instanceof List<?> a && right instanceof List<?> b) {
      boolean same = a.size() == b.size();
      for (int i = 0; same && i < a.size(); i++) {
        same = same(a.get(i), b.get(i));
      }
      return same;
    }
    if (left instanceof Map<?, ?> a && right instanceof Map<?, ?> b) {
      return a.keySet().equals(b.keySet())
          && a.keySet().stream().allMatch(key -> same(a.get(key), b.get(key)));
    }
    if (left instanceof RespValue.Int(long a) && right instanceof RespValue.Int(long b)) {
      return a == b || (a >= 0 && b >= 0 && Math.abs(a - b) <= TOLERANCE_MILLIS);
    }
    return left.equals(right);
  }
}
