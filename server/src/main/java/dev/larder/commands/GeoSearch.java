package dev.larder.commands;

import dev.larder.command.Call;
import dev.larder.command.CommandException;
import dev.larder.command.ErrorReply;
import dev.larder.resp.ReplyWriter;
import dev.larder.storage.Bytes;
import dev.larder.storage.KeyEvent;
import dev.larder.storage.SortedSetResult;
import dev.larder.storage.SortedSetValue;

/**
 * One search for the points of an area. What is to be sorted, counted or stored is collected by its
 * distance in a result outside of the heap; other points are replied as they are found.
 */
final class GeoSearch {
  /** More members than this are looked at in slices. */
  private static final long TURN_MEMBERS = 8192;

  private final Call call;
  private final GeoQuery query;
  private final SortedSetValue set;
  private final GeoCover cover = new GeoCover();
  private SortedSetResult result;

  /** The range that the walk is in, and the rank where it goes on; negative to begin. */
  private int range;

  private long rank = -1;
  private long found;

  private GeoSearch(Call call, GeoQuery query) {
    this.call = call;
    this.query = query;
    this.set = query.set;
    this.result = call.views().sortedSetResult();
  }

  static void georadius(Call call, boolean isReadOnly) throws CommandException {
    GeoQuery query = new GeoQuery(call, 1, !isReadOnly, false);
    query.parseRadius(false);
    run(call, query);
  }

  static void georadiusbymember(Call call, boolean isReadOnly) throws CommandException {
    GeoQuery query = new GeoQuery(call, 1, !isReadOnly, false);
    query.parseRadius(true);
    run(call, query);
  }

  static void geosearch(Call call) throws CommandException {
    GeoQuery query = new GeoQuery(call, 1, false, true);
    query.parseSearch(2);
    run(call, query);
  }

  static void geosearchstore(Call call) throws CommandException {
    GeoQuery query = new GeoQuery(call, 2, true, true);
    query.storeArg = 1;
    query.parseSearch(3);
    run(call, query);
  }

  private static void run(Call call, GeoQuery query) throws CommandException {
    if (!query.set.exists()) {
      if (query.storeArg != 0) {
        call.delete(query.storeArg);
        call.reply().integer(0);
      } else {
        call.reply().array(0);
      }
      return;
    }
    new GeoSearch(call, query).run();
  }

  private void run() throws CommandException {
    query.shape.computeBounds();
    cover.cover(query.shape);
    if (query.storeArg == 0 && !query.isSorted()) {
      int mark = call.reply().mark();
      if (walk(Step.REPLY, TURN_MEMBERS)) {
        call.reply().insertArray(mark, found);
      } else {
        call.reply().rollback(mark);
        defer();
      }
      return;
    }
    SortedSetResult ofTurn = result;
    try {
      beginResult();
      if (!walk(Step.COLLECT, TURN_MEMBERS)) {
        ofTurn.clear();
        defer();
      } else if (query.storeArg == 0) {
        replySorted();
      } else {
        SortedSetResult wanted = wanted();
        call.reply().integer(SortedSetAlgebra.storeResult(call, query.storeArg, wanted, event()));
        wanted.clear();
      }
    } finally {
      ofTurn.clear();
    }
  }

  /** Which event it is that points are stored: GEOSEARCHSTORE names the target first. */
  KeyEvent event() {
    return query.storeArg == 1 ? KeyEvent.GEOSEARCHSTORE : KeyEvent.GEORADIUSSTORE;
  }

  private void beginResult() throws CommandException {
    int home = query.storeArg == 0 ? query.keyArg : query.storeArg;
    if (!result.begin(call.shard(home))) {
      throw new CommandException(ErrorReply.OUT_OF_MEMORY);
    }
  }

  /** Begins anew, as a job. */
  private void defer() throws CommandException {
    found = 0;
    range = 0;
    rank = -1;
    result = new SortedSetResult(call.keyspace());
    beginResult();
    call.defer(new LongGeoSearch(call, query, this, result));
  }

  /** Collects more points, after {@link #defer}; whether these were the last. */
  boolean collect(long looks) throws CommandException {
    return walk(Step.COLLECT, looks);
  }

  /** What is done with a point. */
  private enum Step {
    REPLY,
    COLLECT
  }

