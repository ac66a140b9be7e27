package dev.larder.cli.trace;

import java.util.List;

/** Words in quotes, as Redis writes bytes for people: a character a byte. */
final class QuotedWords {
  private QuotedWords() {}

  /**
   * Reads a line of such words, with a space between them.
   *
   * @param words takes them, in place of what it had
   * @return false if it is no such line
   */
  static boolean read(String text, List<String> words) {
    words.clear();
    int at = 0;
    while (at < text.length() && text.charAt(at) == '"') {
      StringBuilder word = new StringBuilder();
      int i = at + 1;
      while (i < text.length() && text.charAt(i) != '"') {
        i = text.charAt(i) == '\\' ? unescape(text, i + 1, word) : append(text, i, word);
      }
      if (i >= text.length()) {
        return false;
      }
      words.add(word.toString());
      if (i + 1 == text.length()) {
        return true;
      }
      at = text.charAt(i + 1) == ' ' ? i + 2 : text.length();
    }
    return false;
  }

  private static int append(String text, int i, StringBuilder word) {
    word.append(text.charAt(i));
    return i + 1;
  }

  /** Appends the byte that is escaped from here on; returns where it ends. */
  private static int unescape(String text, int i, StringBuilder word) {
    if (i >= text.length()) {
      return i;
    }
    char c = text.charAt(i);
    if (c == 'x' && i + 2 < text.length()) {
      int high = Character.digit(text.charAt(i + 1), 16);
      int low = Character.digit(text.charAt(i + 2), 16);
      if (high >= 0 && low >= 0) {
        word.append((char) (high << 4 | low));
        return i + 3;
      }
    }
    word.append(
        switch (c) {
          case 'n' -> '\n';
          case 'r' -> '\r';
          case 't' -> '\t';
          case 'a' -> '\u0007';
          case 'b' -> '\b';
          default -> c;
        });
    return i + 1;
  }
}
