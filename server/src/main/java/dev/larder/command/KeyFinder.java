package dev.larder.command;

/**
 * Finds the keys of a command whose {@link KeySpec}s cannot: incomplete ones, and those whose
 * access depends on the call. Runs before arguments are validated, so it must bear any of them.
 */
@FunctionalInterface
public interface KeyFinder {

  /**
   * Adds the keys of a call.
   *
   * @return false when the arguments make no sense, so that there is no telling
   */
  boolean find(Arguments call, KeyPositions out);
}
