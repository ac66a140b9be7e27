package dev.larder.commands;

import static dev.larder.command.Ascii.keyword;

import dev.larder.command.Call;
import dev.larder.command.CommandException;
import dev.larder.command.ErrorReply;
import dev.larder.resp.ReplyWriter;
import dev.larder.storage.KeyEvent;
import dev.larder.storage.MemberBound;
import dev.larder.storage.SortedSetResult;
import dev.larder.storage.SortedSetValue;

/** Commands that reply, count or remove ranges of members, by rank, score or name. */
final class SortedSetRanges {
  private static final byte[] BYSCORE_WORD = keyword("byscore");
  private static final byte[] BYLEX_WORD = keyword("bylex");
  private static final byte[] REV_WORD = keyword("rev");
  private static final byte[] LIMIT = keyword("limit");
  private static final byte[] WITHSCORES_WORD = keyword("withscores");

  /* What options say, in one int: these bits, and above them which argument is LIMIT. */
  private static final int BYRANK = 1;
  private static final int BYSCORE = 1 << 1;
  private static final int BYLEX = 1 << 2;
  private static final int FORWARD = 1 << 3;
  private static final int REVERSE = 1 << 4;
  private static final int WITHSCORES = 1 << 5;
  private static final int KIND = BYRANK | BYSCORE | BYLEX;
  private static final int DIRECTION = FORWARD | REVERSE;
  private static final int LIMIT_SHIFT = 6;

  private static final ErrorReply LIMIT_BY_RANK =
      ErrorReply.of(
          "ERR syntax error, LIMIT is only supported in combination with either BYSCORE or BYLEX");
  private static final ErrorReply WITHSCORES_BY_MEMBER =
      ErrorReply.of("ERR syntax error, WITHSCORES not supported in combination with BYLEX");

  /** More members than this are copied in slices. */
  private static final long TURN_MEMBERS = 4096;

  private SortedSetRanges() {}

  static void zrange(Call call) throws CommandException {
    range(call, 0);
  }

  static void zrevrange(Call call) throws CommandException {
    range(call, BYRANK | REVERSE);
  }

  static void zrangebyscore(Call call) throws CommandException {
    range(call, BYSCORE | FORWARD);
  }

  static void zrevrangebyscore(Call call) throws CommandException {
    range(call, BYSCORE | REVERSE);
  }

  static void zrangebylex(Call call) throws CommandException {
    range(call, BYLEX | FORWARD);
  }

  static void zrevrangebylex(Call call) throws CommandException {
    range(call, BYLEX | REVERSE);
  }

  /** Replies with a range; {@code fixed} is what the command's name says already. */
  private static void range(Call call, int fixed) throws CommandException {
    int options = options(call, 4, fixed, true);
    SortedSetValue set = select(call, 1, options);
    boolean isReverse = (options & REVERSE) != 0;
    boolean hasScores = (options & WITHSCORES) != 0;
    ReplyWriter out = call.reply();
    long count = set.selectedCount();
    SortedSetReads.header(out, count, hasScores);
    set.seekSelection(isReverse);
    int mark = out.mark();
    for (long left = count; left > 0; left--) {
      if (out.mark() - mark > LeasedReply.TURN_BYTES) {
        long next = isReverse ? left - 1 : count - left;
        call.defer(new Rest(call, set, set.selectedRank() + next, left, isReverse, hasScores));
        return;
      }
      SortedSetReads.element(out, set, hasScores);
      move(set, isReverse);
    }
  }

  private static void move(SortedSetValue set, boolean isReverse) {
    if (isReverse) {
      set.previous();
    } else {
      set.next();
    }
  }

  /** The rest of a long range. */
  private static final class Rest extends LeasedReply {
    private final SortedSetValue set;
    private long rank;
    private long left;
    private final boolean isReverse;
    private final boolean hasScores;

    /**
     * @param rank where to go on
     * @param left how many members are still to be replied
     */
    Rest(
        Call call, SortedSetValue set, long rank, long left, boolean isReverse, boolean hasScores) {
      super(call, 1, set.entry());
      this.set = set;
      this.rank = rank;
      this.left = left;
      this.isReverse = isReverse;
      this.hasScores = hasScores;
    }

