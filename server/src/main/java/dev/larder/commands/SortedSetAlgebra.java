package dev.larder.commands;

import static dev.larder.command.Ascii.keyword;

import dev.larder.command.Call;
import dev.larder.command.CommandException;
import dev.larder.command.ErrorReply;
import dev.larder.resp.ReplyWriter;
import dev.larder.storage.KeyEvent;
import dev.larder.storage.Overwriting;
import dev.larder.storage.SortedSetResult;
import dev.larder.storage.SortedSetValue;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * One union, intersection or difference of sorted sets. The keys are looked up twice: first all of
 * them, for their types, which removes those that have expired; then for their entries, which stay
 * where they are until the result is stored.
 */
final class SortedSetAlgebra implements ResultJob.Work {
  /** More members than this are combined in slices: about two milliseconds' work. */
  private static final long TURN_MEMBERS = 4096;

  /** After so many searches a part pauses: less than half a millisecond's work. */
  private static final int PART_SEARCHES = 1024;

  private static final byte[] WEIGHTS = keyword("weights");
  private static final byte[] AGGREGATE = keyword("aggregate");
  private static final byte[] WITHSCORES = keyword("withscores");
  private static final byte[] LIMIT = keyword("limit");
  private static final byte[] SUM_WORD = keyword("sum");
  private static final byte[] MIN_WORD = keyword("min");
  private static final byte[] MAX_WORD = keyword("max");
  private static final byte[] COUNT_WORD = keyword("count");

  private static final ErrorReply NOT_A_WEIGHT = ErrorReply.of("ERR weight value is not a float");
  private static final ErrorReply LIMIT_NEGATIVE = ErrorReply.of("ERR LIMIT can't be negative");

  /** What is done with the sources. */
  enum Operation {
    UNION,
    INTERSECTION,
    DIFFERENCE,
    /** Of an intersection only how many members it has. */
    CARDINALITY
  }

  private enum Aggregate {
    SUM,
    MIN,
    MAX,
    COUNT
  }

  private final Call call;
  private final Operation operation;
  private final boolean isStored;
  private final int firstKey;
  private final int sourceCount;
  private final ScoreSources sources;

  /** What keeps very many sources, which are left to a job at once; null of a few. */
  private final @Nullable LeasedKeys leased;

  /** Whether the call is to run again, as too many keys are leased by others. */
  private final boolean mustWait;

  private SortedSetResult result;

  /** The source that is walked, and where that goes on. */
  private int walked;

  private long position;

  /** How many members of the part from there on are done. */
  private int done;

  /** The source in which the next of them is to be looked for, 0 if it has not been begun. */
  private int searched;

  /** What its score has become up to that. */
  private double score;

  /** How many members an intersection has, of which only the number counts. */
  private long found;

  private Aggregate aggregate = Aggregate.SUM;
  private boolean hasScores;
  private long limit = Long.MAX_VALUE;

  private SortedSetAlgebra(Call call, Operation operation, boolean isStored)
      throws CommandException {
    this.call = call;
    this.operation = operation;
    this.isStored = isStored;
    int numkeysArg = isStored ? 2 : 1;
    firstKey = numkeysArg + 1;
    long keys = call.argLong(numkeysArg);
    if (keys < 1) {
      throw new CommandException(
          ErrorReply.of(
              "ERR at least 1 input key is needed for '" + call.spec().fullName() + "' command"));
    }
    if (keys > call.argCount() - firstKey) {
      throw new CommandException(ErrorReply.SYNTAX);
    }
    sourceCount = (int) keys;
    result = call.views().sortedSetResult();
    if (sourceCount > LeasedKeys.MANY) {
      leased =
          LeasedKeys.ofMany(
              call,
              firstKey,
              sourceCount,
              isStored ? 1 : 0,
              (shard, entry) -> ScoreSource.require(entry));
      mustWait = leased == null;
      sources = leased == null ? ScoreSources.few(call, firstKey, new double[0]) : many(leased);
      return;
    }
    leased = null;
    mustWait = false;
    for (int i = 0; i < sourceCount; i++) {
      ScoreSource.require(call.find(firstKey + i));
    }
    sources = ScoreSources.few(call, firstKey, options());
    if (operation != Operation.DIFFERENCE) {
      sources.sort();
    }
  }

  private ScoreSources many(LeasedKeys keys) throws CommandException {
    try {
      return ScoreSources.many(call, firstKey, options(), keys);
    } catch (CommandException e) {
      keys.end();
      throw e;
    }
  }

