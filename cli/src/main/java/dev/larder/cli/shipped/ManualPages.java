package dev.larder.cli.shipped;

import dev.larder.config.OptionText;
import dev.larder.config.Version;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/**
 * The manual: a page of the program, one of each command, and one of the configuration file. What
 * the declarations do not tell (signals, files) is a resource of the page's name.
 */
final class ManualPages {
  private static final String RELEASE = "Larder " + Version.LARDER;

  private ManualPages() {}

  /** Texts by the names of their files, such as {@code larder.1}. */
  static Map<String, String> all(CommandLine program) {
    Map<String, String> pages = new LinkedHashMap<>();
    pages.put("larder.1", page(program.getCommandSpec(), "larder"));
    program
        .getSubcommands()
        .forEach((name, command) -> {
          String page = "larder-" + name;
          pages.put(page + ".1", page(command.getCommandSpec(), page));
        });
    pages.put("larder.conf.5", configuration());
    return pages;
  }

  private static String page(CommandSpec command, String name) {
    Roff page = new Roff(name, 1, RELEASE);
    String[] description = command.usageMessage().description();
    page.heading("Name");
    page.paragraph(name + " - " + summary(description[0]));
    page.heading("Synopsis");
    page.paragraph("`" + synopsis(command) + "`");
    page.heading("Description");
    for (String words : description) {
      page.paragraph(plain(words));
    }
    if (!command.subcommands().isEmpty()) {
      page.heading("Commands");
      command
          .subcommands()
          .forEach((sub, line) ->
              page.entry(
                  "`larder-" + sub + "`(1)",
                  line.getCommandSpec().usageMessage().description()[0]));
    }
    arguments(page, command);
    notes(page, command.usageMessage().footer());
    page.raw(resource(name + ".1"));
    return page.toString();
  }

  /** A sentence as the line after the name has it: no capital, no full stop. */
  private static String summary(String sentence) {
    String first = sentence.split("[:.](\\s|$)", 2)[0];
    return Character.toLowerCase(first.charAt(0)) + first.substring(1);
  }

  private static String synopsis(CommandSpec command) {
    String[] custom = command.usageMessage().customSynopsis();
    return custom.length > 0
        ? String.join(" ", custom)
        : command.commandLine().getHelp().synopsis(0).strip().replaceAll("\\s+", " ");
  }

  private static void arguments(Roff page, CommandSpec command) {
    List<ArgSpec> all = new ArrayList<>(command.positionalParameters());
    all.addAll(command.options());
    if (!all.isEmpty()) {
      page.heading("Options");
    }
    for (ArgSpec argument : all) {
      page.entry(term(argument), plain(String.join(" ", argument.description())));
    }
  }

  /** Lines that are indented are examples, others run on until an empty one. */
  private static void notes(Roff page, String[] lines) {
    if (lines.length > 0) {
      page.heading("Notes");
    }
    StringBuilder words = new StringBuilder();
    for (String line : lines) {
      boolean isExample = line.startsWith(" ");
      if ((isExample || line.isBlank()) && !words.isEmpty()) {
        page.paragraph(words.toString());
        words.setLength(0);
      }
      if (isExample) {
        page.example(plain(line));
      } else {
        words.append(plain(line)).append(' ');
      }
    }
    if (!words.toString().isBlank()) {
      page.paragraph(words.toString());
    }
  }

  /** What Picocli would print: its texts are formats. */
  private static String plain(String format) {
    return format.replace("%%", "%").replace("%n", " ");
  }

  private static String term(ArgSpec argument) {
    return switch (argument) {
      case OptionSpec option ->
          "`"
              + String.join("`, `", option.names())
              + "`"
              + (option.arity().max() == 0 ? "" : " " + option.paramLabel());
      case PositionalParamSpec parameter -> parameter.paramLabel();
      default -> throw new IllegalArgumentException("neither an option nor a parameter");
    };
  }

  private static String configuration() {
    Roff page = new Roff("larder.conf", 5, RELEASE);
    page.heading("Name");
    page.paragraph("larder.conf - configuration of the Larder cache server");
    page.raw(resource("larder.conf.5"));
    page.heading("Options");
    String group = "";
    for (OptionText option : OptionText.all()) {
      if (!option.group().equals(group)) {
        group = option.group();
        page.subheading(group);
      }
      String when = option.isMutable() ? " Can be changed at run time." : "";
      page.entry(
          "`" + option.name() + "` " + option.value(),
          option.meaning() + " Values: " + option.values() + "." + when);
    }
    page.heading("See also");
    page.paragraph("`larder-server`(1)");
    return page.toString();
  }

  /** Empty if there is none. */
  private static String resource(String name) {
    try (InputStream in = ManualPages.class.getResourceAsStream(name)) {
      return in == null ? "" : new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
