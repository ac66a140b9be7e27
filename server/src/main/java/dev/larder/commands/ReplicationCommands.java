package dev.larder.commands;

import static dev.larder.command.AclCategory.CONNECTION;
import static dev.larder.command.AclCategory.DANGEROUS;
import static dev.larder.command.Arg.block;
import static dev.larder.command.Arg.integer;
import static dev.larder.command.Arg.oneOf;
import static dev.larder.command.Arg.string;
import static dev.larder.command.Arg.token;
import static dev.larder.command.Ascii.keyword;
import static dev.larder.command.CommandGroup.GENERIC;
import static dev.larder.command.CommandGroup.SERVER;
import static dev.larder.command.Flag.ADMIN;
import static dev.larder.command.Flag.BLOCKING;
import static dev.larder.command.Flag.FAST;
import static dev.larder.command.Flag.LOADING;
import static dev.larder.command.Flag.NOSCRIPT;
import static dev.larder.command.Flag.NO_ASYNC_LOADING;
import static dev.larder.command.Flag.STALE;
import static dev.larder.command.ReplySchema.array;
import static dev.larder.command.ReplySchema.integerReply;
import static dev.larder.command.ReplySchema.ok;

import dev.larder.command.AclCategory;
import dev.larder.command.Arg;
import dev.larder.command.Call;
import dev.larder.command.CommandBuilder;
import dev.larder.command.CommandException;
import dev.larder.command.Declarations;
import dev.larder.command.ErrorReply;

/** Replication, of a master that nobody follows: that is all that this server can be. */
public final class ReplicationCommands {
  private static final byte[] NO = keyword("no");
  private static final byte[] ONE = keyword("one");
  private static final byte[] TO = keyword("to");
  private static final byte[] FORCE = keyword("force");
  private static final byte[] ABORT = keyword("abort");
  private static final byte[] TIMEOUT = keyword("timeout");
  private static final int MAX_PORT = 65535;

  private static final ErrorReply INVALID_PORT = ErrorReply.of("ERR Invalid master port");
  private static final ErrorReply NO_REPLICATION =
      ErrorReply.of("ERR Replication is not supported: this server cannot follow another one");
  private static final ErrorReply NO_REPLICAS =
      ErrorReply.of("ERR FAILOVER requires connected replicas.");
  private static final ErrorReply NO_FAILOVER = ErrorReply.of("ERR No failover in progress.");
  private static final ErrorReply BAD_TIMEOUT =
      ErrorReply.of("ERR FAILOVER timeout must be greater than 0");

  private ReplicationCommands() {}

  /** Declares the group. */
  public static void declare(Declarations c) {
    c.command("ROLE")
        .summary("Returns the replication role.")
        .since("2.8.12")
        .group(SERVER)
        .complexity("O(1)")
        .arity(1)
        .flags(NOSCRIPT, LOADING, STALE, FAST)
        .acl(AclCategory.ADMIN, DANGEROUS)
        .replies(array("`master`, the offset of replication, and no replicas."))
        .handler(ReplicationCommands::role);
    c.command("WAIT")
        .summary(
            "Blocks until the asynchronous replication of all preceding write commands sent by the"
                + " connection is completed.")
        .since("3.0.0")
        .group(GENERIC)
        .complexity("O(1)")
        .tips("request_policy:all_shards", "response_policy:agg_min")
        .arity(3)
        .flags(BLOCKING)
        .acl(CONNECTION)
        .args(integer("numreplicas"), integer("timeout"))
        .replies(integerReply("How many replicas have them: none."))
        .handler(ReplicaWait::handle);
    following(c, "REPLICAOF", "5.0.0").handler(ReplicationCommands::replicaOf);
    following(c, "SLAVEOF", "1.0.0")
        .deprecated("5.0.0", "`REPLICAOF`")
        .handler(ReplicationCommands::replicaOf);
    c.command("FAILOVER")
        .summary("Starts a coordinated failover from a server to one of its replicas.")
        .since("6.2.0")
        .group(SERVER)
        .complexity("O(1)")
        .arity(-1)
        .flags(ADMIN, NOSCRIPT, STALE)
        .args(
            block("target", string("host"), integer("port"), token("FORCE").optional())
                .tokenIs("TO")
                .optional(),
            token("ABORT").optional(),
            integer("milliseconds").tokenIs("TIMEOUT").optional())
        .replies(ok())
        .handler(ReplicationCommands::failOver);
  }

  private static CommandBuilder following(Declarations c, String name, String since) {
    Arg host = block("host-port", string("host"), integer("port"));
    Arg none = block("no-one", token("NO"), token("ONE"));
    return c.command(name)
        .summary("Configures a server as replica of another, or promotes it to a master.")
        .since(since)
        .group(SERVER)
        .complexity("O(1)")
        .arity(3)
        .flags(ADMIN, NOSCRIPT, STALE, NO_ASYNC_LOADING)
        .args(oneOf("args", host, none))
        .replies(ok());
  }

  private static void role(Call call) {
    call.reply().array(3);
    call.reply().bulkString("master");
    call.reply().integer(0);
    call.reply().array(0);
  }

  private static void replicaOf(Call call) throws CommandException {
    if (call.argIs(1, NO) && call.argIs(2, ONE)) {
      call.reply().ok();
      return;
    }
    call.argLong(2, 0, MAX_PORT, INVALID_PORT);
    throw new CommandException(NO_REPLICATION);
  }

  private static void failOver(Call call) throws CommandException {
    if (call.argCount() == 2 && call.argIs(1, ABORT)) {
      throw new CommandException(NO_FAILOVER);
    }
    boolean hasTarget = false;
    boolean hasTimeout = false;
    boolean isForced = false;
    for (int i = 1; i < call.argCount(); i++) {
      int more = call.argCount() - 1 - i;
      if (call.argIs(i, TO) && more >= 2 && !hasTarget) {
        hasTarget = true;
        call.argLong(i + 2);
        i += 2;
      } else if (call.argIs(i, TIMEOUT) && more >= 1 && !hasTimeout) {
        hasTimeout = true;
        if (call.argLong(i + 1) <= 0) {
          throw new CommandException(BAD_TIMEOUT);
        }
        i++;
      } else if (call.argIs(i, FORCE) && !isForced) {
        isForced = true;
      } else {
        throw new CommandException(ErrorReply.SYNTAX);
      }
    }
    throw new CommandException(NO_REPLICAS);
  }
}
