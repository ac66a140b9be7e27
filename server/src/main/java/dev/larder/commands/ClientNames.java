package dev.larder.commands;

import dev.larder.command.CommandException;

/** The rule for names that clients give themselves: they must fit a line of CLIENT LIST. */
final class ClientNames {

  private ClientNames() {}

  /**
   * A name of printable ASCII without spaces; empty is allowed.
   *
   * @param what begins the error
   */
  static String checked(String name, String what) throws CommandException {
    if (name.chars().anyMatch(c -> c < '!' || c > '~')) {
      throw new CommandException(
          "ERR " + what + " cannot contain spaces, newlines or special characters.");
    }
    return name;
  }
}
