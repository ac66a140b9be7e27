package dev.larder.commands;

import static dev.larder.command.Ascii.keyword;

import dev.larder.command.Block;
import dev.larder.command.BlockTimeout;
import dev.larder.command.Call;
import dev.larder.command.CommandException;
import dev.larder.command.ErrorReply;
import dev.larder.resp.ReplyWriter;
import dev.larder.storage.KeyEvent;
import dev.larder.storage.SortedSetValue;
import dev.larder.storage.ValueType;

/** Commands that take the members with the lowest or highest scores, and may wait for some. */
final class SortedSetPops {
  private static final byte[] MIN = keyword("min");
  private static final byte[] MAX = keyword("max");
  private static final byte[] COUNT = keyword("count");

  private static final ErrorReply NUMKEYS = ErrorReply.of("ERR numkeys should be greater than 0");
  private static final ErrorReply COUNT_POSITIVE =
      ErrorReply.of("ERR count should be greater than 0");

  private SortedSetPops() {}

  static void pop(Call call, boolean fromMax) throws CommandException {
    if (call.argCount() > 3) {
      throw new CommandException(ErrorReply.SYNTAX);
    }
    boolean hasCount = call.argCount() == 3;
    long count = hasCount ? call.argLong(2, 0, Long.MAX_VALUE, ErrorReply.MUST_BE_POSITIVE) : 1;
    SortedSetValue set = SortedSetReads.viewToWrite(call, 1);
    count = Math.min(count, set.count());
    call.reply().array(hasCount && call.reply().protocol() == 3 ? count : 2 * count);
    take(call, 1, set, fromMax, count, hasCount && call.reply().protocol() == 3);
  }

  /** Replies with members and removes them; what is too much for a turn is left to a job. */
  private static void take(
      Call call, int keyArg, SortedSetValue set, boolean fromMax, long count, boolean inPairs) {
    if (count > LeasedRemoval.TURN_MEMBERS) {
      call.event(event(fromMax), keyArg);
      call.defer(new LongPop(call, keyArg, set, fromMax, count, inPairs));
    } else if (count > 0) {
      take(call.reply(), set, fromMax, count, inPairs);
      call.event(event(fromMax), keyArg, set);
    }
  }

  private static KeyEvent event(boolean fromMax) {
    return fromMax ? KeyEvent.ZPOPMAX : KeyEvent.ZPOPMIN;
  }

  /** Replies with many members and removes them. */
  private static final class LongPop extends RepliedChange {
    private static final int MEMBERS_AT_ONCE = 64;

    private final SortedSetValue set;
    private final boolean fromMax;
    private final boolean inPairs;
    private final long count;
    private long left;

    LongPop(
        Call call, int keyArg, SortedSetValue set, boolean fromMax, long count, boolean inPairs) {
      super(call, keyArg, set.entry());
      this.set = set;
      this.fromMax = fromMax;
      this.count = count;
      this.left = count;
      this.inPairs = inPairs;
    }

    @Override
    boolean change(ReplyWriter out, long endNanos) {
      int mark = out.mark();
      key.point(set);
      set.build();
      do {
        long taken = Math.min(left, MEMBERS_AT_ONCE);
        if (taken == set.count()) {
          key.event(KeyEvent.DEL);
        }
        take(out, set, fromMax, taken, inPairs);
        left -= taken;
      } while (left > 0 && !LeasedReply.isEnough(out, mark, endNanos));
      if (left == 0 && set.exists()) {
        set.tellRemoved(fromMax ? set.count() : 0, count);
      }
      key.follow(set);
      return left == 0;
    }
  }

  /** Replies with members and removes them. */
  private static void take(
      ReplyWriter out, SortedSetValue set, boolean fromMax, long count, boolean inPairs) {
    long size = set.count();
    set.seekRank(fromMax ? size - 1 : 0);
    for (long i = 0; i < count; i++) {
      if (inPairs) {
        out.array(2);
      }
      SortedSetReads.member(out, set);
      out.doubleValue(set.score());
      if (fromMax) {
        set.previous();
      } else {
        set.next();
      }
    }
    set.removeRange(fromMax ? size - count : 0, count);
  }

  static void popOrBlock(Call call, boolean fromMax) throws CommandException {
    int last = call.argCount() - 2;
    long timeout = BlockTimeout.seconds(call, last + 1);
    for (int key = call.blockFrom(1); key <= call.blockTo(last); key++) {
      SortedSetValue set = SortedSetReads.viewToWrite(call, key);
      if (set.exists()) {
        call.reply().array(3);
        call.replyArg(key);
        take(call, key, set, fromMax, 1, false);
        return;
      }
    }
    call.block(Block.on(ValueType.SORTED_SET, 1, last, timeout));
  }

  static void zmpop(Call call) throws CommandException {
    int where = whereArg(call, 1);
    if (!popFromFirst(call, 2, where)) {
      call.reply().nilArray();
    }
  }

  static void bzmpop(Call call) throws CommandException {
    int where = whereArg(call, 2);
    countAfter(call, where);
    long timeout = BlockTimeout.seconds(call, 1);
    if (!popFromFirst(call, 3, where)) {
      call.block(Block.on(ValueType.SORTED_SET, 3, where - 1, timeout));
    }
  }

  /** Checks {@code numkeys key ... where} and returns which argument {@code where} is. */
  private static int whereArg(Call call, int numkeysArg) throws CommandException {
    long keys = call.argLong(numkeysArg, 1, Long.MAX_VALUE, NUMKEYS);
    if (keys > call.argCount() || numkeysArg + 1 + keys >= call.argCount()) {
      throw new CommandException(ErrorReply.SYNTAX);
    }
    int where = numkeysArg + 1 + (int) keys;
    if (!call.argIs(where, MIN) && !call.argIs(where, MAX)) {
      throw new CommandException(ErrorReply.SYNTAX);
    }
    return where;
  }

  /** The value of the option COUNT, 1 without it. */
  private static long countAfter(Call call, int where) throws CommandException {
    if (call.argCount() == where + 1) {
      return 1;
    }
    if (call.argCount() < where + 3 || !call.argIs(where + 1, COUNT)) {
      throw new CommandException(ErrorReply.SYNTAX);
    }
    long count = call.argLong(where + 2, 1, Long.MAX_VALUE, COUNT_POSITIVE);
    if (call.argCount() > where + 3) {
      throw new CommandException(ErrorReply.SYNTAX);
    }
    return count;
  }

  /** Pops from the first key that exists; false when there is none. */
  private static boolean popFromFirst(Call call, int firstKey, int where) throws CommandException {
    long count = countAfter(call, where);
    for (int key = call.blockFrom(firstKey); key <= call.blockTo(where - 1); key++) {
      SortedSetValue set = SortedSetReads.viewToWrite(call, key);
      if (set.exists()) {
        long taken = Math.min(count, set.count());
        call.reply().array(2);
        call.replyArg(key);
        call.reply().array(taken);
        take(call, key, set, call.argIs(where, MAX), taken, true);
        return true;
      }
    }
    return false;
  }
}