  /** Replies with the result, or with its size. */
  static void reply(Call call, Operation operation) throws CommandException {
    SortedSetAlgebra algebra = new SortedSetAlgebra(call, operation, false);
    if (algebra.mustWait || algebra.isDeferred()) {
      return;
    }
    try {
      algebra.begin();
      algebra.run();
      if (operation == Operation.CARDINALITY) {
        call.reply().integer(algebra.found);
      } else {
        algebra.replyMembers();
      }
    } finally {
      algebra.result.clear();
    }
  }

  /** Stores the result and replies with its size. */
  static void store(Call call, Operation operation) throws CommandException {
    SortedSetAlgebra algebra = new SortedSetAlgebra(call, operation, true);
    if (algebra.mustWait || algebra.isDeferred()) {
      return;
    }
    try {
      algebra.begin();
      algebra.run();
      call.reply().integer(storeResult(call, 1, algebra.result, algebra.event()));
    } finally {
      algebra.result.clear();
    }
  }

  /** Leaves all to a job if it is too long for a turn; whether it was. */
  private boolean isDeferred() throws CommandException {
    if (leased != null) {
      defer(leased);
      return true;
    }
    long members =
        operation == Operation.UNION ? sources.members() : sources.walk(0).count() * sourceCount;
    if (members <= TURN_MEMBERS) {
      return false;
    }
    defer(LeasedKeys.ofRow(call, firstKey, sourceCount, isStored ? 1 : 0));
    return true;
  }

  private void defer(LeasedKeys keys) throws CommandException {
    result = new SortedSetResult(call.keyspace());
    try {
      begin();
    } catch (CommandException e) {
      keys.end();
      throw e;
    }
    sources.lease(keys);
    if (isStored) {
      TargetKey target = new TargetKey(call, 1, event());
      call.defer(ResultJob.ofStore(call, keys, this, result, target));
    } else if (operation == Operation.CARDINALITY) {
      call.defer(ResultJob.ofCount(call, keys, this, result));
    } else {
      call.defer(ResultJob.ofReply(call, keys, this, result, hasScores));
    }
  }

  /** Which event it is that the result is stored. */
  private KeyEvent event() {
    return switch (operation) {
      case UNION -> KeyEvent.ZUNIONSTORE;
      case INTERSECTION, CARDINALITY -> KeyEvent.ZINTERSTORE;
      case DIFFERENCE -> KeyEvent.ZDIFFSTORE;
    };
  }

  /** Gives a key what a result has, which may be nothing; returns how many members. */
  static long storeResult(Call call, int keyArg, SortedSetResult result, KeyEvent event) {
    long count = result.count();
    if (count == 0) {
      call.delete(keyArg);
    } else {
      SortedSetValue target = call.views().otherSortedSet();
      call.point(target, keyArg, 0);
      target.take(result);
      Overwriting.tell(call.unit(), call.shard(keyArg), call.db(), target.entry());
      call.event(event, keyArg);
    }
    return count;
  }

  /** Reads what follows the keys; returns the weights. */
  private double[] options() throws CommandException {
    double[] weights = new double[sourceCount];
    Arrays.fill(weights, 1);
    boolean combines = operation == Operation.UNION || operation == Operation.INTERSECTION;
    int i = firstKey + sourceCount;
    while (i < call.argCount()) {
      int left = call.argCount() - i;
      if (combines && left > sourceCount && call.argIs(i, WEIGHTS)) {
        for (int key = 0; key < sourceCount; key++) {
          weights[key] = call.argDouble(i + 1 + key, NOT_A_WEIGHT);
        }
        i += 1 + sourceCount;
      } else if (combines && left > 1 && call.argIs(i, AGGREGATE)) {
        aggregate = aggregate(i + 1);
        i += 2;
      } else if (operation != Operation.CARDINALITY && !isStored && call.argIs(i, WITHSCORES)) {
        hasScores = true;
        i++;
      } else if (operation == Operation.CARDINALITY && left > 1 && call.argIs(i, LIMIT)) {
        long most = call.argLong(i + 1, 0, Long.MAX_VALUE, LIMIT_NEGATIVE);
        limit = most == 0 ? Long.MAX_VALUE : most;
        i += 2;
      } else {
        throw new CommandException(ErrorReply.SYNTAX);
      }
    }
    return weights;
  }

