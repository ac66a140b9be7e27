package dev.larder.config;

/**
 * A line that has clients call a command by another name.
 *
 * @param at names the line, at the beginning of the message of a failure
 * @param command its own name
 * @param newName empty if nobody is to call it
 */
public record CommandRename(String at, String command, String newName) {
  /** The first word of such a line; not an option, since there may be many. */
  static final String NAME = "rename-command";
}
