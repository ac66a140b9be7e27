package dev.larder.commands;

import dev.larder.command.Call;
import dev.larder.command.CommandException;
import dev.larder.command.ErrorReply;
import dev.larder.resp.ReplyWriter;
import dev.larder.storage.HiddenValue;
import dev.larder.storage.KeyEvent;
import dev.larder.storage.SetValue;
import java.util.concurrent.ThreadLocalRandom;

/** SPOP and SRANDMEMBER: members by chance, each with the same. */
final class SetRandom {
  /** When so many times as many members go as stay, Redis builds the set anew. */
  private static final int REBUILD_FACTOR = 5;

  /** More members with repetitions are refused: their reply has no bound but this. */
  private static final long MAX_REPEATED = 1 << 20;

  private static final ErrorReply OUT_OF_RANGE = ErrorReply.of("ERR value is out of range");

  private static final ErrorReply COUNT_OUT_OF_RANGE =
      ErrorReply.of(
          "ERR value is out of range, value must between -9223372036854775807 and"
              + " 9223372036854775807");

  /** So many members are popped in a turn: about two milliseconds' work. */
  private static final int TURN_POPS = 2048;

  private SetRandom() {}

  private static void draw(SetValue set) {
    ThreadLocalRandom random = ThreadLocalRandom.current();
    while (!set.draw(random.nextLong())) {
      // An empty slot of the table.
    }
  }

  static void spop(Call call) throws CommandException {
    if (call.argCount() > 3) {
      throw new CommandException(ErrorReply.SYNTAX);
    }
    if (call.argCount() == 3) {
      popCount(call, call.argLong(2, 0, Long.MAX_VALUE, ErrorReply.MUST_BE_POSITIVE));
      return;
    }
    SetValue set = SetWrites.changed(call);
    if (!set.exists()) {
      call.reply().nil();
      return;
    }
    draw(set);
    SetReads.member(call.reply(), set);
    set.removeCurrent();
    call.event(KeyEvent.SPOP, 1, set);
  }

  private static void popCount(Call call, long count) throws CommandException {
    SetValue set = SetWrites.changed(call);
    ReplyWriter out = call.reply();
    long size = set.count();
    if (size == 0 || count == 0) {
      out.set(0);
    } else if (count >= size) {
      out.set(size);
      if (set.weight() > SetCombination.TURN_WORK && set.hide()) {
        call.event(KeyEvent.SPOP, 1);
        call.event(KeyEvent.DEL, 1);
        call.defer(new HiddenMembers(call.unit(), hidden(call, set)));
        return;
      }
      for (boolean more = set.seekFirst(); more; more = set.next()) {
        SetReads.member(out, set);
      }
      set.clear();
      call.event(KeyEvent.SPOP, 1, set);
    } else {
      out.set(count);
      boolean isRebuilt = (size - count) * REBUILD_FACTOR <= count;
      int mark = out.mark();
      for (long left = count; left > 0; left--) {
        if (count - left >= TURN_POPS || out.mark() - mark > LeasedReply.TURN_BYTES) {
          call.event(KeyEvent.SPOP, 1);
          call.defer(new LongPop(call, set, left, isRebuilt));
          return;
        }
        pop(out, set);
      }
      if (isRebuilt) {
        set.rebuild();
      }
      call.event(KeyEvent.SPOP, 1);
    }
  }

  private static HiddenValue hidden(Call call, SetValue set) {
    HiddenValue members =
        new HiddenValue(
            call.shard(1), call.db(), call.hash(1), call.argAddress(1), call.argLength(1));
    members.keep(set);
    return members;
  }

  private static void pop(ReplyWriter out, SetValue set) {
    draw(set);
    SetReads.member(out, set);
    set.removeCurrent();
  }

  /** The rest of many members that are popped. */
  private static final class LongPop extends RepliedChange {
    private static final int MEMBERS_AT_ONCE = 64;

    private final SetValue set;
    private final boolean isRebuilt;
    private long left;

    LongPop(Call call, SetValue set, long left, boolean isRebuilt) {
      super(call, 1, set.entry());
      this.set = set;
      this.left = left;
      this.isRebuilt = isRebuilt;
    }

    @Override
    boolean change(ReplyWriter out, long endNanos) {
      int mark = out.mark();
      key.point(set);
      do {
        for (int i = 0; i < MEMBERS_AT_ONCE && left > 0; i++) {
          pop(out, set);
          left--;
        }
      } while (left > 0 && !LeasedReply.isEnough(out, mark, endNanos));
      if (left == 0 && isRebuilt) {
        set.rebuild();
      }
      key.follow(set);
      return left == 0;
    }
  }

