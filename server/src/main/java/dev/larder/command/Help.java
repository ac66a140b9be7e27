package dev.larder.command;

import dev.larder.resp.ReplyWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Answers HELP of a container: its title, the lines it was declared with, and HELP itself. */
final class Help implements Handler {

  private final List<String> lines;

  Help(String container, String... entries) {
    this.lines = new ArrayList<>(entries.length + 3);
    lines.add(
        container.toUpperCase(Locale.ROOT)
            + " <subcommand> [<arg> [value] [opt] ...]. Subcommands are:");
    lines.addAll(List.of(entries));
    lines.add("HELP");
    lines.add("    Prints this help.");
  }

  @Override
  public void handle(Call call) {
    ReplyWriter reply = call.reply();
    reply.array(lines.size());
    for (String line : lines) {
      reply.simpleString(line);
    }
  }
}
