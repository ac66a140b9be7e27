package dev.larder.commands;

import static dev.larder.command.Ascii.keyword;

import dev.larder.command.Call;
import dev.larder.command.CommandException;
import dev.larder.command.ErrorReply;
import dev.larder.storage.Entry;
import dev.larder.storage.EntryTransfer;
import dev.larder.storage.KeyEvent;
import dev.larder.storage.Overwriting;

/**
 * Values that become another key's. What a large string consists of is shared; a large collection
 * is copied by a {@link TransferJob}. MOVE stays inside a shard, which does not depend on the
 * database.
 */
final class KeyTransfer {
  private static final byte[] DB = keyword("db");
  private static final byte[] REPLACE = keyword("replace");

  private KeyTransfer() {}

  static void copy(Call call) throws CommandException {
    int target = call.db();
    boolean replaces = false;
    for (int i = 3; i < call.argCount(); i++) {
      if (call.argIs(i, REPLACE)) {
        replaces = true;
      } else if (call.argIs(i, DB) && i + 1 < call.argCount()) {
        target = DatabaseIndex.argument(call, ++i);
      } else {
        throw new CommandException(ErrorReply.SYNTAX);
      }
    }
    if (target == call.db() && call.isSameArg(1, 2)) {
      throw new CommandException(ErrorReply.SAME_OBJECT);
    }
    long entry = call.find(1);
    if (entry == 0 || (!replaces && exists(call, target, 2))) {
      call.reply().integer(0);
      return;
    }
    entry = call.findUncounted(1);
    if (EntryTransfer.isLong(call.shard(1), entry)) {
      defer(call, TransferJob.Kind.COPY, target);
      return;
    }
    copyTo(call, target, 2);
    call.reply().integer(1);
  }

  static void move(Call call) throws CommandException {
    int target = DatabaseIndex.argument(call, 2);
    if (target == call.db()) {
      throw new CommandException(ErrorReply.SAME_OBJECT);
    }
    if (call.findUncounted(1) == 0 || exists(call, target, 1)) {
      call.reply().integer(0);
      return;
    }
    moveTo(call, target, 1);
    call.event(KeyEvent.MOVE_FROM, 1);
    call.unit().events().raise(KeyEvent.MOVE_TO, target, call.argAddress(1), call.argLength(1));
    call.reply().integer(1);
  }

  static void rename(Call call) throws CommandException {
    requireSource(call);
    if (!call.isSameArg(1, 2)) {
      if (takesLong(call)) {
        defer(call, TransferJob.Kind.RENAME, call.db());
        return;
      }
      renameTo(call);
    }
    call.reply().ok();
  }

  static void renameIfFree(Call call) throws CommandException {
    requireSource(call);
    if (call.isSameArg(1, 2) || exists(call, call.db(), 2)) {
      call.reply().integer(0);
      return;
    }
    if (takesLong(call)) {
      defer(call, TransferJob.Kind.RENAME_IF_FREE, call.db());
      return;
    }
    renameTo(call);
    call.reply().integer(1);
  }

  /** Whether the source's value has to be copied to another shard, and is large. */
  private static boolean takesLong(Call call) {
    return call.shard(1) != call.shard(2)
        && EntryTransfer.isLong(call.shard(1), call.findUncounted(1));
  }

  /** Leaves the transfer to the second argument's key to a job. */
  private static void defer(Call call, TransferJob.Kind kind, int database)
      throws CommandException {
    TransferJob job = TransferJob.of(call, kind, database, 2);
    if (job == null) {
      throw new CommandException(ErrorReply.OUT_OF_MEMORY);
    }
    call.defer(job);
  }

  private static void requireSource(Call call) throws CommandException {
    if (call.findUncounted(1) == 0) {
      throw new CommandException(ErrorReply.NO_SUCH_KEY);
    }
  }

  private static boolean exists(Call call, int database, int keyArg) {
    return call.shard(keyArg)
            .find(
                call.unit(),
                database,
                call.hash(keyArg),
                call.argAddress(keyArg),
                call.argLength(keyArg))
        != 0;
  }

  /** Makes a key hold what the first argument's key holds, its deadline included. */
  private static void copyTo(Call call, int database, int keyArg) throws CommandException {
    // Found anew: looking for the other key may have removed it, expired, and moved this one.
    long entry = call.findUncounted(1);
    long copy =
        EntryTransfer.copy(
            call.unit(),
            call.shard(1),
            entry,
            call.shard(keyArg),
            database,
            call.hash(keyArg),
            call.argAddress(keyArg),
            call.argLength(keyArg),
            Entry.expireAt(entry));
    requireMemory(copy);
    Overwriting.tell(call.unit(), call.shard(keyArg), database, copy, KeyEvent.COPY_TO);
  }

  private static void renameTo(Call call) throws CommandException {
    long moved = moveTo(call, call.db(), 2);
    Overwriting.tellOfNew(call.unit(), call.shard(2), call.db(), moved);
    call.event(KeyEvent.RENAME_FROM, 1);
    call.event(KeyEvent.RENAME_TO, 2);
    Overwriting.tell(call.unit(), call.shard(2), call.db(), moved);
  }

  /** As {@link #copyTo}, and the first key goes. */
  private static long moveTo(Call call, int database, int keyArg) throws CommandException {
    long moved =
        EntryTransfer.move(
            call.unit(),
            call.shard(1),
            call.db(),
            call.hash(1),
            call.findUncounted(1),
            call.shard(keyArg),
            database,
            call.hash(keyArg),
            call.argAddress(keyArg),
            call.argLength(keyArg));
    requireMemory(moved);
    return moved;
  }

  private static void requireMemory(long entry) throws CommandException {
    if (entry == 0) {
      throw new CommandException(ErrorReply.OUT_OF_MEMORY);
    }
  }
}