    @Override
    boolean write(ReplyWriter out, int mark, long endNanos) {
      point(set);
      set.seekRank(rank);
      for (; left > 0 && !isEnough(out, mark, endNanos); left--) {
        SortedSetReads.element(out, set, hasScores);
        move(set, isReverse);
        rank += isReverse ? -1 : 1;
      }
      return left == 0;
    }
  }

  /** Reads options from an argument on. */
  private static int options(Call call, int from, int fixed, boolean mayHaveScores)
      throws CommandException {
    int options = fixed;
    int limitArg = 0;
    for (int i = from; i < call.argCount(); i++) {
      if (mayHaveScores && call.argIs(i, WITHSCORES_WORD)) {
        options |= WITHSCORES;
      } else if (call.argIs(i, LIMIT) && i + 2 < call.argCount()) {
        call.argLong(i + 1);
        call.argLong(i + 2);
        limitArg = i;
        i += 2;
      } else if ((options & DIRECTION) == 0 && call.argIs(i, REV_WORD)) {
        options |= REVERSE;
      } else if ((options & KIND) == 0 && call.argIs(i, BYLEX_WORD)) {
        options |= BYLEX;
      } else if ((options & KIND) == 0 && call.argIs(i, BYSCORE_WORD)) {
        options |= BYSCORE;
      } else {
        throw new CommandException(ErrorReply.SYNTAX);
      }
    }
    if (limitArg != 0 && (options & (BYSCORE | BYLEX)) == 0 && call.argLong(limitArg + 2) != -1) {
      throw new CommandException(LIMIT_BY_RANK);
    }
    if ((options & WITHSCORES) != 0 && (options & BYLEX) != 0) {
      throw new CommandException(WITHSCORES_BY_MEMBER);
    }
    return options | limitArg << LIMIT_SHIFT;
  }

  /** Selects the range behind a key argument; looks the key up once the range is known good. */
  private static SortedSetValue select(Call call, int keyArg, int options) throws CommandException {
    boolean isReverse = (options & REVERSE) != 0;
    int limitArg = options >> LIMIT_SHIFT;
    SortedSetValue set;
    if ((options & (BYSCORE | BYLEX)) == 0) {
      long first = call.argLong(keyArg + 1);
      long last = call.argLong(keyArg + 2);
      set = view(call, keyArg);
      if (isReverse) {
        set.selectReverseRanks(first, last);
      } else {
        set.selectRanks(first, last);
      }
    } else {
      int minArg = keyArg + (isReverse ? 2 : 1);
      int maxArg = keyArg + (isReverse ? 1 : 2);
      set =
          (options & BYSCORE) != 0
              ? selectScores(call, keyArg, minArg, maxArg)
              : selectMembers(
                  call,
                  keyArg,
                  minArg,
                  maxArg,
                  isReverse,
                  limitArg == 0 ? 0 : call.argLong(limitArg + 1));
    }
    if (limitArg != 0) {
      long skipped = (options & BYLEX) != 0 ? 0 : call.argLong(limitArg + 1);
      set.limitSelection(isReverse, skipped, call.argLong(limitArg + 2));
    }
    return set;
  }

  /** A key whose members are removed, the first one of a command that writes, does not count. */
  private static SortedSetValue view(Call call, int keyArg) throws CommandException {
    return keyArg > 1 || call.spec().isReadOnly()
        ? SortedSetReads.view(call, keyArg)
        : SortedSetReads.viewToWrite(call, keyArg);
  }

  private static SortedSetValue selectScores(Call call, int keyArg, int minArg, int maxArg)
      throws CommandException {
    double min = SortedSetBounds.score(call, minArg);
    double max = SortedSetBounds.score(call, maxArg);
    SortedSetValue set = view(call, keyArg);
    set.selectScores(
        min,
        SortedSetBounds.isExclusive(call, minArg),
        max,
        SortedSetBounds.isExclusive(call, maxArg));
    return set;
  }

