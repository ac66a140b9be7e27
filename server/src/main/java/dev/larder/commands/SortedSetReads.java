package dev.larder.commands;

import static dev.larder.command.Ascii.keyword;

import dev.larder.command.Call;
import dev.larder.command.CommandException;
import dev.larder.command.ErrorReply;
import dev.larder.resp.ReplyWriter;
import dev.larder.storage.Bytes;
import dev.larder.storage.SortedSetResult;
import dev.larder.storage.SortedSetValue;
import dev.larder.storage.ValueType;

/** Commands that look members of sorted sets up, and the shapes in which members are replied. */
final class SortedSetReads {
  private static final byte[] WITHSCORE = keyword("withscore");

  private SortedSetReads() {}

  /** The sorted set of a key, which may not exist; counted as a look-up. */
  static SortedSetValue view(Call call, int keyArg) throws CommandException {
    SortedSetValue set = call.views().sortedSet();
    call.point(set, keyArg, call.find(keyArg, ValueType.SORTED_SET));
    return set;
  }

  /** The same for commands that write. */
  static SortedSetValue viewToWrite(Call call, int keyArg) throws CommandException {
    SortedSetValue set = call.views().sortedSet();
    call.point(set, keyArg, call.findUncounted(keyArg, ValueType.SORTED_SET));
    return set;
  }

  /** Replies with the current member. */
  static void member(ReplyWriter out, SortedSetValue set) {
    int length = set.length();
    set.writeText(out.beginBulk(length));
    out.endBulk();
  }

  /** The header before members: of pairs, if they come with scores in RESP3. */
  static void header(ReplyWriter out, long count, boolean hasScores) {
    out.array(hasScores && out.protocol() == 2 ? 2 * count : count);
  }

  /** Replies with the current member below {@link #header}. */
  static void element(ReplyWriter out, SortedSetValue set, boolean hasScores) {
    if (hasScores && out.protocol() == 3) {
      out.array(2);
    }
    member(out, set);
    if (hasScores) {
      out.doubleValue(set.score());
    }
  }

  /** The same for the current member of a result. */
  static void element(ReplyWriter out, SortedSetResult result, boolean hasScores) {
    if (hasScores && out.protocol() == 3) {
      out.array(2);
    }
    Bytes.copy(result.address(), out.beginBulk(result.length()), result.length());
    out.endBulk();
    if (hasScores) {
      out.doubleValue(result.score());
    }
  }

  static void zcard(Call call) throws CommandException {
    call.reply().integer(view(call, 1).count());
  }

  static void zscore(Call call) throws CommandException {
    score(call, view(call, 1), 2);
  }

  static void zmscore(Call call) throws CommandException {
    SortedSetValue set = view(call, 1);
    call.reply().array(call.argCount() - 2);
    for (int i = 2; i < call.argCount(); i++) {
      call.ahead().member(set, 2, i, 1);
      score(call, set, i);
    }
  }

  private static void score(Call call, SortedSetValue set, int arg) {
    if (set.find(call.argAddress(arg), call.argLength(arg))) {
      call.reply().doubleValue(set.score());
    } else {
      call.reply().nil();
    }
  }

  static void rank(Call call, boolean isReverse) throws CommandException {
    if (call.argCount() > 4) {
      throw new CommandException(
          ErrorReply.of(
              "ERR wrong number of arguments for '" + call.spec().fullName() + "' command"));
    }
    boolean hasScore = call.argCount() == 4;
    if (hasScore && !call.argIs(3, WITHSCORE)) {
      throw new CommandException(ErrorReply.SYNTAX);
    }
    SortedSetValue set = view(call, 1);
    ReplyWriter out = call.reply();
    if (!set.find(call.argAddress(2), call.argLength(2))) {
      if (hasScore) {
        out.nilArray();
      } else {
        out.nil();
      }
      return;
    }
    long rank = set.rank();
    if (hasScore) {
      out.array(2);
    }
    out.integer(isReverse ? set.count() - 1 - rank : rank);
    if (hasScore) {
      out.doubleValue(set.score());
    }
  }
}
