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
    } else if (count < 0) {
      drawAny(call.reply(), set, -count, hasScores);
    } else {
      drawDistinct(call.reply(), set, Math.min(count, set.count()), hasScores);
    }
  }

  private static void drawAny(ReplyWriter out, SortedSetValue set, long count, boolean hasScores) {
    SortedSetReads.header(out, count, hasScores);
    for (long i = 0; i < count; i++) {
      set.seekRank(ThreadLocalRandom.current().nextLong(set.count()));
      SortedSetReads.element(out, set, hasScores);
    }
  }

  /**
   * Goes through all members and takes each with the chance that is left for it: as many wanted as
   * there are members left. So all choices are equally likely, and nothing has to be remembered.
   */
  private static void drawDistinct(
      ReplyWriter out, SortedSetValue set, long count, boolean hasScores) {
    SortedSetReads.header(out, count, hasScores);
    ThreadLocalRandom random = ThreadLocalRandom.current();
    long wanted = count;
    long left = set.count();
    for (boolean more = set.seekRank(0); more && wanted > 0; more = set.next()) {
      if (wanted == left || random.nextLong(left) < wanted) {
        SortedSetReads.element(out, set, hasScores);
        wanted--;
      }
      left--;
    }
  }
}
