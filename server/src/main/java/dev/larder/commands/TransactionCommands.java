package dev.larder.commands;

import static dev.larder.command.AclCategory.TRANSACTION;
import static dev.larder.command.Arg.key;
import static dev.larder.command.CommandGroup.TRANSACTIONS;
import static dev.larder.command.Flag.ALLOW_BUSY;
import static dev.larder.command.Flag.FAST;
import static dev.larder.command.Flag.LOADING;
import static dev.larder.command.Flag.NOSCRIPT;
import static dev.larder.command.Flag.SKIP_SLOWLOG;
import static dev.larder.command.Flag.STALE;
import static dev.larder.command.KeyAccess.RO;
import static dev.larder.command.ReplySchema.array;
import static dev.larder.command.ReplySchema.nil;
import static dev.larder.command.ReplySchema.ok;

import dev.larder.command.Call;
import dev.larder.command.CommandException;
import dev.larder.command.Declarations;
import dev.larder.command.ErrorReply;
import dev.larder.command.KeyUse;
import dev.larder.session.Session;
import dev.larder.session.WatchedKeys;
import dev.larder.session.Watches;

/** What begins and ends transactions. The dispatcher queues the commands between, and runs them. */
final class TransactionCommands {
  private static final ErrorReply NESTED = ErrorReply.of("ERR MULTI calls can not be nested");
  private static final ErrorReply EXEC_ALONE = ErrorReply.of("ERR EXEC without MULTI");
  private static final ErrorReply DISCARD_ALONE = ErrorReply.of("ERR DISCARD without MULTI");

  private static final ErrorReply WATCH_INSIDE =
      ErrorReply.of("ERR WATCH inside MULTI is not allowed");
  private static final ErrorReply TOO_MANY = ErrorReply.of("ERR too many keys are watched");

  private final WatchedKeys watched = new WatchedKeys();

  private TransactionCommands() {}

  static void declare(Declarations c) {
    new TransactionCommands().declareAll(c);
  }

  private void declareAll(Declarations c) {
    c.command("MULTI")
        .summary("Starts a transaction.")
        .since("1.2.0")
        .group(TRANSACTIONS)
        .complexity("O(1)")
        .arity(1)
        .flags(NOSCRIPT, LOADING, STALE, FAST, ALLOW_BUSY)
        .acl(TRANSACTION)
        .replies(ok())
        .neverQueued()
        .handler(TransactionCommands::multi);
    c.command("EXEC")
        .summary("Executes all commands in a transaction.")
        .since("1.2.0")
        .group(TRANSACTIONS)
        .complexity("Depends on commands in the transaction")
        .arity(1)
        .flags(NOSCRIPT, LOADING, STALE, SKIP_SLOWLOG)
        .acl(TRANSACTION)
        .replies(
            array("The replies of the commands, in their order."),
            nil("A watched key has changed."))
        .runsQueue()
        .handler(TransactionCommands::execAlone);
    c.command("DISCARD")
        .summary("Discards a transaction.")
        .since("2.0.0")
        .group(TRANSACTIONS)
        .complexity("O(N), when N is the number of queued commands")
        .arity(1)
        .flags(NOSCRIPT, LOADING, STALE, FAST, ALLOW_BUSY)
        .acl(TRANSACTION)
        .replies(ok())
        .neverQueued()
        .handler(TransactionCommands::discard);
    c.command("WATCH")
        .summary("Monitors changes to keys to determine the execution of a transaction.")
        .since("2.2.0")
        .group(TRANSACTIONS)
        .complexity("O(1) for every key.")
        .arity(-2)
        .flags(NOSCRIPT, LOADING, STALE, FAST, ALLOW_BUSY)
        .acl(TRANSACTION)
        .args(key("key").at(1).access(RO).multiple())
        .keyUse(KeyUse.NEVER)
        .replies(ok())
        .neverQueued()
        .handler(this::watch);
    c.command("UNWATCH")
        .summary("Forgets about watched keys of a transaction.")
        .since("2.2.0")
        .group(TRANSACTIONS)
        .complexity("O(1)")
        .arity(1)
        .flags(NOSCRIPT, LOADING, STALE, FAST, ALLOW_BUSY)
        .acl(TRANSACTION)
        .replies(ok())
        .handler(TransactionCommands::unwatch);
  }

  private static void multi(Call call) throws CommandException {
    Session session = call.session();
    if (session.isInTransaction()) {
      throw new CommandException(NESTED);
    }
    session.transaction().open();
    call.reply().ok();
  }

  private static void execAlone(Call call) throws CommandException {
    throw new CommandException(EXEC_ALONE);
  }

  private static void discard(Call call) throws CommandException {
    Session session = call.session();
    if (!session.isInTransaction()) {
      throw new CommandException(DISCARD_ALONE);
    }
    session.transaction().close();
    call.reply().ok();
  }

  private void watch(Call call) throws CommandException {
    Session session = call.session();
    if (session.isInTransaction()) {
      throw new CommandException(WATCH_INSIDE);
    }
    call.unit().reading();
    Watches watches = session.transaction().watches(watched, call.keyspace());
    for (int key = 1; key < call.argCount(); key++) {
      boolean exists = call.findUncounted(key) != 0;
      if (!watches.add(call.db(), call.hash(key), exists)) {
        throw new CommandException(TOO_MANY);
      }
    }
    call.reply().ok();
  }

  private static void unwatch(Call call) {
    call.session().transaction().unwatch();
    call.reply().ok();
  }
}
