package dev.larder.oracle;

import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * Scripts that end otherwise in Larder than in the redis-server that tests compare it with, on
 * purpose.
 */
final class ScriptDifferences {
  /**
   * One difference.
   *
   * @param title what differs
   * @param reason why that is right
   * @param applies whether it explains two replies that are not the same
   */
  record Difference(String title, String reason, Predicate<Pair> applies) {}

  /** A probe with the replies of redis-server and Larder. */
  record Pair(ScriptProbe probe, String expected, String actual) {}

  static final List<Difference> ALL =
      List.of(
          new Difference(
              "Doubles are as short as they can be",
              "Redis 7.2 and later show them so; 7.0 with 17 digits.",
              x -> doubles(x.expected).equals(doubles(x.actual))),
          new Difference(
              "Scripts have os.clock",
              "They have it in Redis 8.",
              x ->
                  x.probe.text().contains("os") && x.expected.contains("global variable 'os'")
                      || x.probe.text().contains("pairs(_G)")
                      || x.probe.text().startsWith("os.")
                      || x.probe.text().startsWith("return type(os")),
          new Difference(
              "string.dump of a function written in Lua is four bytes",
              "There is no binary code that could be shown, and nothing in Redis would load it.",
              x -> x.probe.text().contains("string.dump")),
          new Difference(
              "An error goes on behind a zero byte",
              "Redis takes the text of an error for a string of C.",
              x -> x.probe.text().contains("with\\0zero")),
          new Difference(
              "An error in a chunk of loadstring tells of it as messages do",
              "Redis shows the source, or the name with the character before it.",
              x -> x.probe.text().startsWith("loadstring('")),
          new Difference(
              "WAIT is allowed",
              "It is since Redis 7.2.",
              x -> x.probe.text().contains("call('wait'")),
          new Difference(
              "The first line of a script knows no quotes",
              "No client writes them: names of flags have neither blanks nor quotes.",
              x -> x.probe.text().startsWith("#!") && x.probe.text().matches(".*['\"].*~~.*")),
          new Difference(
              "Redis's own functions are no global variables",
              "They are of no use to scripts.",
              x -> x.probe.text().contains("__redis__") || x.probe.text().contains("pairs(_G)")),
          new Difference(
              "A denial has the code NOPERM in scripts, and the texts of later releases",
              "Redis 7.2 and later answer so.",
              x -> x.probe.group().equals("permissions") && x.actual.contains("NOPERM ")),
          new Difference(
              "redis.set_repl takes REPL_ALL only",
              "All that scripts do is replicated and kept.",
              x -> x.actual.contains("with other flags than REPL_ALL is not supported")));

  private static final Pattern DOUBLE =
      Pattern.compile("(?:\\$\\d+\\r\\n|,)(-?\\d+(?:\\.\\d+)?(?:e[+-]?\\d+)?)\\r\\n");

  /** A reply with each double as Java shows it. */
  private static String doubles(String reply) {
    return DOUBLE.matcher(reply).replaceAll(x -> Double.toString(Double.parseDouble(x.group(1))));
  }

  private ScriptDifferences() {}

  /** Whether there is a reason for this difference. */
  static boolean explain(ScriptProbe probe, String expected, String actual) {
    Pair pair = new Pair(probe, expected, actual);
    return ALL.stream().anyMatch(difference -> difference.applies.test(pair));
  }
}
