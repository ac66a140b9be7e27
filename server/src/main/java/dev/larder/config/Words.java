package dev.larder.config;

import java.util.ArrayList;
import java.util.List;

/**
 * Splits a line into words as redis.conf does: spaces separate; {@code "..."} may hold {@code \n},
 * {@code \r}, {@code \t}, {@code \b}, {@code \a}, {@code \xHH} and any other character behind a
 * backslash; {@code '...'} only {@code \'}. A closing quote must end the word.
 */
public final class Words {

  private final String line;
  private int at;

  private Words(String line) {
    this.line = line;
  }

  /**
   * The words of a line.
   *
   * @throws ConfigException if quotes are not balanced
   */
  public static List<String> split(String line) throws ConfigException {
    return new Words(line).words();
  }

  /** Words joined so that {@link #split} finds them again. */
  static String join(List<String> words) {
    StringBuilder line = new StringBuilder();
    for (String word : words) {
      line.append(line.isEmpty() ? "" : " ").append(quote(word));
    }
    return line.toString();
  }

  private static String quote(String word) {
    boolean plain = !word.isEmpty() && word.chars().allMatch(c -> c > ' ' && c != '"' && c != '\'');
    if (plain) {
      return word;
    }
    StringBuilder quoted = new StringBuilder("\"");
    for (char c : word.toCharArray()) {
      if (c == '"' || c == '\\') {
        quoted.append('\\').append(c);
      } else if (c < ' ') {
        quoted.append(String.format("\\x%02x", (int) c));
      } else {
        quoted.append(c);
      }
    }
    return quoted.append('"').toString();
  }

  private List<String> words() throws ConfigException {
    List<String> words = new ArrayList<>();
    while (true) {
      while (at < line.length() && isSpace(line.charAt(at))) {
        at++;
      }
      if (at == line.length()) {
        return words;
      }
      words.add(word());
    }
  }

  private String word() throws ConfigException {
    StringBuilder word = new StringBuilder();
    while (at < line.length() && !isSpace(line.charAt(at))) {
      char c = line.charAt(at++);
      if (c == '"' || c == '\'') {
        quoted(word, c);
        return word.toString();
      }
      word.append(c);
    }
    return word.toString();
  }

  private void quoted(StringBuilder word, char quote) throws ConfigException {
    while (at < line.length()) {
      char c = line.charAt(at++);
      if (c == quote) {
        if (at < line.length() && !isSpace(line.charAt(at))) {
          throw new ConfigException("Unbalanced quotes in configuration line");
        }
        return;
      }
      boolean escape = c == '\\' && at < line.length();
      if (escape && quote == '"') {
        escaped(word);
      } else if (escape && line.charAt(at) == '\'') {
        word.append(line.charAt(at++));
      } else {
        word.append(c);
      }
    }
    throw new ConfigException("Unbalanced quotes in configuration line");
  }

  private void escaped(StringBuilder word) {
    char c = line.charAt(at++);
    if (c == 'x'
        && at + 2 <= line.length()
        && Character.digit(line.charAt(at), 16) >= 0
        && Character.digit(line.charAt(at + 1), 16) >= 0) {
      word.append((char) Integer.parseInt(line.substring(at, at + 2), 16));
      at += 2;
      return;
    }
    word.append(
        switch (c) {
          case 'n' -> '\n';
          case 'r' -> '\r';
          case 't' -> '\t';
          case 'b' -> '\b';
          case 'a' -> '\u0007';
          default -> c;
        });
  }

  private static boolean isSpace(char c) {
    return c == ' ' || (c >= '\t' && c <= '\r') || c == '\0';
  }
}
