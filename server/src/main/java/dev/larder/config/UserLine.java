package dev.larder.config;

import java.util.ArrayList;
import java.util.List;

/**
 * A line that declares a user.
 *
 * @param at names the line, at the beginning of the message of a failure
 * @param rules as ACL SETUSER takes them
 */
public record UserLine(String at, String name, List<String> rules) {
  /** The first word of such a line; not an option, since there may be many. */
  static final String NAME = "user";

  public UserLine {
    rules = List.copyOf(rules);
  }

  /** The words of the line, which say the same wherever it is. */
  List<String> words() {
    List<String> words = new ArrayList<>(List.of(NAME, name));
    words.addAll(rules);
    return words;
  }
}