  /**
   * Goes through the members once, from range to range.
   *
   * @param looks after so many members the walk stops, to go on later
   * @return whether that was all
   */
  private boolean walk(Step step, long looks) throws CommandException {
    long most = query.isAny ? query.count : Long.MAX_VALUE;
    boolean needsDistance = step == Step.COLLECT || query.withDistance;
    boolean more = rank < 0 ? set.seekScore(cover.start(0), false) : set.seekRank(rank);
    for (long left = looks; more && found < most; left--) {
      if (left == 0) {
        rank = set.rank();
        return false;
      }
      double score = set.score();
      while (score >= cover.end(range)) {
        if (++range == cover.count()) {
          return true;
        }
      }
      if (score < cover.start(range)) {
        more = set.seekScoreAhead(cover.start(range));
        continue;
      }
      long hash = GeoHash.ofScore(score);
      double longitude = GeoHash.longitude(hash);
      double latitude = GeoHash.latitude(hash);
      double distance = needsDistance ? query.shape.distance(longitude, latitude) : 0;
      boolean isInside =
          needsDistance
              ? query.shape.contains(longitude, latitude, distance)
              : query.shape.contains(longitude, latitude);
      if (isInside) {
        found++;
        take(step, score, distance);
      }
      more = set.next();
    }
    return true;
  }

  private void take(Step step, double score, double distance) throws CommandException {
    switch (step) {
      case REPLY -> {
        beginPoint(call.reply());
        SortedSetReads.member(call.reply(), set);
        facts(call.reply(), score, distance);
      }
      case COLLECT -> {
        // Descending distances are negative, so that equal ones stay in the order of members.
        double key = !collectsDistances() ? score : query.isDescending ? -distance : distance;
        if (!result.add(set.text(), set.length(), key)) {
          throw new CommandException(ErrorReply.OUT_OF_MEMORY);
        }
      }
    }
  }

  /** The header before a point's member and facts. */
  private void beginPoint(ReplyWriter out) {
    int facts = query.factCount();
    if (facts > 0) {
      out.array(1 + facts);
    }
  }

  /** Replies with what else was asked for of a point. */
  private void facts(ReplyWriter out, double score, double distance) {
    if (query.withDistance) {
      GeoMembers.distance(out, distance / query.metres);
    }
    if (query.withHash) {
      out.integer(GeoHash.integer(score));
    }
    if (query.withPoint) {
      GeoMembers.point(out, GeoHash.ofScore(score));
    }
  }

  private void replySorted() {
    ReplyWriter out = call.reply();
    long count = Math.min(query.count, result.count());
    out.array(count);
    boolean more = result.seekFirst();
    for (long left = count; more && left > 0; left--) {
      replyCollected(out);
      more = result.next();
    }
  }

  /** Replies with the point that is the current one of the result. */
  void replyCollected(ReplyWriter out) {
    beginPoint(out);
    Bytes.copy(result.address(), out.beginBulk(result.length()), result.length());
    out.endBulk();
    if (query.factCount() == 0) {
      return;
    }
    if (collectsDistances()) {
      set.find(result.address(), result.length());
      facts(out, set.score(), Math.abs(result.score()));
    } else {
      long hash = GeoHash.ofScore(result.score());
      double distance =
          query.withDistance
              ? query.shape.distance(GeoHash.longitude(hash), GeoHash.latitude(hash))
              : 0;
      facts(out, result.score(), distance);
    }
  }

  /** Collects what is stored with the scores that it is stored with. */
  private SortedSetResult wanted() throws CommandException {
    if (!collectsDistances()) {
      return result;
    }
    SortedSetResult wanted = call.views().otherSortedSetResult();
    boolean hasRoom = wanted.begin(call.shard(query.storeArg));
    boolean more = result.seekFirst();
    for (long left = query.count; hasRoom && more && left > 0; left--) {
      hasRoom = wanted.add(result.address(), result.length(), storedScore());
      more = result.next();
    }
    if (!hasRoom) {
      wanted.clear();
      throw new CommandException(ErrorReply.OUT_OF_MEMORY);
    }
    return wanted;
  }

  /** The score with which the current point of the result is stored. */
  double storedScore() {
    if (query.storesDistance) {
      return Math.abs(result.score()) / query.metres;
    }
    set.find(result.address(), result.length());
    return set.score();
  }

  /** Whether points are collected by their distances, not by the scores that they have. */
  boolean collectsDistances() {
    return query.isSorted() || query.storesDistance;
  }
}
