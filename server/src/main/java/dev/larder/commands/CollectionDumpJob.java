package dev.larder.commands;

import dev.larder.command.Call;
import dev.larder.command.CommandException;
import dev.larder.command.ErrorReply;
import dev.larder.command.Job;
import dev.larder.metrics.Clock;
import dev.larder.resp.ReplyWriter;
import dev.larder.storage.Progress;
import dev.larder.storage.StagedDump;
import org.jspecify.annotations.Nullable;

/**
 * DUMP of a long collection: the payload is written in slices while a lease keeps the collection as
 * it is, then replied by a {@link DumpJob}, however slowly the peer reads.
 */
final class CollectionDumpJob implements Job {
  /** Between two looks at the clock: about 20 microseconds, 100 if much is compressed. */
  private static final int PIECES = 128;

  private final LeasedKey key;
  private final StagedDump dump;

  /** What replies the payload, when that is complete. */
  private @Nullable DumpJob reply;

  /** The job of a call whose only key has this entry. */
  CollectionDumpJob(Call call, long entry) {
    dump = StagedDump.of(call.unit(), call.shard(1), entry);
    key = new LeasedKey(call, 1, entry, false);
  }

  @Override
  public boolean step(ReplyWriter out, long budgetNanos) throws CommandException {
    if (reply != null) {
      return reply.step(out, budgetNanos);
    }
    long end = Clock.nanos() + budgetNanos;
    if (!key.acquire()) {
      return false;
    }
    Progress progress = Progress.MORE;
    while (progress == Progress.MORE && Clock.nanos() - end < 0) {
      progress = dump.step(PIECES);
    }
    if (progress == Progress.MEMORY_EXHAUSTED) {
      throw new CommandException(ErrorReply.OUT_OF_MEMORY);
    }
    if (progress == Progress.DONE) {
      key.end();
      reply = new DumpJob(dump.payload());
    }
    return false;
  }

  @Override
  public void cancel() {
    key.end();
    if (reply != null) {
      reply.cancel();
    } else {
      dump.close();
    }
  }
}
