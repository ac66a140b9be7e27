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

/**
 * One union, intersection or difference of sorted sets. The keys are looked up twice: first all of
 * them, for their types, which removes those that have expired; then for their entries, which stay
 * where they are until the result is stored.
 */
final class SortedSetAlgebra implements ResultJob.Work {
  /** More members than this are combined in slices: about two milliseconds' work. */
  private static final long TURN_MEMBERS = 4096;

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
  private final ScoreSource[] sources;
  private SortedSetResult result;

  /** The source that is walked, and where that goes on. */
  private int walked;

  private long position;

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
    SetAlgebra.checkKeys(keys);
    sources = new ScoreSource[(int) keys];
    result = call.views().sortedSetResult();
  }

  /** Replies with the result, or with its size. */
  static void reply(Call call, Operation operation) throws CommandException {
    SortedSetAlgebra algebra = new SortedSetAlgebra(call, operation, false);
    algebra.prepare();
    if (algebra.isLong()) {
      algebra.defer();
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
    algebra.prepare();
    if (algebra.isLong()) {
      algebra.defer();
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

  /** Whether this is too long for a turn. */
  private boolean isLong() {
    long members = 0;
    if (operation == Operation.UNION) {
      for (ScoreSource source : sources) {
        members += source.count();
      }
    } else {
      members = sources[0].count() * sources.length;
    }
    return members > TURN_MEMBERS;
  }

  /** Leaves all to a job. */
  private void defer() throws CommandException {
    result = new SortedSetResult(call.keyspace());
    begin();
    int[] keyArgs = new int[isStored ? sources.length + 1 : sources.length];
    for (int i = 0; i < sources.length; i++) {
      keyArgs[i] = sources[i].keyArg();
    }
    if (isStored) {
      keyArgs[sources.length] = 1;
    }
    LeasedKeys keys = new LeasedKeys(call, keyArgs);
    for (int i = 0; i < sources.length; i++) {
      sources[i].lease(keys, i);
    }
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

  private void prepare() throws CommandException {
    for (int i = 0; i < sources.length; i++) {
      ScoreSource.check(call, firstKey + i);
    }
    double[] weights = options();
    for (int i = 0; i < sources.length; i++) {
      sources[i] = new ScoreSource(call, firstKey + i, weights[i]);
    }
    if (operation != Operation.DIFFERENCE) {
      Arrays.sort(sources, (a, b) -> Long.compare(a.count(), b.count()));
    }
  }

  /** Reads what follows the keys; returns the weights. */
  private double[] options() throws CommandException {
    double[] weights = new double[sources.length];
    Arrays.fill(weights, 1);
    boolean combines = operation == Operation.UNION || operation == Operation.INTERSECTION;
    int i = firstKey + sources.length;
    while (i < call.argCount()) {
      int left = call.argCount() - i;
      if (combines && left > sources.length && call.argIs(i, WEIGHTS)) {
        for (int key = 0; key < sources.length; key++) {
          weights[key] = call.argDouble(i + 1 + key, NOT_A_WEIGHT);
        }
        i += 1 + sources.length;
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

  /** Walks through a part of a source; whether that was the last. */
  private boolean runPart() throws CommandException {
    ScoreSource source = sources[walked];
    position = source.part(position);
    switch (operation) {
      case UNION -> add(source);
      case INTERSECTION -> intersect(source);
      case DIFFERENCE -> subtract(source);
      case CARDINALITY -> count(source);
    }
    if (position == 0 && operation == Operation.UNION) {
      walked++;
      return walked == sources.length;
    }
    return position == 0 || found >= limit;
  }

  private double weighted(ScoreSource source, double score) {
    double value = aggregate == Aggregate.COUNT ? source.weight : source.weight * score;
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
      double score = weighted(source, source.score());
      if (!result.find(source.address(), source.length())) {
        add(source, score);
      } else {
        double combined = combine(result.score(), score);
        if (combined != result.score()) {
          result.rescore(combined);
        }
      }
    }
  }

  private void add(ScoreSource source, double score) throws CommandException {
    if (!result.add(source.address(), source.length(), score)) {
      throw new CommandException(ErrorReply.OUT_OF_MEMORY);
    }
  }

  private void intersect(ScoreSource first) throws CommandException {
    while (first.next()) {
      double score = weighted(first, first.score());
      boolean isInAll = true;
      for (int i = 1; isInAll && i < sources.length; i++) {
        ScoreSource other = sources[i];
        isInAll = other.find(first.address(), first.length());
        if (isInAll) {
          score = combine(score, weighted(other, other.foundScore()));
        }
      }
      if (isInAll) {
        add(first, score);
      }
    }
  }

  private void subtract(ScoreSource first) throws CommandException {
    while (first.next()) {
      boolean isInNone = true;
      for (int i = 1; isInNone && i < sources.length; i++) {
        isInNone = !sources[i].find(first.address(), first.length());
      }
      if (isInNone) {
        add(first, first.score());
      }
    }
  }

  private void count(ScoreSource first) {
    while (found < limit && first.next()) {
      boolean isInAll = true;
      for (int i = 1; isInAll && i < sources.length; i++) {
        isInAll = sources[i].find(first.address(), first.length());
      }
      if (isInAll) {
        found++;
      }
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
