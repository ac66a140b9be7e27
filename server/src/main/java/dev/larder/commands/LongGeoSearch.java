package dev.larder.commands;

import dev.larder.command.Call;
import dev.larder.command.CommandException;
import dev.larder.command.ErrorReply;
import dev.larder.command.Job;
import dev.larder.metrics.Clock;
import dev.larder.resp.ReplyWriter;
import dev.larder.storage.Shard;
import dev.larder.storage.SortedSetResult;
import dev.larder.storage.SortedSetValue;
import org.jspecify.annotations.Nullable;

/**
 * A search for points that looks at more members than a turn has time for: they are collected, then
 * replied while the set is still leased, or stored in one step.
 */
final class LongGeoSearch implements Job {
  private static final long LOOKS_AT_ONCE = 64;

  private final GeoQuery query;
  private final GeoSearch search;
  private final SortedSetValue set;
  private final SortedSetResult found;

  /** What is stored, if that has other scores than what is found. */
  private final SortedSetResult stored;

  /** The key of a search that replies. */
  private final @Nullable LeasedKey key;

  /** The keys of a search that stores, and what it stores in. */
  private final @Nullable LeasedKeys keys;

  private final @Nullable TargetKey target;
  private final Shard home;
  private boolean isFound;
  private boolean hasMore;

  /** How many points are still to be replied, or to be given their scores. */
  private long left;

  LongGeoSearch(Call call, GeoQuery query, GeoSearch search, SortedSetResult found) {
    this.query = query;
    this.search = search;
    this.set = query.set;
    this.found = found;
    this.stored = new SortedSetResult(call.keyspace());
    boolean isStored = query.storeArg != 0;
    this.home = call.shard(isStored ? query.storeArg : query.keyArg);
    this.key = isStored ? null : new LeasedKey(call, query.keyArg, set.entry(), false);
    this.keys = isStored ? new LeasedKeys(call, query.keyArg, query.storeArg) : null;
    this.target = isStored ? new TargetKey(call, query.storeArg, search.event()) : null;
  }

  @Override
  public boolean step(ReplyWriter out, long budgetNanos) throws CommandException {
    if (key != null ? !key.acquire() : !keys().acquire()) {
      return false;
    }
    if (key != null) {
      key.point(set);
    } else {
      keys().point(set, 0);
    }
    long endNanos = Clock.nanos() + budgetNanos;
    if (!isFound && !find(out, endNanos)) {
      return false;
    }
    boolean isDone = target == null ? reply(out, endNanos) : store(out, target, endNanos);
    if (isDone) {
      cancel();
    }
    return isDone;
  }

  private LeasedKeys keys() {
    if (keys == null) {
      throw new IllegalStateException("a search that replies has one key");
    }
    return keys;
  }

  /** Collects points; behind the last one the reply begins. */
  private boolean find(ReplyWriter out, long endNanos) throws CommandException {
    while (!isFound && !LeasedReply.isLate(endNanos)) {
      isFound = search.collect(LOOKS_AT_ONCE);
    }
    if (!isFound) {
      return false;
    }
    left = Math.min(query.count, found.count());
    hasMore = found.seekFirst();
    if (target == null) {
      out.array(left);
    } else if (search.collectsDistances() && !stored.begin(home)) {
      throw new CommandException(ErrorReply.OUT_OF_MEMORY);
    }
    return true;
  }

  private boolean reply(ReplyWriter out, long endNanos) {
    int mark = out.mark();
    for (; hasMore && left > 0 && !LeasedReply.isEnough(out, mark, endNanos); left--) {
      search.replyCollected(out);
      hasMore = found.next();
    }
    return !hasMore || left == 0;
  }

  /** Gives points the scores that they are stored with, then stores them. */
  private boolean store(ReplyWriter out, TargetKey into, long endNanos) throws CommandException {
    SortedSetResult result = search.collectsDistances() ? stored : found;
    for (; result == stored && hasMore && left > 0; left--) {
      if (LeasedReply.isLate(endNanos)) {
        return false;
      }
      if (!stored.add(found.address(), found.length(), search.storedScore())) {
        throw new CommandException(ErrorReply.OUT_OF_MEMORY);
      }
      hasMore = found.next();
    }
    if (!keys().mayChangeLast()) {
      return false;
    }
    keys().end();
    long count = result.count();
    into.store(result);
    out.integer(count);
    return true;
  }

  @Override
  public boolean isUrgent() {
    return key != null && key.isWanted();
  }

  @Override
  public boolean outlivesClient() {
    return target != null;
  }

  @Override
  public void cancel() {
    if (key != null) {
      key.end();
    } else {
      keys().end();
    }
    found.discard();
    stored.discard();
  }
}
