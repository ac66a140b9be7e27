package dev.larder.commands;

import dev.larder.command.Call;
import dev.larder.command.CommandException;
import dev.larder.command.ErrorReply;
import dev.larder.resp.ReplyWriter;
import dev.larder.storage.Bytes;
import dev.larder.storage.Removal;
import dev.larder.storage.SortedSetResult;
import dev.larder.storage.SortedSetValue;

/**
 * One search for the points of an area. What is to be sorted, counted or stored is collected by its
 * distance in a result outside of the heap; other points are replied as they are found.
 */
final class GeoSearch {
  private final Call call;
  private final GeoQuery query;
  private final SortedSetValue set;
  private final SortedSetResult result;
  private final GeoCover cover = new GeoCover();
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
        call.remove(query.storeArg, Removal.DELETED);
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
      walk(Step.REPLY);
      call.reply().insertArray(mark, found);
      return;
    }
    try {
      int home = query.storeArg == 0 ? query.keyArg : query.storeArg;
      if (!result.begin(call.shard(home))) {
        throw new CommandException(ErrorReply.OUT_OF_MEMORY);
      }
      walk(Step.COLLECT);
      if (query.storeArg == 0) {
        replySorted();
      } else {
        SortedSetResult wanted = wanted();
        call.reply().integer(SortedSetAlgebra.storeResult(call, query.storeArg, wanted));
        wanted.clear();
      }
    } finally {
      result.clear();
    }
  }

  /** What is done with a point. */
  private enum Step {
    REPLY,
    COLLECT
  }

  /** Goes through the members once, from range to range. */
  private void walk(Step step) throws CommandException {
    long most = query.isAny ? query.count : Long.MAX_VALUE;
    boolean needsDistance = step == Step.COLLECT || query.withDistance;
    int range = 0;
    boolean more = set.seekScore(cover.start(0), false);
    while (more && found < most) {
      double score = set.score();
      while (score >= cover.end(range)) {
        if (++range == cover.count()) {
          return;
        }
      }
      if (score < cover.start(range)) {
        more = set.seekScoreAhead(cover.start(range));
        continue;
      }
      long hash = (long) score;
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
  }

  private void take(Step step, double score, double distance) throws CommandException {
    switch (step) {
      case REPLY -> {
        begin();
        SortedSetReads.member(call.reply(), set);
        facts(score, distance);
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
  private void begin() {
    int facts = query.factCount();
    if (facts > 0) {
      call.reply().array(1 + facts);
    }
  }

  /** Replies with what else was asked for of a point. */
  private void facts(double score, double distance) {
    ReplyWriter out = call.reply();
    if (query.withDistance) {
      GeoMembers.distance(out, distance / query.metres);
    }
    if (query.withHash) {
      out.integer((long) score);
    }
    if (query.withPoint) {
      GeoMembers.point(out, (long) score);
    }
  }

  private void replySorted() {
    ReplyWriter out = call.reply();
    long count = Math.min(query.count, result.count());
    out.array(count);
    boolean more = result.seekFirst();
    for (long left = count; more && left > 0; left--) {
      begin();
      Bytes.copy(result.address(), out.beginBulk(result.length()), result.length());
      out.endBulk();
      if (query.factCount() > 0) {
        set.find(result.address(), result.length());
        facts(set.score(), Math.abs(result.score()));
      }
      more = result.next();
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
      double score = Math.abs(result.score()) / query.metres;
      if (!query.storesDistance) {
        set.find(result.address(), result.length());
        score = set.score();
      }
      hasRoom = wanted.add(result.address(), result.length(), score);
      more = result.next();
    }
    if (!hasRoom) {
      wanted.clear();
      throw new CommandException(ErrorReply.OUT_OF_MEMORY);
    }
    return wanted;
  }

  private boolean collectsDistances() {
    return query.storeArg == 0 || query.isSorted() || query.storesDistance;
  }
}
