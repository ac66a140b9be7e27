package dev.larder.commands;

import dev.larder.command.Call;
import dev.larder.command.CommandException;
import dev.larder.command.ErrorReply;
import dev.larder.command.Job;
import dev.larder.metrics.Clock;
import dev.larder.resp.ReplyWriter;
import dev.larder.storage.Eviction;
import dev.larder.storage.KeyEvent;
import dev.larder.storage.Overwriting;
import dev.larder.storage.Progress;
import dev.larder.storage.Removal;
import dev.larder.storage.Restore;
import dev.larder.storage.Restore.Finding;
import dev.larder.storage.Shard;
import dev.larder.storage.ToldUse;
import dev.larder.storage.Unit;

/**
 * RESTORE of a long payload: checked in slices while no shard is held, then built in slices where
 * nobody sees it, then made the key's value. For the other clients the command happens then, so
 * whether the key is free is asked once more. The arguments belong to the suspended batch and stay
 * in place.
 */
final class RestoreJob implements Job {
  /** Between two looks at the clock: about 50 microseconds. */
  private static final int SLICE_BYTES = 8 * 1024;

  private enum Phase {
    CHECKING,
    BUILDING,
    INSTALLING
  }

  private final Unit unit;
  private final Shard shard;
  private final int database;
  private final long hash;
  private final long key;
  private final int keyLength;
  private final boolean replaces;
  private final long deadline;
  private final long use;
  private final Eviction eviction;
  private final Restore restore;
  private Phase phase = Phase.CHECKING;

  /**
   * @param use {@link ToldUse}
   */
  RestoreJob(Call call, boolean replaces, long deadline, long use) {
    this.unit = call.unit();
    this.shard = call.shard(1);
    this.database = call.db();
    this.hash = call.hash(1);
    this.key = call.argAddress(1);
    this.keyLength = call.argLength(1);
    this.replaces = replaces;
    this.deadline = deadline;
    this.use = use;
    this.eviction = call.keyspace().eviction();
    this.restore = new Restore(call.keyspace());
    restore.begin(call.argAddress(3), call.argLength(3));
  }

  @Override
  public boolean step(ReplyWriter out, long budgetNanos) throws CommandException {
    long end = Clock.nanos() + budgetNanos;
    return switch (phase) {
      case CHECKING -> check(end);
      case BUILDING -> unit.acquire(shard) && build(end);
      case INSTALLING -> unit.acquireToWrite(shard, hash, key, keyLength) && install(out);
    };
  }

  private boolean check(long end) throws CommandException {
    Finding finding = null;
    while (finding == null && Clock.nanos() - end < 0) {
      finding = restore.prepare(SLICE_BYTES);
    }
    if (finding == null) {
      return false;
    }
    ErrorReply problem = DumpCommands.problem(finding);
    if (problem != null) {
      throw new CommandException(problem);
    }
    restore.beginBuild(unit, shard, database, hash, key, keyLength, deadline);
    phase = Phase.BUILDING;
    return false;
  }

  private boolean build(long end) throws CommandException {
    Progress progress = Progress.MORE;
    while (progress == Progress.MORE && Clock.nanos() - end < 0) {
      progress = restore.step(SLICE_BYTES);
    }
    if (progress == Progress.MEMORY_EXHAUSTED) {
      throw new CommandException(ErrorReply.OUT_OF_MEMORY);
    }
    if (progress == Progress.DONE) {
      phase = Phase.INSTALLING;
    }
    return false;
  }

  private boolean install(ReplyWriter out) throws CommandException {
    if (!replaces && shard.find(unit, database, hash, key, keyLength) != 0) {
      throw new CommandException(DumpCommands.BUSY_KEY);
    }
    if (DumpCommands.isPast(deadline, unit.nowMillis())) {
      if (shard.remove(unit, database, hash, key, keyLength, Removal.DELETED)) {
        unit.events().raise(KeyEvent.DEL, database, key, keyLength);
      }
    } else {
      long entry = restore.install();
      if (entry == 0) {
        throw new CommandException(ErrorReply.OUT_OF_MEMORY);
      }
      eviction.tell(entry, use, unit.nowMillis());
      Overwriting.tell(unit, shard, database, entry, KeyEvent.RESTORE);
    }
    cancel();
    out.ok();
    return true;
  }

  /** Gives back the memory that did not become part of the value. */
  @Override
  public void cancel() {
    restore.close();
  }
}
