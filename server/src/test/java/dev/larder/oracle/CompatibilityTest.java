package dev.larder.oracle;

import dev.larder.GoldenFile;
import dev.larder.command.CommandTable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * Keeps the lists in docs/compatibility.md in step with {@link KnownDifferences}, {@link
 * ScriptDifferences} and redis-suite.known.
 */
final class CompatibilityTest {

  private static final String HEAD = "\n| what differs | why |\n| --- | --- |\n";
  private static final String FILE = "docs/compatibility.md";
  private static final String DIFFERENCES =
      "<!-- known differences: written by CompatibilityTest, -Dgolden.update brings them up -->\n";
  private static final String END_OF_DIFFERENCES = "<!-- end -->\n";
  private static final String SCRIPTS =
      "<!-- known differences of scripts: written by CompatibilityTest from ScriptDifferences"
          + " -->\n";
  private static final String END_OF_SCRIPTS = "<!-- end of differences of scripts -->\n";
  private static final String FAILURES =
      "<!-- known failures: written by CompatibilityTest from redis-suite.known -->\n";
  private static final String END_OF_FAILURES = "<!-- end of failures -->\n";

  private static final String COMMANDS =
      "<!-- commands: written by CompatibilityTest from redis-8.10-commands -->\n";
  private static final String END_OF_COMMANDS = "<!-- end of commands -->\n";

  @Test
  void everyKnownDifferenceIsDocumented() throws IOException {
    String text = Files.readString(Path.of("..").resolve(FILE));
    text = between(text, COMMANDS, END_OF_COMMANDS, commands());
    text = between(text, DIFFERENCES, END_OF_DIFFERENCES, differences());
    text = between(text, SCRIPTS, END_OF_SCRIPTS, scripts());
    text = between(text, FAILURES, END_OF_FAILURES, failures());
    GoldenFile.check(FILE, text);
  }

  private static String between(String text, String begin, String end, String content) {
    String before = text.substring(0, text.indexOf(begin) + begin.length());
    return before + content + text.substring(text.indexOf(end));
  }

  /** What there is of the commands of Redis, group by group, and how some of them differ. */
  private static String commands() throws IOException {
    CommandTable table = Commands.all();
    StringBuilder text = new StringBuilder("\n| group | there | not yet |\n| --- | --- | --- |\n");
    for (String line : resource("redis-8.10-commands")) {
      int colon = line.indexOf(':');
      List<String> there = new ArrayList<>();
      List<String> missing = new ArrayList<>();
      for (String name : fullNames(line.substring(colon + 1).strip())) {
        (table.find(name.replace(' ', '|')) == null ? missing : there).add(name);
      }
      text.append("| ").append(line, 0, colon);
      text.append(" | ").append(String.join(", ", there));
      text.append(" | ").append(String.join(", ", missing)).append(" |\n");
    }
    text.append("\n| command | how it differs |\n| --- | --- |\n");
    for (String line : resource("commands-that-differ")) {
      text.append("| `").append(line.replace("\t", "` | ")).append(" |\n");
    }
    return text.append('\n').toString();
  }

  private static List<String> resource(String name) throws IOException {
    return Files.readAllLines(Path.of("src/test/resources", name)).stream()
        .filter(line -> !line.startsWith("#"))
        .toList();
  }

  /** Of {@code GET OBJECT{FREQ HELP}}: {@code GET, OBJECT FREQ, OBJECT HELP}. */
  private static List<String> fullNames(String names) {
    List<String> full = new ArrayList<>();
    String container = "";
    for (String word : names.replace("{", " { ").replace("}", " } ").split(" +")) {
      switch (word) {
        case "{" -> container = full.removeLast() + ' ';
        case "}" -> container = "";
        default -> full.add(container + word);
      }
    }
    return full;
  }

  /** Tests of Redis's own suite that fail, by reason: a line of the file is reason, tab, test. */
  private static String failures() throws IOException {
    Map<String, List<String>> byReason = new TreeMap<>();
    for (String line : Files.readAllLines(Path.of("src/test/scripts/redis-suite.known"))) {
      String[] parts = line.split("\t", 2);
      byReason.computeIfAbsent(parts[0], _ -> new ArrayList<>()).add(parts[1]);
    }
    StringBuilder text = new StringBuilder("\n");
    byReason.forEach((reason, tests) -> text.append("- ").append(reason).append(join(tests)));
    return text.append('\n').toString();
  }

  private static String join(List<String> tests) {
    return tests.stream().map(test -> "\n  - " + test).collect(Collectors.joining()) + "\n";
  }

  private static String scripts() {
    StringBuilder text = new StringBuilder(HEAD);
    for (ScriptDifferences.Difference difference : ScriptDifferences.ALL) {
      text.append(row(difference.title(), difference.reason()));
    }
    return text.append('\n').toString();
  }

  private static String row(String title, String reason) {
    return "| " + title + " | " + reason + " |\n";
  }

  private static String differences() {
    StringBuilder text = new StringBuilder(HEAD);
    for (KnownDifferences.Difference difference : KnownDifferences.DIFFERENCES) {
      text.append(row(difference.title(), difference.reason()));
    }
    text.append("\n| not compared | why |\n| --- | --- |\n");
    for (KnownDifferences.NotSent notSent : KnownDifferences.NOT_SENT) {
      String commands =
          notSent.commands().stream()
              .map(name -> "`" + name.toUpperCase(Locale.ROOT).replace('|', ' ') + "`")
              .collect(Collectors.joining(", "));
      text.append(row(commands, notSent.reason()));
    }
    return text.append('\n').toString();
  }
}