  private static SortedSetValue selectMembers(
      Call call, int keyArg, int minArg, int maxArg, boolean isReverse, long skipped)
      throws CommandException {
    MemberBound min = SortedSetBounds.member(call, minArg);
    MemberBound max = SortedSetBounds.member(call, maxArg);
    SortedSetValue set = view(call, keyArg);
    set.selectMembers(
        min,
        call.argAddress(minArg) + 1,
        call.argLength(minArg) - 1,
        max,
        call.argAddress(maxArg) + 1,
        call.argLength(maxArg) - 1,
        isReverse,
        skipped);
    return set;
  }

  static void zrangestore(Call call) throws CommandException {
    SortedSetValue set = select(call, 2, options(call, 5, 0, false));
    if (set.selectedCount() > TURN_MEMBERS) {
      SortedSetResult result = new SortedSetResult(call.keyspace());
      if (!result.begin(call.shard(1))) {
        throw new CommandException(ErrorReply.OUT_OF_MEMORY);
      }
      LeasedKeys keys = new LeasedKeys(call, 2, 1);
      TargetKey target = new TargetKey(call, 1, KeyEvent.ZRANGESTORE);
      call.defer(ResultJob.ofStore(call, keys, new Copying(keys, set, result), result, target));
      return;
    }
    SortedSetResult result = call.views().sortedSetResult();
    boolean hasRoom = result.begin(call.shard(1));
    boolean more = set.seekSelection(false);
    for (long left = set.selectedCount(); hasRoom && more && left > 0; left--) {
      hasRoom = result.add(set.text(), set.length(), set.score());
      more = set.next();
    }
    if (!hasRoom) {
      result.clear();
      throw new CommandException(ErrorReply.OUT_OF_MEMORY);
    }
    KeyEvent event = KeyEvent.ZRANGESTORE;
    call.reply().integer(SortedSetAlgebra.storeResult(call, 1, result, event));
    result.clear();
  }

  /** Copies a long range into a result. */
  private static final class Copying implements ResultJob.Work {
    private static final int MEMBERS_AT_ONCE = 64;

    private final LeasedKeys keys;
    private final SortedSetValue set;
    private final SortedSetResult result;
    private long rank;
    private long left;

    /** Of what is selected in a set, whose key is the first. */
    Copying(LeasedKeys keys, SortedSetValue set, SortedSetResult result) {
      this.keys = keys;
      this.set = set;
      this.result = result;
      this.rank = set.selectedRank();
      this.left = set.selectedCount();
    }

    @Override
    public boolean run(long endNanos) throws CommandException {
      keys.point(set, 0);
      set.seekRank(rank);
      while (left > 0 && (left % MEMBERS_AT_ONCE != 0 || !LeasedReply.isLate(endNanos))) {
        if (!result.add(set.text(), set.length(), set.score())) {
          throw new CommandException(ErrorReply.OUT_OF_MEMORY);
        }
        set.next();
        rank++;
        left--;
      }
      return left == 0;
    }

    @Override
    public long count() {
      return result.count();
    }
  }

  static void zcount(Call call) throws CommandException {
    call.reply().integer(selectScores(call, 1, 2, 3).selectedCount());
  }

  static void zlexcount(Call call) throws CommandException {
    call.reply().integer(selectMembers(call, 1, 2, 3, false, 0).selectedCount());
  }

  static void zremrangebyrank(Call call) throws CommandException {
    remove(call, select(call, 1, BYRANK | FORWARD), KeyEvent.ZREMRANGEBYRANK);
  }

  static void zremrangebyscore(Call call) throws CommandException {
    remove(call, selectScores(call, 1, 2, 3), KeyEvent.ZREMRANGEBYSCORE);
  }

  static void zremrangebylex(Call call) throws CommandException {
    remove(call, selectMembers(call, 1, 2, 3, false, 0), KeyEvent.ZREMRANGEBYLEX);
  }

  private static void remove(Call call, SortedSetValue set, KeyEvent event) {
    long count = set.selectedCount();
    if (count > LeasedRemoval.TURN_MEMBERS) {
      call.event(event, 1);
      call.defer(new LeasedRemoval(call, set, set.selectedRank(), count));
      return;
    }
    if (count > 0) {
      set.removeRange(set.selectedRank(), count);
      call.event(event, 1, set);
    }
    call.reply().integer(count);
  }
}
