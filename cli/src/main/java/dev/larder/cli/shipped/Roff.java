package dev.larder.cli.shipped;

import java.util.Locale;
import java.util.regex.Pattern;

/**
 * The text of a manual page in the macros of man(7), which every {@code man} understands. For one
 * thread.
 */
final class Roff {
  private static final Pattern CODE = Pattern.compile("`([^`]+)`");

  private final StringBuilder text = new StringBuilder();

  /**
   * A page.
   *
   * @param release what stands at its foot
   */
  Roff(String name, int section, String release) {
    String title = name.toUpperCase(Locale.ROOT);
    line(".TH \"" + title + "\" " + section + " \"\" \"" + release + "\"");
    // Neither hyphens nor stretched lines: options are to be copied.
    line(".nh");
    line(".ad l");
  }

  void heading(String title) {
    line(".SH " + escape(title.toUpperCase(Locale.ROOT)));
  }

  void subheading(String title) {
    line(".SS " + escape(title));
  }

  /** A paragraph; what is between backticks is bold. */
  void paragraph(String words) {
    line(".PP");
    line(marked(words));
  }

  /** A line that is not run together with others. */
  void example(String words) {
    line(".RS");
    line(".nf");
    line("\\fB" + escape(words) + "\\fR");
    line(".fi");
    line(".RE");
  }

  /** An entry of a list: a term, and beneath it, indented, what it means. */
  void entry(String term, String meaning) {
    line(".TP");
    line(marked(term));
    line(marked(meaning));
  }

  /** Text that is roff already. */
  void raw(String roff) {
    text.append(roff);
  }

  private void line(String line) {
    text.append(line).append('\n');
  }

  private static String marked(String words) {
    return CODE.matcher(escape(words)).replaceAll("\\\\fB$1\\\\fR");
  }

  /** A line must not begin with what roff takes for a command. */
  private static String escape(String words) {
    String escaped = words.replace("\\", "\\e").replace("-", "\\-").strip();
    boolean isCommand = escaped.startsWith(".") || escaped.startsWith("'");
    return (isCommand ? "\\&" : "") + escaped.replace("\n", " ");
  }

  @Override
  public String toString() {
    return text.toString();
  }
}
