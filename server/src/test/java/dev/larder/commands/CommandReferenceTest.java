package dev.larder.commands;

import dev.larder.GoldenFile;
import dev.larder.command.AclCategory;
import dev.larder.command.Arg;
import dev.larder.command.ArgType;
import dev.larder.command.CommandGroup;
import dev.larder.command.CommandSpec;
import dev.larder.command.CommandTable;
import dev.larder.command.ReplySchema;
import dev.larder.config.Config;
import dev.larder.session.Sessions;
import java.io.IOException;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Writes docs/commands.md from the declarations of the commands. */
final class CommandReferenceTest {

  private static final String HEAD =
      """
      # Commands

      Generated from the declarations in `server`, package `dev.larder.commands`; do not edit. The
      server tells the same by `COMMAND DOCS` and `COMMAND INFO`.
      """;

  @Test
  void referenceIsUpToDate() throws IOException {
    CommandTable table = AllCommands.table(new Config(), new Sessions(), () -> {});
    StringBuilder text = new StringBuilder(HEAD);
    for (CommandGroup group : CommandGroup.values()) {
      List<CommandSpec> specs =
          table.all().stream()
              .filter(spec -> spec.group() == group && spec.handler() != null)
              .sorted(Comparator.comparing(CommandSpec::fullName))
              .toList();
      if (!specs.isEmpty()) {
        text.append("\n## ").append(group.wireName()).append('\n');
        specs.forEach(spec -> command(text, spec));
      }
    }
    GoldenFile.check("docs/commands.md", text.toString());
  }

  private static void command(StringBuilder text, CommandSpec spec) {
    String name = spec.fullName().toUpperCase(Locale.ROOT).replace('|', ' ');
    text.append("\n### ").append(name).append("\n\n`").append(name);
    spec.args().forEach(arg -> text.append(' ').append(usage(arg)));
    text.append("`\n\n").append(spec.summary()).append(" Since ").append(spec.since());
    if (!spec.complexity().isEmpty()) {
      text.append("; ").append(spec.complexity());
    }
    text.append(".\n");
    if (spec.deprecatedSince() != null) {
      text.append("Deprecated since ").append(spec.deprecatedSince());
      text.append(", replaced by ").append(spec.replacedBy()).append(".\n");
    }
    text.append("Categories: ");
    text.append(
        spec.acl().stream()
            .map(AclCategory::wireName)
            .map(category -> "`@" + category + "`")
            .collect(Collectors.joining(", ")));
    text.append(".\n");
    for (ReplySchema reply : spec.replies()) {
      text.append("- ").append(reply.type().title()).append(": ").append(reply.meaning());
      text.append('\n');
    }
  }

  /** The usage of an argument in the notation of Redis's documentation. */
  private static String usage(Arg arg) {
    String token = arg.token();
    String value = value(arg);
    String once;
    if (arg.type() == ArgType.PURE_TOKEN) {
      once = String.valueOf(token);
    } else {
      once = token == null ? value : token + " " + value;
    }
    if (arg.isMultiple()) {
      once += " [" + (arg.multipleToken() ? once : value) + " ...]";
    }
    return arg.isOptional() ? "[" + once + "]" : once;
  }

  private static String value(Arg arg) {
    String display = arg.displayText();
    return switch (arg.type()) {
      case ONEOF ->
          arg.args().stream()
              .map(CommandReferenceTest::usage)
              .collect(Collectors.joining(" | ", "<", ">"));
      case BLOCK ->
          arg.args().stream().map(CommandReferenceTest::usage).collect(Collectors.joining(" "));
      default -> display == null ? arg.name() : display;
    };
  }
}
