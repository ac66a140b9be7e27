package dev.larder.info;

import dev.larder.command.CommandTable;

/** Where this server stands among others: a master that nobody follows. */
final class ReplicationSection implements InfoSection {
  private static final String NO_ID = "0".repeat(40);

  private final String id = ServerSection.randomId();

  @Override
  public void write(InfoFields out, CommandTable commands) {
    out.section("Replication");
    out.field("role", "master");
    out.field("connected_slaves", 0);
    out.field("master_failover_state", "no-failover");
    out.field("master_replid", id);
    out.field("master_replid2", NO_ID);
    out.field("master_repl_offset", 0);
    out.field("second_repl_offset", -1);
    out.field("repl_backlog_active", 0);
    out.field("repl_backlog_size", 0);
    out.field("repl_backlog_first_byte_offset", 0);
    out.field("repl_backlog_histlen", 0);
  }
}
