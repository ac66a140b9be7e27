package dev.larder.tidy;

/** A Java source with comments, or comments and literals, blanked out; lines keep their places. */
final class SourceText {
  private final char[] text;
  private final boolean keepComments;
  private int at;

  private SourceText(String source, boolean keepComments) {
    this.text = source.toCharArray();
    this.keepComments = keepComments;
  }

  /** Only what the compiler acts on: no comments, no contents of strings. */
  static String codeOf(String source) {
    return new SourceText(source, false).blanked();
  }

  /** All but the contents of strings. */
  static String codeAndCommentsOf(String source) {
    return new SourceText(source, true).blanked();
  }

  private String blanked() {
    while (at < text.length) {
      if (startsWith("//")) {
        comment("\n");
      } else if (startsWith("/*")) {
        comment("*/");
      } else if (startsWith("\"\"\"")) {
        literal("\"\"\"");
      } else if (startsWith("\"")) {
        literal("\"");
      } else if (startsWith("'")) {
        literal("'");
      } else {
        at++;
      }
    }
    return new String(text);
  }

  private boolean startsWith(String token) {
    if (at + token.length() > text.length) {
      return false;
    }
    for (int i = 0; i < token.length(); i++) {
      if (text[at + i] != token.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  private void comment(String end) {
    int from = at;
    at += 2;
    while (at < text.length && !startsWith(end)) {
      at++;
    }
    if (!end.equals("\n")) {
      at = Math.min(text.length, at + end.length());
    }
    if (!keepComments) {
      blank(from, at);
    }
  }

  private void literal(String quote) {
    at += quote.length();
    int from = at;
    while (at < text.length && !startsWith(quote)) {
      at += text[at] == '\\' ? 2 : 1;
    }
    at = Math.min(at, text.length);
    blank(from, at);
    at = Math.min(text.length, at + quote.length());
  }

  private void blank(int from, int to) {
    for (int i = from; i < to; i++) {
      if (text[i] != '\n') {
        text[i] = ' ';
      }
    }
  }
}
