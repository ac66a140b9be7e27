package dev.larder.commands;

import dev.larder.command.Call;
import dev.larder.command.Job;
import dev.larder.resp.ReplyWriter;
import dev.larder.storage.Keyspace;
import dev.larder.storage.Unit;

/**
 * A job that keeps everybody else from all keys until it is done, while the event loop goes on. Its
 * unit is its own, not the loop's, so that it can own the shards from step to step; entries stay
 * where they are meanwhile.
 */
abstract class ExclusiveJob implements Job {
  final Keyspace keyspace;
  final Unit unit;
  private final boolean isInTransaction;
  private boolean isOwner;

  /** A job of a call; in a transaction, its unit owns every shard already, and keeps them. */
  ExclusiveJob(Call call) {
    this.keyspace = call.keyspace();
    this.isInTransaction = !call.mayBlock();
    if (isInTransaction) {
      this.unit = call.unit();
    } else {
      this.unit = keyspace.newUnit();
      unit.begin(call.nowMillis());
    }
  }

  @Override
  public final boolean step(ReplyWriter out, long budgetNanos) {
    isOwner = isOwner || isInTransaction || acquireAll();
    if (isOwner && work(out, budgetNanos)) {
      cancel();
      return true;
    }
    return false;
  }

  /**
   * A part of the work, owning every shard.
   *
   * @return true when it is done, and the reply complete
   */
  abstract boolean work(ReplyWriter out, long budgetNanos);

  private boolean acquireAll() {
    for (int i = 0; i < keyspace.shardCount(); i++) {
      if (!unit.acquire(keyspace.shard(i))) {
        unit.releaseAll();
        return false;
      }
    }
    return true;
  }

  @Override
  public final void cancel() {
    if (!isInTransaction) {
      unit.releaseAll();
    }
    isOwner = false;
  }
}
