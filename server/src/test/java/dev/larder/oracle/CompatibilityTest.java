package dev.larder.oracle;

import dev.larder.GoldenFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Keeps the list in docs/compatibility.md in step with {@link KnownDifferences}. */
final class CompatibilityTest {

  private static final String FILE = "docs/compatibility.md";
  private static final String BEGIN =
      "<!-- known differences: written by CompatibilityTest, -Dgolden.update brings them up -->\n";
  private static final String END = "<!-- end -->\n";

  @Test
  void everyKnownDifferenceIsDocumented() throws IOException {
    String text = Files.readString(Path.of("..").resolve(FILE));
    String before = text.substring(0, text.indexOf(BEGIN) + BEGIN.length());
    String after = text.substring(text.indexOf(END));
    GoldenFile.check(FILE, before + differences() + after);
  }

  private static String differences() {
    StringBuilder text = new StringBuilder("\n| what differs | why |\n| --- | --- |\n");
    for (KnownDifferences.Difference difference : KnownDifferences.DIFFERENCES) {
      text.append("| %s | %s |%n".formatted(difference.title(), difference.reason()));
    }
    text.append("\n| not compared | why |\n| --- | --- |\n");
    for (KnownDifferences.NotSent notSent : KnownDifferences.NOT_SENT) {
      String commands =
          notSent.commands().stream()
              .map(name -> "`" + name.toUpperCase(Locale.ROOT).replace('|', ' ') + "`")
              .collect(Collectors.joining(", "));
      text.append("| %s | %s |%n".formatted(commands, notSent.reason()));
    }
    return text.append('\n').toString();
  }
}
