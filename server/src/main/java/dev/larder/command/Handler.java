package dev.larder.command;

/**
 * Executes one command. Runs on an event loop, owning the shards of all declared keys; it neither
 * locks nor waits, and writes exactly one reply to {@link Call#reply()}, or throws before writing
 * any of it.
 */
@FunctionalInterface
public interface Handler {
  void handle(Call call) throws CommandException;
}
