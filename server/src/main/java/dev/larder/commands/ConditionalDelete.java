package dev.larder.commands;

import dev.larder.command.Arguments;
import dev.larder.command.Call;
import dev.larder.command.CommandException;
import dev.larder.command.ErrorReply;
import dev.larder.command.Job;
import dev.larder.command.KeyAccess;
import dev.larder.command.KeyPositions;
import dev.larder.resp.ReplyWriter;
import dev.larder.storage.Entry;
import dev.larder.storage.KeyEvent;
import org.jspecify.annotations.Nullable;

/** DELEX: a key of any type goes, or a string if its value meets a condition. */
final class ConditionalDelete {

  private static final ErrorReply NO_STRING =
      ErrorReply.of("ERR Key should be of string type if conditions are specified");
  private static final ErrorReply BAD_CONDITION =
      ErrorReply.of("ERR Invalid condition. Use IFEQ, IFNE, IFDEQ, or IFDNE");

  private static final int DELETES = KeyAccess.RM.bit() | KeyAccess.DELETE.bit();
  private static final int READS_AND_DELETES =
      KeyAccess.RW.bit() | KeyAccess.ACCESS.bit() | KeyAccess.DELETE.bit();

  private static final int ARGS_WITHOUT_CONDITION = 2;
  private static final int ARGS_WITH_CONDITION = 4;

  private ConditionalDelete() {}

  /** The key; its access depends on whether there is a condition. */
  static boolean keys(Arguments call, KeyPositions out) {
    out.add(1, call.argCount() == ARGS_WITHOUT_CONDITION ? DELETES : READS_AND_DELETES);
    return true;
  }

  static void delex(Call call) throws CommandException {
    if (call.argCount() == ARGS_WITHOUT_CONDITION) {
      boolean isRemoved = call.delete(1);
      call.reply().integer(isRemoved ? 1 : 0);
      return;
    }
    if (call.argCount() != ARGS_WITH_CONDITION) {
      throw new CommandException(call.spec().wrongArity());
    }
    long entry = call.findUncounted(1);
    if (entry == 0) {
      call.reply().integer(0);
      return;
    }
    requireString(entry);
    long condition = condition(call);
    StringConditions.check(condition, call.argLength(3));
    if (StringConditions.takesLong(call.shard(1), entry, condition, call.argLength(3))) {
      call.defer(new StagedCondition(call, entry, condition, ConditionalDelete::apply));
      return;
    }
    boolean isMet = StringConditions.isMet(call, 1, entry, condition);
    if (isMet) {
      call.delete(1);
    }
    call.reply().integer(isMet ? 1 : 0);
  }

  private static long condition(Call call) throws CommandException {
    if (!StringOptions.has(StringOptions.optionAt(call, 2), StringOptions.COMPARISONS)) {
      throw new CommandException(BAD_CONDITION);
    }
    return StringOptions.parse(call, 2, StringOptions.COMPARISONS);
  }

  private static void requireString(long entry) throws CommandException {
    if (!Entry.isString(entry)) {
      throw new CommandException(NO_STRING);
    }
  }

  /** What is done when the condition was found out by a job. */
  private static @Nullable Job apply(JobKey key, long entry, boolean isMet, ReplyWriter out)
      throws CommandException {
    if (entry != 0) {
      requireString(entry);
    }
    if (isMet) {
      key.remove();
      key.event(KeyEvent.DEL);
    }
    out.integer(isMet ? 1 : 0);
    return null;
  }
}