  static void srandmember(Call call) throws CommandException {
    if (call.argCount() > 3) {
      throw new CommandException(ErrorReply.SYNTAX);
    }
    if (call.argCount() == 3) {
      long count = call.argLong(2);
      if (count == Long.MIN_VALUE) {
        throw new CommandException(COUNT_OUT_OF_RANGE);
      }
      drawCount(call, SetReads.read(call), count);
      return;
    }
    SetValue set = SetReads.read(call);
    if (!set.exists()) {
      call.reply().nil();
      return;
    }
    draw(set);
    SetReads.member(call.reply(), set);
  }

  private static void drawCount(Call call, SetValue set, long count) throws CommandException {
    long size = set.count();
    if (size == 0 || count == 0) {
      call.reply().array(0);
    } else if (count < -MAX_REPEATED) {
      throw new CommandException(OUT_OF_RANGE);
    } else if (count < 0) {
      repeated(call, set, -count);
    } else if (set.canDrawDistinct(count) && count <= size / 2) {
      distinct(call.reply(), set, (int) count);
    } else {
      selected(call, set, new Selection(Math.min(count, size), size));
    }
  }

  /** So many members, of which some may be the same. */
  private static void repeated(Call call, SetValue set, long count) {
    ReplyWriter out = call.reply();
    out.array(count);
    int mark = out.mark();
    long endNanos = LeasedReply.turnEnd();
    for (long left = count; left > 0; left--) {
      if ((left & 63) == 0 && LeasedReply.isTurnOver(out, mark, endNanos)) {
        call.defer(new Repeated(call, set, left));
        return;
      }
      draw(set);
      SetReads.member(out, set);
    }
  }

  /** The rest of many members that were drawn with repetitions. */
  private static final class Repeated extends LeasedReply {
    private final SetValue set;
    private long left;

    Repeated(Call call, SetValue set, long left) {
      super(call, 1, set.entry());
      this.set = set;
      this.left = left;
    }

    @Override
    boolean write(ReplyWriter out, int mark, long endNanos) {
      point(set);
      while (left > 0 && ((left & 63) != 0 || !isEnough(out, mark, endNanos))) {
        draw(set);
        SetReads.member(out, set);
        left--;
      }
      return left == 0;
    }
  }

  /** So many different members, few enough to be remembered. */
  private static void distinct(ReplyWriter out, SetValue set, int count) {
    ThreadLocalRandom random = ThreadLocalRandom.current();
    out.array(count);
    set.beginDistinct(count);
    for (int i = 0; i < count; i++) {
      while (!set.drawOther(random.nextLong())) {
        // An empty slot, or a member that was drawn before.
      }
      SetReads.member(out, set);
    }
  }

  /** Replies a selection; what is left after a turn is done under a lease. */
  private static void selected(Call call, SetValue set, Selection selection) {
    ReplyWriter out = call.reply();
    out.array(selection.wanted);
    int mark = out.mark();
    long endNanos = LeasedReply.turnEnd();
    while (selection.wanted > 0) {
      if (LeasedReply.isTurnOver(out, mark, endNanos)) {
        call.defer(new Selected(call, set, selection));
        return;
      }
      selection.part(out, set);
    }
  }

  /** Different members, each of which is taken or left as a walk meets it. */
  private static final class Selection {
    /** How many members are still to be replied, and of how many. */
    private long wanted;

    private long left;
    private long position;

    Selection(long count, long size) {
      wanted = count;
      left = size;
    }

    /** Replies those of a part of the set. */
    void part(ReplyWriter out, SetValue set) {
      ThreadLocalRandom random = ThreadLocalRandom.current();
      position = set.part(position);
      while (wanted > 0 && set.next()) {
        if (wanted == left || random.nextLong(left) < wanted) {
          wanted--;
          SetReads.member(out, set);
        }
        left--;
      }
    }
  }

  /** The rest of a long selection. */
  private static final class Selected extends LeasedReply {
    private final SetValue set;
    private final Selection selection;

    Selected(Call call, SetValue set, Selection selection) {
      super(call, 1, set.entry());
      this.set = set;
      this.selection = selection;
    }

    @Override
    boolean write(ReplyWriter out, int mark, long endNanos) {
      point(set);
      while (selection.wanted > 0 && !isEnough(out, mark, endNanos)) {
        selection.part(out, set);
      }
      return selection.wanted == 0;
    }
  }
}
