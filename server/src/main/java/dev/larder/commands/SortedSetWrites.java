package dev.larder.commands;

import static dev.larder.command.Ascii.keyword;

import dev.larder.command.Call;
import dev.larder.command.CommandException;
import dev.larder.command.ErrorReply;
import dev.larder.storage.Bytes;
import dev.larder.storage.KeyEvent;
import dev.larder.storage.SortedSetValue;

/** Commands that give members of sorted sets scores, and remove them. */
final class SortedSetWrites {
  private static final byte[] NX_WORD = keyword("nx");
  private static final byte[] XX_WORD = keyword("xx");
  private static final byte[] GT_WORD = keyword("gt");
  private static final byte[] LT_WORD = keyword("lt");
  private static final byte[] CH_WORD = keyword("ch");
  private static final byte[] INCR_WORD = keyword("incr");

  static final int NX = 1;
  static final int XX = 1 << 1;
  private static final int GT = 1 << 2;
  private static final int LT = 1 << 3;
  static final int CH = 1 << 4;
  private static final int INCR = 1 << 5;

  /** What became of a member. */
  enum Outcome {
    UNTOUCHED,
    SAME,
    CHANGED,
    ADDED
  }

  private static final ErrorReply XX_AND_NX =
      ErrorReply.of("ERR XX and NX options at the same time are not compatible");
  private static final ErrorReply GT_LT_NX =
      ErrorReply.of("ERR GT, LT, and/or NX options at the same time are not compatible");
  private static final ErrorReply INCR_PAIRS =
      ErrorReply.of("ERR INCR option supports a single increment-element pair");
  private static final ErrorReply SCORE_IS_NAN =
      ErrorReply.of("ERR resulting score is not a number (NaN)");

  private SortedSetWrites() {}

  static void zadd(Call call) throws CommandException {
    int options = 0;
    int first = 2;
    for (int option; first < call.argCount() && (option = option(call, first)) != 0; first++) {
      options |= option;
    }
    int words = call.argCount() - first;
    if (words == 0 || words % 2 != 0) {
      throw new CommandException(ErrorReply.SYNTAX);
    }
    if ((options & (NX | XX)) == (NX | XX)) {
      throw new CommandException(XX_AND_NX);
    }
    int exclusive = options & (GT | LT | NX);
    if ((exclusive & exclusive - 1) != 0) {
      throw new CommandException(GT_LT_NX);
    }
    if ((options & INCR) != 0 && words > 2) {
      throw new CommandException(INCR_PAIRS);
    }
    add(call, first, options);
  }

  /** An option's bit, or 0 where the scores begin. */
  private static int option(Call call, int arg) {
    if (call.argLength(arg) < 2 || Bytes.getByte(call.argAddress(arg)) < 'A') {
      return 0;
    }
    return call.argIs(arg, NX_WORD)
        ? NX
        : call.argIs(arg, XX_WORD)
            ? XX
            : call.argIs(arg, GT_WORD)
                ? GT
                : call.argIs(arg, LT_WORD)
                    ? LT
                    : call.argIs(arg, CH_WORD) ? CH : call.argIs(arg, INCR_WORD) ? INCR : 0;
  }

  /** It is ZADD with INCR: a word that is an option there is no increment here, but a mistake. */
  static void zincrby(Call call) throws CommandException {
    if (option(call, 2) != 0) {
      throw new CommandException(ErrorReply.SYNTAX);
    }
    add(call, 2, INCR);
  }

  private static void add(Call call, int first, int options) throws CommandException {
    double score = call.argDouble(first);
    for (int i = first + 2; i < call.argCount(); i += 2) {
      call.argDouble(i);
    }
    SortedSetValue set = SortedSetReads.viewToWrite(call, 1);
    if ((options & XX) == 0) {
      call.requireRoom(set, first);
    }
    if ((options & INCR) != 0) {
      increment(call, set, first, score, options);
      return;
    }
    int pairs = (call.argCount() - first) / 2;
    if (pairs > 1 && (options & XX) == 0) {
      set.expect(pairs, 0);
    }
    long added = 0;
    long changed = 0;
    for (int i = first; i < call.argCount(); i += 2) {
      call.ahead().member(set, first + 1, i + 1, 2);
      double next = i == first ? score : call.argDouble(i);
      switch (put(set, call.argAddress(i + 1), call.argLength(i + 1), next, options)) {
        case ADDED -> added++;
        case CHANGED -> changed++;
        case UNTOUCHED, SAME -> {}
      }
    }
    if (added + changed > 0) {
      call.event(KeyEvent.ZADD, 1);
    }
    call.reply().integer((options & CH) != 0 ? added + changed : added);
  }

  private static void increment(
      Call call, SortedSetValue set, int first, double increment, int options)
      throws CommandException {
    long member = call.argAddress(first + 1);
    int length = call.argLength(first + 1);
    double score = increment;
    boolean isThere = set.find(member, length);
    if (isThere && (options & NX) == 0) {
      score += set.score();
      if (Double.isNaN(score)) {
        throw new CommandException(SCORE_IS_NAN);
      }
    }
    switch (put(set, isThere, member, length, score, options)) {
      case UNTOUCHED -> {
        call.reply().nil();
        return;
      }
      case ADDED, CHANGED -> call.event(KeyEvent.ZINCR, 1);
      case SAME -> {}
    }
    call.reply().doubleValue(score);
  }

  /** Gives a member a score, if the options let it. */
  static Outcome put(SortedSetValue set, long member, int length, double score, int options) {
    return put(set, set.find(member, length), member, length, score, options);
  }

  private static Outcome put(
      SortedSetValue set, boolean isThere, long member, int length, double score, int options) {
    if (!isThere) {
      if ((options & XX) != 0) {
        return Outcome.UNTOUCHED;
      }
      set.add(member, length, score);
      return Outcome.ADDED;
    }
    double old = set.score();
    if ((options & NX) != 0
        || ((options & GT) != 0 && score <= old)
        || ((options & LT) != 0 && score >= old)) {
      return Outcome.UNTOUCHED;
    }
    if (score == old) {
      return Outcome.SAME;
    }
    set.rescore(member, length, score);
    return Outcome.CHANGED;
  }

  static void zrem(Call call) throws CommandException {
    SortedSetValue set = SortedSetReads.viewToWrite(call, 1);
    long removed = 0;
    for (int i = 2; i < call.argCount() && set.exists(); i++) {
      call.ahead().member(set, 2, i, 1);
      if (set.find(call.argAddress(i), call.argLength(i))) {
        set.remove();
        removed++;
      }
    }
    if (removed > 0) {
      call.event(KeyEvent.ZREM, 1, set);
    }
    call.reply().integer(removed);
  }
}
