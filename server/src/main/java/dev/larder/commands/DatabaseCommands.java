package dev.larder.commands;

import static dev.larder.command.AclCategory.DANGEROUS;
import static dev.larder.command.AclCategory.KEYSPACE;
import static dev.larder.command.Arg.integer;
import static dev.larder.command.Arg.oneOf;
import static dev.larder.command.Arg.token;
import static dev.larder.command.Ascii.keyword;
import static dev.larder.command.CommandGroup.SERVER;
import static dev.larder.command.Flag.FAST;
import static dev.larder.command.Flag.READONLY;
import static dev.larder.command.Flag.WRITE;
import static dev.larder.command.ReplySchema.integerReply;
import static dev.larder.command.ReplySchema.ok;

import dev.larder.command.Arg;
import dev.larder.command.Call;
import dev.larder.command.CommandException;
import dev.larder.command.Declarations;
import dev.larder.command.ErrorReply;

/** Whole databases: their size, emptying them, exchanging them. */
public final class DatabaseCommands {
  private static final byte[] ASYNC = keyword("async");
  private static final byte[] SYNC = keyword("sync");
  private static final ErrorReply INVALID_FIRST = ErrorReply.of("ERR invalid first DB index");
  private static final ErrorReply INVALID_SECOND = ErrorReply.of("ERR invalid second DB index");

  private final Saving saving;

  private DatabaseCommands(Saving saving) {
    this.saving = saving;
  }

  /** Declares the group. */
  public static void declare(Declarations c, Saving saving) {
    c.command("DBSIZE")
        .summary("Returns the number of keys in the database.")
        .since("1.0.0")
        .group(SERVER)
        .complexity("O(1)")
        .tips("request_policy:all_shards", "response_policy:agg_sum")
        .arity(1)
        .flags(READONLY, FAST)
        .acl(KEYSPACE)
        .looksEverywhere()
        .replies(integerReply("The number of keys."))
        .handler(call -> call.reply().integer(call.keyspace().size(call.db())));
    c.command("FLUSHDB")
        .summary("Removes all keys from the current database.")
        .since("1.0.0")
        .group(SERVER)
        .complexity("O(N) where N is the number of keys in the selected database")
        .history("4.0.0", "Added the `ASYNC` flushing mode modifier.")
        .history("6.2.0", "Added the `SYNC` flushing mode modifier.")
        .tips("request_policy:all_shards", "response_policy:all_succeeded")
        .arity(-1)
        .flags(WRITE)
        .acl(KEYSPACE, DANGEROUS)
        .allShards()
        .args(flushType())
        .replies(ok())
        .handler(DatabaseCommands::flushOne);
    c.command("FLUSHALL")
        .summary("Removes all keys from all databases.")
        .since("1.0.0")
        .group(SERVER)
        .complexity("O(N) where N is the total number of keys in all databases")
        .history("4.0.0", "Added the `ASYNC` flushing mode modifier.")
        .history("6.2.0", "Added the `SYNC` flushing mode modifier.")
        .tips("request_policy:all_shards", "response_policy:all_succeeded")
        .arity(-1)
        .flags(WRITE)
        .acl(KEYSPACE, DANGEROUS)
        .allShards()
        .args(flushType())
        .replies(ok())
        .handler(new DatabaseCommands(saving)::flushAll);
    c.command("SWAPDB")
        .summary("Swaps two Redis databases.")
        .since("4.0.0")
        .group(SERVER)
        .complexity(
            "O(N) where N is the count of clients watching or blocking on keys from both"
                + " databases.")
        .arity(3)
        .flags(WRITE, FAST)
        .acl(KEYSPACE, DANGEROUS)
        .allShards()
        .args(integer("index1"), integer("index2"))
        .replies(ok())
        .handler(DatabaseCommands::swap);
  }

  private static Arg flushType() {
    return oneOf("flush-type", token("ASYNC").since("4.0.0"), token("SYNC").since("6.2.0"))
        .optional();
  }

  private static void flushOne(Call call) throws CommandException {
    boolean waits = waitsForMemory(call);
    call.keyspace().flush(call.unit(), call.db());
    call.tracking().changedAll();
    reply(call, waits);
  }

  private void flushAll(Call call) throws CommandException {
    boolean waits = waitsForMemory(call);
    for (int database = 0; database < call.keyspace().databases(); database++) {
      call.keyspace().flush(call.unit(), database);
    }
    call.tracking().changedAll();
    saving.flushed();
    reply(call, waits);
  }

  /** Whether the reply has to wait until the memory is free: always, but for ASYNC. */
  private static boolean waitsForMemory(Call call) throws CommandException {
    if (call.argCount() == 1) {
      return true;
    }
    boolean isAsync = call.argIs(1, ASYNC);
    if (call.argCount() > 2 || !(isAsync || call.argIs(1, SYNC))) {
      throw new CommandException(ErrorReply.SYNTAX);
    }
    return !isAsync;
  }

  private static void reply(Call call, boolean waits) {
    if (waits) {
      call.defer(new FlushWait(call));
    } else {
      call.reply().ok();
    }
  }

  private static void swap(Call call) throws CommandException {
    int first = DatabaseIndex.argument(call, 1, INVALID_FIRST);
    int second = DatabaseIndex.argument(call, 2, INVALID_SECOND);
    DatabaseIndex.inRange(call, first);
    DatabaseIndex.inRange(call, second);
    if (first != second) {
      call.keyspace().swap(call.unit(), first, second);
      call.tracking().changedAll();
    }
    call.reply().ok();
  }
}
