package dev.larder.commands;

import static dev.larder.commands.StringOptions.COMPARISONS;
import static dev.larder.commands.StringOptions.GET;
import static dev.larder.commands.StringOptions.KEEPTTL;
import static dev.larder.commands.StringOptions.NX;
import static dev.larder.commands.StringOptions.XX;

import dev.larder.command.Arguments;
import dev.larder.command.Call;
import dev.larder.command.CommandException;
import dev.larder.command.ErrorReply;
import dev.larder.command.Job;
import dev.larder.command.KeyAccess;
import dev.larder.command.KeyPositions;
import dev.larder.storage.Entry;
import dev.larder.storage.KeyEvent;

/** SET and its older forms: a key becomes a string, whatever it was. */
final class StringWrites {

  private static final long MSETEX_OPTIONS =
      NX
          | XX
          | KEEPTTL
          | StringOptions.EX
          | StringOptions.PX
          | StringOptions.EXAT
          | StringOptions.PXAT;

  private static final long SET_OPTIONS = MSETEX_OPTIONS | COMPARISONS | GET;

  /** What a key tells before it is set. */
  private static final long NEEDS_OLD_VALUE = NX | XX | COMPARISONS | GET | KEEPTTL;

  private static final ErrorReply BAD_NUMKEYS = ErrorReply.of("ERR invalid numkeys value");
  private static final ErrorReply TOO_FEW_PAIRS =
      ErrorReply.of("ERR wrong number of key-value pairs");

  private static final int READS_AND_WRITES =
      KeyAccess.RW.bit() | KeyAccess.ACCESS.bit() | KeyAccess.UPDATE.bit();
  private static final int OVERWRITES = KeyAccess.OW.bit() | KeyAccess.UPDATE.bit();

  private StringWrites() {}

  /** The key of SET; its access depends on whether the reply tells of the old value. */
  static boolean setKeys(Arguments call, KeyPositions out) {
    boolean reads = false;
    for (int i = 3; i < call.argCount(); i++) {
      reads |= StringOptions.has(StringOptions.optionAt(call, i), GET | COMPARISONS);
    }
    out.add(1, reads ? READS_AND_WRITES : OVERWRITES);
    return true;
  }

  static void set(Call call) throws CommandException {
    if (call.argCount() == 3) {
      set(call, 1, 2, -1);
      call.reply().ok();
      return;
    }
    long options = StringOptions.parse(call, 3, SET_OPTIONS);
    long deadline = StringOptions.deadline(call, options);
    if (StringOptions.has(options, NEEDS_OLD_VALUE)) {
      setWithOldValue(call, options, deadline);
    } else {
      set(call, 1, 2, deadline);
      tellDeadline(call, 1, deadline);
      call.reply().ok();
    }
  }

  private static void set(Call call, int keyArg, int valueArg, long deadline)
      throws CommandException {
    call.overwrite(keyArg, call.argAddress(valueArg), call.argLength(valueArg), deadline);
    call.event(KeyEvent.SET, keyArg);
  }

  /** A command has given a key a deadline, if not -1. */
  private static void tellDeadline(Call call, int keyArg, long deadline) {
    if (deadline >= 0) {
      call.event(KeyEvent.EXPIRE, keyArg);
    }
  }

  private static void setWithOldValue(Call call, long options, long deadline)
      throws CommandException {
    boolean replyOld = StringOptions.has(options, GET);
    long old = replyOld ? call.find(1) : call.findUncounted(1);
    if (old != 0 && StringOptions.has(options, GET | COMPARISONS)) {
      StringReplies.requireString(old);
      if (StringOptions.has(options, COMPARISONS)) {
        int comparand = StringOptions.comparand(options);
        StringConditions.check(options, call.argLength(comparand));
        if (StringConditions.takesLong(call.shard(1), old, options, call.argLength(comparand))) {
          call.defer(new StagedCondition(call, old, options, staged(call, options, deadline)));
          return;
        }
      }
    }
    boolean goesOn = isMet(call, options, old);
    if (replyOld) {
      replyOld(call, old);
    }
    if (!goesOn) {
      if (!replyOld) {
        call.reply().nil();
      }
      return;
    }
    long newDeadline =
        StringOptions.has(options, KEEPTTL) && old != 0 ? Entry.expireAt(old) : deadline;
    StringReplies.storeAfterReply(call, 1, 2, newDeadline);
    tellDeadline(call, 1, deadline);
    if (!replyOld) {
      call.reply().ok();
    }
  }

