package dev.larder.commands;

import dev.larder.command.Call;
import dev.larder.command.Job;
import dev.larder.resp.ReplyWriter;
import dev.larder.storage.Keyspace;
import dev.larder.storage.Unit;

/**
 * Replies OK when the memory of flushed databases is free again, and helps to free it. Their keys
 * are gone already, and other clients go on meanwhile.
 */
final class FlushWait implements Job {
  private final Keyspace keyspace;
  private final Unit unit;

  FlushWait(Call call) {
    this.keyspace = call.keyspace();
    this.unit = call.unit();
  }

  @Override
  public boolean step(ReplyWriter out, long budgetNanos) {
    // Inside a larger unit of work, which owns shards, memory is free when it has ended.
    if (unit.isIdle() && !keyspace.reclaimFlushed(unit, unit.nowMillis(), budgetNanos)) {
      return false;
    }
    out.ok();
    return true;
  }
}
