package dev.larder.commands;

import dev.larder.command.Job;
import dev.larder.metrics.Clock;
import dev.larder.resp.ReplyWriter;
import dev.larder.storage.HiddenValue;
import dev.larder.storage.SetValue;
import dev.larder.storage.Unit;

/** Replies the members of a hidden set, behind their number, and throws it away. */
final class HiddenMembers implements Job {
  private final Unit unit;
  private final HiddenValue members;
  private long position;

  HiddenMembers(Unit unit, HiddenValue members) {
    this.unit = unit;
    this.members = members;
  }

  @Override
  public boolean step(ReplyWriter out, long budgetNanos) {
    long endNanos = Clock.nanos() + budgetNanos;
    if (!unit.acquireForStep(members.shard())) {
      return false;
    }
    SetValue set = unit.views().otherSet();
    members.point(set);
    int mark = out.mark();
    do {
      position = set.part(position);
      while (set.next()) {
        SetReads.member(out, set);
      }
    } while (position != 0 && !LeasedReply.isEnough(out, mark, endNanos));
    if (position == 0) {
      members.discard();
    }
    return position == 0;
  }

  @Override
  public void cancel() {
    members.discard();
  }
}