  /** SETEX and PSETEX, whose arguments stand in another order. */
  static void setex(Call call, boolean seconds) throws CommandException {
    long deadline = StringOptions.deadline(call, 2, seconds, true);
    set(call, 1, 3, deadline);
    tellDeadline(call, 1, deadline);
    call.reply().ok();
  }

  static void setnx(Call call) throws CommandException {
    if (call.findUncounted(1) != 0) {
      call.reply().integer(0);
      return;
    }
    set(call, 1, 2, -1);
    call.reply().integer(1);
  }

  /** MSET; when memory is exhausted on the way, the keys before have been set. */
  static void mset(Call call) throws CommandException {
    requirePairs(call);
    storeAll(call);
    call.reply().ok();
  }

  /** MSETNX; when memory is exhausted on the way, the keys before have been set. */
  static void msetnx(Call call) throws CommandException {
    requirePairs(call);
    for (int i = 1; i < call.argCount(); i += 2) {
      call.ahead().key(i, 2);
      if (call.findUncounted(i) != 0) {
        call.reply().integer(0);
        return;
      }
    }
    storeAll(call);
    call.reply().integer(1);
  }

  /** MSETEX; when memory is exhausted on the way, the keys before have been set. */
  static void msetex(Call call) throws CommandException {
    int keys = (int) call.argLong(1, 1, Integer.MAX_VALUE, BAD_NUMKEYS);
    int end = 2 + 2 * keys;
    if (keys > (call.argCount() - 2) / 2) {
      throw new CommandException(TOO_FEW_PAIRS);
    }
    long options = StringOptions.parse(call, end, MSETEX_OPTIONS);
    long deadline = StringOptions.deadline(call, options);
    if (StringOptions.has(options, NX | XX)) {
      boolean wanted = StringOptions.has(options, XX);
      for (int i = 2; i < end; i += 2) {
        if ((call.findUncounted(i) != 0) != wanted) {
          call.reply().integer(0);
          return;
        }
      }
    }
    for (int i = 2; i < end; i += 2) {
      long old = StringOptions.has(options, KEEPTTL) ? call.findUncounted(i) : 0;
      long newDeadline = old != 0 ? Entry.expireAt(old) : deadline;
      call.overwrite(i, call.argAddress(i + 1), call.argLength(i + 1), newDeadline);
      // In this order, other than that of SET.
      tellDeadline(call, i, deadline);
      call.event(KeyEvent.SET, i);
    }
    call.reply().integer(1);
  }

  private static void requirePairs(Call call) throws CommandException {
    if (call.argCount() % 2 == 0) {
      throw new CommandException(call.spec().wrongArity());
    }
  }

  private static void storeAll(Call call) throws CommandException {
    for (int i = 1; i < call.argCount(); i += 2) {
      call.ahead().key(i, 2);
      set(call, i, i + 1, -1);
    }
  }

  private static void replyOld(Call call, long old) {
    if (old == 0) {
      call.reply().nil();
    } else {
      StringReplies.whole(call, call.shard(1), old);
    }
  }

  private static boolean isMet(Call call, long options, long old) {
    if (StringOptions.has(options, NX)) {
      return old == 0;
    }
    if (StringOptions.has(options, XX)) {
      return old != 0;
    }
    if (!StringOptions.has(options, COMPARISONS)) {
      return true;
    }
    return old == 0
        ? !StringConditions.wantsEqual(options)
        : StringConditions.isMet(call, 1, old, options);
  }

  /** What SET does when its condition was found out by a job. */
  private static StagedCondition.Change staged(Call call, long options, long deadline) {
    long value = call.argAddress(2);
    int length = call.argLength(2);
    boolean replyOld = StringOptions.has(options, GET);
    return (key, old, isMet, out) -> {
      if (old != 0) {
        StringReplies.requireString(old);
      }
      int mark = out.mark();
      Job reply = replyOld ? StringReplies.wholeOf(key, old, out) : null;
      boolean goesOn = old == 0 ? !StringConditions.wantsEqual(options) : isMet;
      if (goesOn) {
        boolean keeps = StringOptions.has(options, KEEPTTL) && old != 0;
        if (key.overwrite(value, length, keeps ? Entry.expireAt(old) : deadline) == 0) {
          if (reply != null) {
            reply.cancel();
          }
          out.rollback(mark);
          throw new CommandException(ErrorReply.OUT_OF_MEMORY);
        }
        key.event(KeyEvent.SET);
        if (deadline >= 0) {
          key.event(KeyEvent.EXPIRE);
        }
      }
      if (!replyOld) {
        if (goesOn) {
          out.ok();
        } else {
          out.nil();
        }
      }
      return reply;
    };
  }
}
