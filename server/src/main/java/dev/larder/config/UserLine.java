package dev.larder.config;

import java.util.List;

/**
 * A line that declares a user.
 *
 * @param at names the line, at the beginning of the message of a failure
 * @param rules as ACL SETUSER takes them
 */
public record UserLine(String at, String name, List<String> rules) {

  public UserLine {
    rules = List.copyOf(rules);
  }
}
