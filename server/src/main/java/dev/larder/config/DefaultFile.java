package dev.larder.config;

import java.util.List;

/** A configuration file that says nothing but what could be said: every option, as a comment. */
public final class DefaultFile {
  private static final int COLUMNS = 90;

  private static final String HEAD =
      """
      # Configuration of Larder. Every option is here with its default, as a comment: remove the #
      # before a line to change it. The syntax is that of redis.conf: one option a line, its name
      # and its value, which is quoted if it holds spaces; `include FILE` reads another file.
      # Memory: 1k is 1000 bytes, 1kb is 1024, and so on for m, mb, g and gb.
      #
      # Options marked (at run time) can be changed by CONFIG SET, or by editing this file and
      # sending the server SIGHUP (systemctl reload larder); the others need a restart.
      #
      # Users other than the default one are declared by lines such as
      #
      # user alice on >password ~app:* +@all -@dangerous
      #
      # Clients call a command by another name, or not at all, because of lines such as
      #
      # rename-command FLUSHALL ""
      """;

  private DefaultFile() {}

  /** The text of the file, which ends with a line break. */
  public static String text() {
    StringBuilder text = new StringBuilder(HEAD);
    String group = "";
    for (OptionText option : OptionText.all()) {
      if (!option.group().equals(group)) {
        group = option.group();
        String rule = "#".repeat(Math.max(0, COLUMNS - group.length() - 6));
        text.append("\n\n#### ").append(group).append(' ').append(rule).append('\n');
      }
      append(text, option);
    }
    return text.toString();
  }

  private static void append(StringBuilder text, OptionText option) {
    text.append('\n');
    comment(text, option.meaning());
    String values = "Values: " + option.values().replace("`", "");
    String older =
        option.aliases().isEmpty() ? "" : " Older names: " + String.join(", ", option.aliases());
    comment(text, values + (option.isMutable() ? " (at run time)." : ".") + older);
    text.append("#\n# ").append(option.name()).append(' ').append(option.value()).append('\n');
  }

  /** Breaks a text into lines of comment. */
  private static void comment(StringBuilder text, String words) {
    int column = 0;
    for (String word : List.of(words.split(" "))) {
      if (column > 0 && column + 1 + word.length() > COLUMNS) {
        text.append('\n');
        column = 0;
      }
      String before = column == 0 ? "# " : " ";
      text.append(before).append(word);
      column += before.length() + word.length();
    }
    text.append('\n');
  }
}
