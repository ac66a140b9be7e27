package dev.larder.commands;

import dev.larder.acl.AclUsers;
import dev.larder.command.CommandTable;
import dev.larder.command.Declarations;
import dev.larder.config.Config;
import dev.larder.config.EncodingOptions;
import dev.larder.config.Options;
import dev.larder.info.HotKeysReport;
import dev.larder.metrics.AccessDenials;
import dev.larder.session.Sessions;
import java.util.function.LongSupplier;

/** Every group of commands, put into one table. */
public final class AllCommands {

  private AllCommands() {}

  /**
   * The commands of one server.
   *
   * @param server what is around them
   */
  public static CommandTable table(
      Config config, Sessions sessions, AclUsers users, ServerHandle server) {
    Declarations c = all(config, sessions, users, server);
    TransactionCommands.declare(c);
    return c.build();
  }

  /** As {@link #table(Config, Sessions, AclUsers, ServerHandle)}, with users of its own. */
  public static CommandTable table(Config config, Sessions sessions, ServerHandle server) {
    return table(config, sessions, new AclUsers(config, sessions, new AccessDenials()), server);
  }

  /**
   * The same commands, and those that surround transactions in append-only files. A file is
   * replayed before anybody else reads or writes, so there is nothing that they have to do.
   */
  public static CommandTable tableForReplay(
      Config config, Sessions sessions, AclUsers users, ServerHandle server) {
    Declarations c = all(config, sessions, users, server);
    TransactionMarks.declare(c);
    return c.build();
  }

  private static Declarations all(
      Config config, Sessions sessions, AclUsers users, ServerHandle server) {
    Declarations c = new Declarations();
    new ConnectionCommands(users).declare(c);
    new ClientCommands(sessions, users).declare(c);
    new AclCommands(users).declare(c);
    ClientModeCommands.declare(c, server.stats().pause());
    TrackingCommands.declare(c, sessions);
    CommandCommands.declare(c);
    new ConfigCommands(config, users, server::resetStatistics).declare(c);
    LongSupplier maxStringBytes =
        () -> Math.min(config.get(Options.PROTO_MAX_BULK_LEN), Integer.MAX_VALUE);
    StringCommands.declare(c, maxStringBytes);
    BitCommands.declare(c, maxStringBytes);
    ListCommands.declare(c);
    SetCommands.declare(c);
    SortedSetCommands.declare(c);
    SortedSetRangeCommands.declare(c);
    SortedSetAlgebraCommands.declare(c);
    HashCommands.declare(c);
    GeoCommands.declare(c);
    HyperLogLogCommands.declare(c, config.setting(EncodingOptions.HLL_SPARSE_MAX_BYTES)::get);
    SortCommands.declare(c);
    StreamCommands.declare(c);
    ScriptCommands.declare(c, server.scripts());
    FunctionCommands.declare(c, server.scripts());
    KeyCommands.declare(c);
    DumpCommands.declare(c);
    ExpireCommands.declare(c);
    ScanCommands.declare(c);
    DatabaseCommands.declare(c, server.saving());
    ObjectCommands.declare(c);
    MemoryCommands.declare(c);
    MemoryCommands.declare(c, server);
    HotKeysCommands.declare(c, new HotKeysReport(server.stats()));
    InfoCommand.declare(c, server);
    ServerCommands.declare(c, server);
    SaveCommands.declare(c, server.saving());
    MonitorCommand.declare(c);
    PubSubCommands.declare(c, server.pubSub());
    SlowLogCommands.declare(c, server.stats().slowLog());
    LatencyCommands.declare(c, server.stats());
    ReplicationCommands.declare(c);
    ClusterCommands.declare(c);
    ModuleCommands.declare(c);
    LolwutCommand.declare(c);
    DebugCommands.declare(
        c,
        config.setting(Options.ENABLE_DEBUG_COMMAND)::get,
        server.saving(),
        server.scripts()::mayRunAll);
    return c;
  }
}
