package dev.larder.commands;

import static dev.larder.command.Ascii.keyword;

import dev.larder.command.Call;
import dev.larder.command.CommandException;
import dev.larder.command.ErrorReply;
import dev.larder.resp.ReplyWriter;
import dev.larder.storage.SortedSetValue;
import java.util.concurrent.ThreadLocalRandom;

/** Draws members of sorted sets. */
final class SortedSetRandom {
  /** More members with repetitions are refused: their reply has no bound but this. */
  private static final long MAX_REPEATED = 1 << 20;

  /** So many members can be drawn one by one within a turn. */
  private static final int MAX_DRAWN = 2048;

  private static final byte[] WITHSCORES = keyword("withscores");

  private static final ErrorReply COUNT_OUT_OF_RANGE =
      ErrorReply.of(
          "ERR value is out of range, value must between -9223372036854775807 and"
              + " 9223372036854775807");
  private static final ErrorReply OUT_OF_RANGE = ErrorReply.of("ERR value is out of range");

  private SortedSetRandom() {}

  static void zrandmember(Call call) throws CommandException {
    if (call.argCount() == 2) {
      SortedSetValue set = SortedSetReads.view(call, 1);
      if (set.exists()) {
        set.seekRank(ThreadLocalRandom.current().nextLong(set.count()));
        SortedSetReads.member(call.reply(), set);
      } else {
        call.reply().nil();
      }
      return;
    }
    long count = call.argLong(2);
    if (count == Long.MIN_VALUE) {
      throw new CommandException(COUNT_OUT_OF_RANGE);
    }
    boolean hasScores = call.argCount() > 3;
    if (call.argCount() > 4 || (hasScores && !call.argIs(3, WITHSCORES))) {
      throw new CommandException(ErrorReply.SYNTAX);
    }
    if (hasScores && Math.abs(count) > Long.MAX_VALUE / 2) {
      throw new CommandException(OUT_OF_RANGE);
    }
    SortedSetValue set = SortedSetReads.view(call, 1);
    if (!set.exists()) {
      call.reply().array(0);
    } else if (count < -MAX_REPEATED) {
      throw new CommandException(OUT_OF_RANGE);
    } else if (count < 0) {
      run(call, set, new Repeated(-count), hasScores);
    } else if (count <= MAX_DRAWN && count <= set.count() / 2 && set.canDrawDistinct(count)) {
      distinct(call.reply(), set, (int) count, hasScores);
    } else {
      run(call, set, new Selected(Math.min(count, set.count()), set.count()), hasScores);
    }
  }

  /** So many different members, few enough to be remembered. */
  private static void distinct(ReplyWriter out, SortedSetValue set, int count, boolean hasScores) {
    SortedSetReads.header(out, count, hasScores);
    set.beginDistinct(count);
    for (int i = 0; i < count; i++) {
      while (!set.drawOther(ThreadLocalRandom.current().nextLong(set.count()))) {
        // A member that was drawn before.
      }
      SortedSetReads.element(out, set, hasScores);
    }
  }

  /** Replies members until they are many enough; what is left then is done under a lease. */
  private static void run(Call call, SortedSetValue set, Drawing drawing, boolean hasScores) {
    ReplyWriter out = call.reply();
    SortedSetReads.header(out, drawing.wanted, hasScores);
    int mark = out.mark();
    for (int parts = 0; drawing.wanted > 0; parts++) {
      if (parts > Drawing.TURN_PARTS || out.mark() - mark > LeasedReply.TURN_BYTES) {
        call.defer(new Rest(call, set, drawing, hasScores));
        return;
      }
      drawing.part(out, set, hasScores);
    }
  }

  /** Which members a long reply has. */
  private abstract static class Drawing {
    static final int MEMBERS_AT_ONCE = 64;

    /** So many parts of a turn are enough, even if they have no members that are wanted. */
    static final int TURN_PARTS = 64;

    /** How many members are still to be replied. */
    long wanted;

    Drawing(long count) {
      wanted = count;
    }

    /** Replies some of them. */
    abstract void part(ReplyWriter out, SortedSetValue set, boolean hasScores);
  }

  /** Any members, of which some may be the same. */
  private static final class Repeated extends Drawing {
    Repeated(long count) {
      super(count);
    }

    @Override
    void part(ReplyWriter out, SortedSetValue set, boolean hasScores) {
      ThreadLocalRandom random = ThreadLocalRandom.current();
      for (int i = 0; i < MEMBERS_AT_ONCE && wanted > 0; i++) {
        set.seekRank(random.nextLong(set.count()));
        SortedSetReads.element(out, set, hasScores);
        wanted--;
      }
    }
  }

  /**
   * Different members. Goes through all and takes each with the chance that is left for it: as many
   * wanted as there are members left. So all choices are equally likely, and nothing has to be
   * remembered.
   */
  private static final class Selected extends Drawing {
    private long left;

    /**
     * @param size of how many members these are
     */
    Selected(long count, long size) {
      super(count);
      left = size;
    }

    @Override
    void part(ReplyWriter out, SortedSetValue set, boolean hasScores) {
      ThreadLocalRandom random = ThreadLocalRandom.current();
      set.seekRank(set.count() - left);
      for (int i = 0; i < MEMBERS_AT_ONCE && wanted > 0; i++) {
        if (wanted == left || random.nextLong(left) < wanted) {
          SortedSetReads.element(out, set, hasScores);
          wanted--;
        }
        left--;
        set.next();
      }
    }
  }

  /** The rest of a long reply. */
  private static final class Rest extends LeasedReply {
    private final SortedSetValue set;
    private final Drawing drawing;
    private final boolean hasScores;

    Rest(Call call, SortedSetValue set, Drawing drawing, boolean hasScores) {
      super(call, 1, set.entry());
      this.set = set;
      this.drawing = drawing;
      this.hasScores = hasScores;
    }

    @Override
    boolean write(ReplyWriter out, int mark, long endNanos) {
      point(set);
      do {
        drawing.part(out, set, hasScores);
      } while (drawing.wanted > 0 && !isEnough(out, mark, endNanos));
      return drawing.wanted == 0;
    }
  }
}
