package dev.larder.commands;

import dev.larder.command.Call;
import dev.larder.command.CommandException;
import dev.larder.command.ErrorReply;
import dev.larder.command.Job;
import dev.larder.metrics.Clock;
import dev.larder.resp.ReplyWriter;
import dev.larder.storage.Entry;
import dev.larder.storage.EntryTransfer;
import dev.larder.storage.KeyEvent;
import dev.larder.storage.Lease;
import dev.larder.storage.Overwriting;
import dev.larder.storage.Progress;
import dev.larder.storage.Shard;
import dev.larder.storage.StagedCopy;
import dev.larder.storage.Unit;
import org.jspecify.annotations.Nullable;

/**
 * COPY of a large collection, or RENAME of one to a key of another shard. The copy is made in
 * slices while leases keep both keys as they are. For the other clients the command happens in the
 * last step: until then they read what both keys held before.
 */
final class TransferJob implements Job {
  /** What is done to the source, and replied. */
  enum Kind {
    COPY,
    RENAME,
    RENAME_IF_FREE
  }

  /** Between two looks at the clock: about 20 microseconds. */
  private static final int PIECES = 128;

  /* Places among the keys. */
  private static final int SOURCE = 0;
  private static final int TARGET = 1;

  private final Kind kind;
  private final Unit unit;
  private final long sourceHash;
  private final LeasedKeys keys;
  private final StagedCopy copy;

  private TransferJob(Kind kind, Call call, LeasedKeys keys, StagedCopy copy) {
    this.kind = kind;
    this.unit = call.unit();
    this.sourceHash = call.hash(1);
    this.keys = keys;
    this.copy = copy;
  }

  /**
   * The job of a call with the source as its first argument, whose entry there is.
   *
   * @param database the target's
   * @return null when memory is exhausted
   */
  static @Nullable TransferJob of(Call call, Kind kind, int database, int targetArg) {
    LeasedKeys keys = LeasedKeys.ofTransfer(call, targetArg, database);
    StagedCopy copy =
        StagedCopy.of(
            call.shard(1),
            keys.get(SOURCE).entry(),
            call.shard(targetArg),
            database,
            call.hash(targetArg),
            call.argAddress(targetArg),
            call.argLength(targetArg));
    if (copy == null) {
      keys.end();
      return null;
    }
    return new TransferJob(kind, call, keys, copy);
  }

  @Override
  public boolean step(ReplyWriter out, long budgetNanos) throws CommandException {
    long end = Clock.nanos() + budgetNanos;
    if (!keys.acquire()) {
      return false;
    }
    Progress progress = Progress.MORE;
    while (progress == Progress.MORE && Clock.nanos() - end < 0) {
      progress = copy.step(PIECES);
    }
    if (progress == Progress.MORE) {
      return false;
    }
    if (progress == Progress.MEMORY_EXHAUSTED) {
      throw new CommandException(ErrorReply.OUT_OF_MEMORY);
    }
    if (!keys.mayChange(TARGET) || kind != Kind.COPY && !keys.mayChange(SOURCE)) {
      return false;
    }
    finish(out);
    cancel();
    return true;
  }

  private void finish(ReplyWriter out) throws CommandException {
    Lease source = keys.get(SOURCE);
    long entry = source.entry();
    long deadline = Entry.expireAt(entry);
    if (deadline != -1 && deadline < unit.nowMillis()) {
      replyMissing(out);
    } else {
      install(source);
      replyDone(out);
    }
  }

  private void install(Lease source) throws CommandException {
    long installed = copy.install(unit);
    if (installed == 0) {
      throw new CommandException(ErrorReply.OUT_OF_MEMORY);
    }
    Shard shard = keys.get(TARGET).shard();
    int database = keys.get(TARGET).database();
    if (kind == Kind.COPY) {
      Overwriting.tell(unit, shard, database, installed, KeyEvent.COPY_TO);
      return;
    }
    long entry = source.entry();
    Overwriting.tellOfNew(unit, shard, database, installed);
    long key = Entry.keyAddress(entry);
    unit.events().raise(KeyEvent.RENAME_FROM, database, key, Entry.keyLength(entry));
    key = Entry.keyAddress(installed);
    unit.events().raise(KeyEvent.RENAME_TO, database, key, Entry.keyLength(installed));
    Overwriting.tell(unit, shard, database, installed);
    EntryTransfer.removeMoved(unit, source.shard(), source.database(), sourceHash, entry);
  }

  /** The source has expired meanwhile. */
  private void replyMissing(ReplyWriter out) throws CommandException {
    if (kind != Kind.COPY) {
      throw new CommandException(ErrorReply.NO_SUCH_KEY);
    }
    out.integer(0);
  }

  private void replyDone(ReplyWriter out) {
    if (kind == Kind.RENAME) {
      out.ok();
    } else {
      out.integer(1);
    }
  }

  @Override
  public boolean outlivesClient() {
    return true;
  }

  @Override
  public void cancel() {
    copy.close();
    keys.end();
  }
}
