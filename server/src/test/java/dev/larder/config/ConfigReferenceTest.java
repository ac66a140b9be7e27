package dev.larder.config;

import dev.larder.GoldenFile;
import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Writes docs/config.md from the declarations of the options. */
final class ConfigReferenceTest {

  private static final String HEAD =
      """
      # Options

      Generated from the declarations in `server`, package `dev.larder.config`; do not edit.

      A configuration file holds one option a line, `name value`, in the syntax of redis.conf with
      its quotes, comments and `include`. On the command line the same is written
      `--name value`, in the environment `LARDER_NAME=value`, with `_` for `-`. The command line is
      stronger than the environment, and that than the file; weaker than all is a file that
      `LARDER_DEFAULTS` names, as it does in an image ([docker.md](docker.md)). `CONFIG GET` shows
      every option; `CONFIG SET` changes the mutable ones, and `CONFIG REWRITE` brings the file up
      to date.

      Lines `user NAME RULE ...` declare users, with the rules that `ACL SETUSER` takes;
      `user default` replaces all rules of who does not authenticate. `ACL LIST` shows
      such lines.
      """;

  private static final String RESERVED =
      """

      ## Known, but without effect in this release

      These can be set and read back, so that tools which do so work; what they govern does not
      exist yet, or takes care of itself. A file that changes one causes a warning at the start.
      """;

  @Test
  void referenceIsUpToDate() throws IOException {
    StringBuilder text = new StringBuilder(HEAD);
    text.append("\n## In effect\n");
    table(text, Config.options().stream().filter(option -> !option.isReserved()));
    text.append(RESERVED);
    table(text, Config.options().stream().filter(Option::isReserved));
    GoldenFile.check("docs/config.md", text.toString());
  }

  private static void table(StringBuilder text, Stream<Option<?>> options) {
    text.append(
        "\n| option | default | values | mutable | meaning |\n| --- | --- | --- | --- | --- |\n");
    options.forEach(option -> row(text, option));
  }

  private static <T> void row(StringBuilder text, Option<T> option) {
    String value = option.type().format(option.defaultValue());
    text.append("| `").append(option.name()).append('`');
    List<String> aliases = option.aliases();
    if (!aliases.isEmpty()) {
      text.append(" (`").append(String.join("`, `", aliases)).append("`)");
    }
    text.append(" | ").append(value.isEmpty() ? "" : "`" + value + "`");
    text.append(" | ").append(option.type().description());
    text.append(" | ").append(option.isMutable() ? "yes" : "no");
    text.append(" | ").append(option.doc()).append(" |\n");
  }
}
