package dev.larder.storage.journal;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A line of words as Redis writes them: separated by blanks; in double quotes with escapes, or in
 * single quotes, where they hold anything unusual. A line is a string of bytes; words are UTF-8.
 */
final class ManifestLine {
  private final String line;
  private int at;

  private ManifestLine(String line) {
    this.line = line;
  }

  /** The word as it stands in a line. */
  static String quoted(String word) {
    byte[] bytes = word.getBytes(StandardCharsets.UTF_8);
    StringBuilder quoted = new StringBuilder("\"");
    boolean isUsual = bytes.length > 0;
    for (byte signed : bytes) {
      char c = (char) (signed & 0xFF);
      isUsual &= c > ' ' && c < 0x7F && c != '"' && c != '\\' && c != '\'';
      switch (c) {
        case '"', '\\' -> quoted.append('\\').append(c);
        case '\n' -> quoted.append("\\n");
        case '\r' -> quoted.append("\\r");
        case '\t' -> quoted.append("\\t");
        case '\b' -> quoted.append("\\b");
        case 7 -> quoted.append("\\a");
        default -> {
          if (c >= ' ' && c < 0x7F) {
            quoted.append(c);
          } else {
            quoted.append("\\x").append(HexFormat.of().toHexDigits(signed));
          }
        }
      }
    }
    return isUsual ? word : quoted.append('"').toString();
  }

  /** The words of a line, null if its quotes do not match. */
  static @Nullable List<String> split(String line) {
    ManifestLine rest = new ManifestLine(line);
    List<String> words = new ArrayList<>();
    while (rest.hasMore()) {
      String word = rest.word();
      if (word == null) {
        return null;
      }
      words.add(word);
    }
    return words;
  }

  private boolean hasMore() {
    while (at < line.length() && isBlank(line.charAt(at))) {
      at++;
    }
    return at < line.length();
  }

  private static boolean isBlank(char c) {
    return c == ' ' || c >= '\t' && c <= '\r';
  }

  private @Nullable String word() {
    ByteArrayOutputStream word = new ByteArrayOutputStream();
    char quote = line.charAt(at);
    if (quote == '"' || quote == '\'') {
      at++;
      while (at < line.length() && line.charAt(at) != quote) {
        word.write(quote == '"' ? escapedInDouble() : escapedInSingle());
      }
      at++;
      // The closing quote is there, and a blank or the end behind it.
      if (at > line.length() || at < line.length() && !isBlank(line.charAt(at))) {
        return null;
      }
    } else {
      while (at < line.length() && !isBlank(line.charAt(at))) {
        word.write(line.charAt(at++));
      }
    }
    return word.toString(StandardCharsets.UTF_8);
  }

  private int escapedInSingle() {
    if (line.startsWith("\\'", at)) {
      at++;
    }
    return line.charAt(at++);
  }

  private int escapedInDouble() {
    char c = line.charAt(at++);
    if (c != '\\' || at == line.length()) {
      return c;
    }
    c = line.charAt(at++);
    if (c == 'x'
        && at + 2 <= line.length()
        && HexFormat.isHexDigit(line.charAt(at))
        && HexFormat.isHexDigit(line.charAt(at + 1))) {
      at += 2;
      return HexFormat.fromHexDigits(line, at - 2, at);
    }
    return switch (c) {
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      case 'b' -> '\b';
      case 'a' -> 7;
      default -> c;
    };
  }
}
