package dev.larder.commands;

import dev.larder.command.CommandTable;
import dev.larder.command.Declarations;
import dev.larder.config.Config;
import dev.larder.config.Options;
import dev.larder.session.Sessions;
import java.util.function.LongSupplier;

/** Every group of commands, put into one table. */
public final class AllCommands {

  private AllCommands() {}

  /**
   * The commands of one server.
   *
   * @param resetStatistics what CONFIG RESETSTAT does; called on any event loop
   */
  public static CommandTable table(Config config, Sessions sessions, Runnable resetStatistics) {
    Declarations c = new Declarations();
    new ConnectionCommands(config, sessions).declare(c);
    new ClientCommands(sessions).declare(c);
    CommandCommands.declare(c);
    new ConfigCommands(config, resetStatistics).declare(c);
    LongSupplier maxStringBytes =
        () -> Math.min(config.get(Options.PROTO_MAX_BULK_LEN), Integer.MAX_VALUE);
    StringCommands.declare(c, maxStringBytes);
    BitCommands.declare(c, maxStringBytes);
    FunctionCommands.declare(c);
    KeyCommands.declare(c);
    ExpireCommands.declare(c);
    ScanCommands.declare(c);
    DatabaseCommands.declare(c);
    ObjectCommands.declare(c);
    MemoryCommands.declare(c);
    return c.build();
  }
}
