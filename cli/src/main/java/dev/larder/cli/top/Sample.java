package dev.larder.cli.top;

import java.io.IOException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a server said of itself at one moment.
 *
 * @param nanos when, by this machine's clock
 * @param info the fields of INFO
 * @param commands what commands have cost since the server's start, by their names
 * @param keysByTime keys that took most lately, with microseconds; empty if the server cannot tell
 * @param keysByBytes the same with bytes
 */
record Sample(
    long nanos,
    Map<String, String> info,
    Map<String, CommandCost> commands,
    Map<String, Long> keysByTime,
    Map<String, Long> keysByBytes) {
  private static final String COMMAND = "cmdstat_";

  /** What is shown, for the others take the server longer to tell. */
  private static final String[] INFO = {
    "INFO", "server", "clients", "memory", "stats", "cpu", "keyspace", "commandstats"
  };

  private static final int HOT_KEYS = 10;

  /**
   * What a command has cost since the server's start.
   *
   * @param failures calls that were refused, or ended with an error
   * @param histogram of microseconds: a duration, and how many calls took no longer
   */
  record CommandCost(long calls, long micros, long failures, NavigableMap<Long, Long> histogram) {}

  /** Asks for it. */
  static Sample take(ServerConnection server, long nanos) throws IOException, ServerErrorException {
    Map<String, String> info = fields(text(server.call(INFO)));
    Map<String, NavigableMap<Long, Long>> histograms =
        histograms(orNull(server, "LATENCY", "HISTOGRAM"));
    Map<String, CommandCost> commands = new HashMap<>();
    info.forEach((field, value) -> {
      if (field.startsWith(COMMAND)) {
        String name = field.substring(COMMAND.length());
        commands.put(name, cost(value, histograms.getOrDefault(name, new TreeMap<>())));
      }
    });
    List<?> hot = list(orNull(server, "HOTKEYS", "TOP", "COUNT", String.valueOf(HOT_KEYS)));
    return new Sample(nanos, info, commands, amounts(hot, 1), amounts(hot, 3));
  }

  /** The reply; null from a server that does not know the command, or to a user who may not ask. */
  private static @Nullable Object orNull(ServerConnection server, String... words)
      throws IOException {
    try {
      return server.call(words);
    } catch (ServerErrorException e) {
      return null;
    }
  }

  /** A number among the fields, 0 if there is none. */
  double number(String field) {
    return numberOf(info.getOrDefault(field, "0"));
  }

  /** A field, or an empty text. */
  String text(String field) {
    return info.getOrDefault(field, "");
  }

  private static double numberOf(String text) {
    try {
      return Double.parseDouble(text);
    } catch (NumberFormatException e) {
      return 0;
    }
  }

  private static Map<String, String> fields(String info) {
    Map<String, String> fields = new HashMap<>();
    info.lines()
        .forEach(line -> {
          int colon = line.indexOf(':');
          if (colon > 0 && line.charAt(0) != '#') {
            fields.put(line.substring(0, colon), line.substring(colon + 1).strip());
          }
        });
    return fields;
  }

  /** Of {@code calls=1,usec=3,…}. */
  private static CommandCost cost(String line, NavigableMap<Long, Long> histogram) {
    Map<String, Double> parts = new HashMap<>();
    for (String part : line.split(",")) {
      int equals = part.indexOf('=');
      if (equals > 0) {
        parts.put(part.substring(0, equals), numberOf(part.substring(equals + 1)));
      }
    }
    return new CommandCost(
        parts.getOrDefault("calls", 0.0).longValue(),
        parts.getOrDefault("usec", 0.0).longValue(),
        parts.getOrDefault("rejected_calls", 0.0).longValue()
            + parts.getOrDefault("failed_calls", 0.0).longValue(),
        histogram);
  }

  /** Of pairs of a command's name and a list that ends with pairs of a duration and a count. */
  private static Map<String, NavigableMap<Long, Long>> histograms(@Nullable Object reply) {
    Map<String, NavigableMap<Long, Long>> histograms = new HashMap<>();
    List<?> pairs = list(reply);
    for (int i = 0; i + 1 < pairs.size(); i += 2) {
      List<?> facts = list(pairs.get(i + 1));
      List<?> buckets = facts.isEmpty() ? List.of() : list(facts.getLast());
      NavigableMap<Long, Long> histogram = new TreeMap<>();
      for (int b = 0; b + 1 < buckets.size(); b += 2) {
        if (buckets.get(b) instanceof Long most && buckets.get(b + 1) instanceof Long count) {
          histogram.put(most, count);
        }
      }
      histograms.put(text(pairs.get(i)), histogram);
    }
    return histograms;
  }

  /** Of the pairs in one element of a list. */
  private static Map<String, Long> amounts(List<?> reply, int element) {
    List<?> pairs = element < reply.size() ? list(reply.get(element)) : List.of();
    Map<String, Long> amounts = new LinkedHashMap<>();
    for (int i = 0; i + 1 < pairs.size(); i += 2) {
      if (pairs.get(i + 1) instanceof Long amount) {
        amounts.put(text(pairs.get(i)), amount);
      }
    }
    return amounts;
  }

  private static List<?> list(@Nullable Object reply) {
    return reply instanceof List<?> list ? list : List.of();
  }

  private static String text(@Nullable Object reply) {
    return reply instanceof String text ? text : "";
  }
}