  private Aggregate aggregate(int arg) throws CommandException {
    if (call.argIs(arg, SUM_WORD)) {
      return Aggregate.SUM;
    }
    if (call.argIs(arg, MIN_WORD)) {
      return Aggregate.MIN;
    }
    if (call.argIs(arg, MAX_WORD)) {
      return Aggregate.MAX;
    }
    if (call.argIs(arg, COUNT_WORD)) {
      return Aggregate.COUNT;
    }
    throw new CommandException(ErrorReply.SYNTAX);
  }

  /** Begins the result, in the shard of the target or of the first key. */
  private void begin() throws CommandException {
    if (operation != Operation.CARDINALITY && !result.begin(call.shard(isStored ? 1 : firstKey))) {
      throw new CommandException(ErrorReply.OUT_OF_MEMORY);
    }
  }

  private void run() throws CommandException {
    while (!runPart()) {
      // Until all parts are done.
    }
  }

  @Override
  public boolean run(long endNanos) throws CommandException {
    if (!sources.survey(operation != Operation.DIFFERENCE, endNanos)) {
      return false;
    }
    while (!runPart()) {
      if (LeasedReply.isLate(endNanos)) {
        return false;
      }
    }
    return true;
  }

  @Override
  public long count() {
    return operation == Operation.CARDINALITY ? found : result.count();
  }

  /** Walks through a part of a source, or of that; whether all is done. */
  private boolean runPart() throws CommandException {
    ScoreSource source = sources.walk(walked);
    long behind = source.part(position);
    if (operation == Operation.UNION) {
      add(source);
      position = behind;
      walked += behind == 0 ? 1 : 0;
      return walked == sourceCount;
    }
    for (int i = 0; i < done; i++) {
      source.next();
    }
    if (select(source)) {
      position = behind;
      done = 0;
      return behind == 0 || found >= limit;
    }
    return false;
  }

  private double weighted(ScoreSource source, double itsScore) {
    double value = aggregate == Aggregate.COUNT ? source.weight() : source.weight() * itsScore;
    return Double.isNaN(value) ? 0 : value;
  }

  private double combine(double one, double other) {
    return switch (aggregate) {
      case SUM, COUNT -> Double.isNaN(one + other) ? 0 : one + other;
      case MIN -> other < one ? other : one;
      case MAX -> other > one ? other : one;
    };
  }

  private void add(ScoreSource source) throws CommandException {
    while (source.next()) {
      double itsScore = weighted(source, source.score());
      if (!result.find(source.address(), source.length())) {
        add(source, itsScore);
      } else {
        double combined = combine(result.score(), itsScore);
        if (combined != result.score()) {
          result.rescore(combined);
        }
      }
    }
  }

  private void add(ScoreSource source, double itsScore) throws CommandException {
    if (!result.add(source.address(), source.length(), itsScore)) {
      throw new CommandException(ErrorReply.OUT_OF_MEMORY);
    }
  }

  /**
   * Takes the members of the first source that all others have, or none has, for a difference.
   * After so many searches it pauses, perhaps in the midst of a member.
   *
   * @return whether the part was gone through to its end
   */
  private boolean select(ScoreSource first) throws CommandException {
    int searches = 0;
    while (found < limit && first.next()) {
      if (searched == 0) {
        searched = 1;
        score = weighted(first, first.score());
      }
      boolean isTaken = true;
      while (isTaken && searched < sourceCount) {
        if (searches++ == PART_SEARCHES) {
          return false;
        }
        isTaken = matches(first, sources.search(searched));
        searched++;
      }
      if (isTaken) {
        take(first);
      }
      searched = 0;
      done++;
    }
    return true;
  }

  private boolean matches(ScoreSource first, ScoreSource other) {
    boolean isIn = other.find(first.address(), first.length());
    if (operation == Operation.DIFFERENCE) {
      return !isIn;
    }
    if (isIn && operation == Operation.INTERSECTION) {
      score = combine(score, weighted(other, other.foundScore()));
    }
    return isIn;
  }

  private void take(ScoreSource first) throws CommandException {
    if (operation == Operation.CARDINALITY) {
      found++;
    } else {
      add(first, score);
    }
  }

  private void replyMembers() {
    ReplyWriter out = call.reply();
    SortedSetReads.header(out, result.count(), hasScores);
    for (boolean more = result.seekFirst(); more; more = result.next()) {
      SortedSetReads.element(out, result, hasScores);
    }
  }
}
