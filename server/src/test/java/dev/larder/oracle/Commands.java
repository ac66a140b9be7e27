package dev.larder.oracle;

import dev.larder.command.CommandTable;
import dev.larder.commands.AllCommands;
import dev.larder.config.Config;
import dev.larder.session.Sessions;

/** The declarations that requests are made from. */
final class Commands {

  private Commands() {}

  /** Of a server that is never started: the handlers are not used. */
  static CommandTable all() {
    return AllCommands.table(new Config(), new Sessions(), () -> {});
  }
}
