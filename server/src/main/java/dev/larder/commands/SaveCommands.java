package dev.larder.commands;

import static dev.larder.command.AclCategory.CONNECTION;
import static dev.larder.command.AclCategory.DANGEROUS;
import static dev.larder.command.Arg.integer;
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
import static dev.larder.command.Flag.NO_MULTI;
import static dev.larder.command.Flag.STALE;
import static dev.larder.command.ReplySchema.array;
import static dev.larder.command.ReplySchema.integerReply;
import static dev.larder.command.ReplySchema.ok;
import static dev.larder.command.ReplySchema.simple;

import dev.larder.command.AclCategory;
import dev.larder.command.Call;
import dev.larder.command.CommandException;
import dev.larder.command.Declarations;
import dev.larder.command.ErrorReply;
import java.util.concurrent.CompletableFuture;

/** Commands that bring data to the disk: SAVE, BGSAVE, LASTSAVE, BGREWRITEAOF, WAITAOF. */
public final class SaveCommands {
  private static final byte[] SCHEDULE = keyword("schedule");
  private static final ErrorReply IN_PROGRESS =
      ErrorReply.of("ERR Background save already in progress");
  private static final ErrorReply OTHER_IN_PROGRESS =
      ErrorReply.of(
          "ERR Another child process is active (AOF?): can't BGSAVE right now. Use BGSAVE SCHEDULE"
              + " in order to schedule a BGSAVE whenever possible.");
  private static final ErrorReply REWRITE_IN_PROGRESS =
      ErrorReply.of("ERR Background append only file rewriting already in progress");
  private static final ErrorReply FAILED =
      ErrorReply.of("ERR The data could not be saved. Check logs.");

  private final Saving saving;

  private SaveCommands(Saving saving) {
    this.saving = saving;
  }

  /** Declares the group. */
  public static void declare(Declarations c, Saving saving) {
    SaveCommands group = new SaveCommands(saving);
    c.command("BGSAVE")
        .summary("Asynchronously saves the database(s) to disk.")
        .since("1.0.0")
        .group(SERVER)
        .complexity("O(1)")
        .history("3.2.2", "Added the `SCHEDULE` option.")
        .arity(-1)
        .flags(ADMIN, NOSCRIPT, NO_ASYNC_LOADING)
        .args(token("SCHEDULE").optional().since("3.2.2"))
        .replies(simple("`Background saving started`"), simple("`Background saving scheduled`"))
        .handler(group::saveInBackground);
    c.command("SAVE")
        .summary("Synchronously saves the database(s) to disk.")
        .since("1.0.0")
        .group(SERVER)
        .complexity("O(N) where N is the total number of keys in all databases")
        .arity(1)
        .flags(ADMIN, NOSCRIPT, NO_ASYNC_LOADING, NO_MULTI)
        .replies(ok())
        .handler(group::save);
    c.command("BGREWRITEAOF")
        .summary("Asynchronously rewrites the append-only file to disk.")
        .since("1.0.0")
        .group(SERVER)
        .complexity("O(1)")
        .arity(1)
        .flags(ADMIN, NOSCRIPT, NO_ASYNC_LOADING)
        .replies(
            simple("Background append only file rewriting started"),
            simple("Background append only file rewriting scheduled"))
        .handler(group::rewrite);
    c.command("WAITAOF")
        .summary(
            "Blocks until all of the preceding write commands sent by the connection are written to"
                + " the append-only file of the master and/or replicas.")
        .since("7.2.0")
        .group(GENERIC)
        .complexity("O(1)")
        .tips("request_policy:all_shards", "response_policy:agg_min")
        .arity(4)
        .flags(BLOCKING)
        .acl(CONNECTION)
        .args(integer("numlocal"), integer("numreplicas"), integer("timeout"))
        .replies(array("How many servers, and how many replicas, have it on the disk."))
        .handler(call -> WaitAof.handle(call, saving.appendOnlyFile()));
    c.command("LASTSAVE")
        .summary("Returns the Unix timestamp of the last successful save to disk.")
        .since("1.0.0")
        .group(SERVER)
        .complexity("O(1)")
        .tips("nondeterministic_output")
        .arity(1)
        .flags(LOADING, STALE, FAST)
        .acl(AclCategory.ADMIN, DANGEROUS)
        .replies(integerReply("Seconds since 1970."))
        .handler(call -> call.reply().integer(saving.lastSaveSeconds()));
  }

  private void saveInBackground(Call call) throws CommandException {
    boolean mayWait = call.argCount() > 1;
    if (call.argCount() > 2 || (mayWait && !call.argIs(1, SCHEDULE))) {
      throw new CommandException(ErrorReply.SYNTAX);
    }
    if (saving.isInBackground()) {
      throw new CommandException(IN_PROGRESS);
    }
    if (saving.saveInBackground()) {
      call.reply().simpleString("Background saving started");
    } else if (mayWait) {
      saving.schedule();
      call.reply().simpleString("Background saving scheduled");
    } else {
      throw new CommandException(OTHER_IN_PROGRESS);
    }
  }

  private void rewrite(Call call) throws CommandException {
    switch (saving.rewriteInBackground()) {
      case STARTED -> call.reply().simpleString("Background append only file rewriting started");
      case SCHEDULED ->
          call.reply().simpleString("Background append only file rewriting scheduled");
      case UNDER_WAY -> throw new CommandException(REWRITE_IN_PROGRESS);
    }
  }

  private void save(Call call) throws CommandException {
    CompletableFuture<Boolean> saved = saving.isInBackground() ? null : saving.saveAlone();
    if (saved == null) {
      throw new CommandException(IN_PROGRESS);
    }
    call.defer(FutureWait.forOk(saved, FAILED));
  }
}
