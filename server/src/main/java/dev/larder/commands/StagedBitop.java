package dev.larder.commands;

import dev.larder.command.Call;
import dev.larder.command.CommandException;
import dev.larder.command.ErrorReply;
import dev.larder.command.Job;
import dev.larder.metrics.Clock;
import dev.larder.resp.ReplyWriter;
import dev.larder.storage.Bytes;
import dev.larder.storage.Entry;
import dev.larder.storage.KeyEvent;
import dev.larder.storage.PinnedString;
import dev.larder.storage.Shard;
import dev.larder.storage.StagedString;
import org.jspecify.annotations.Nullable;

/*
 * Problem. BITOP over half a gigabyte takes a tenth of a second a source, and its sources and
 * result belong to one moment.
 *
 * Idea. The sources are pinned while all shards are held: from then on nobody can change what is
 * read. The result is computed into chunks in slices, and becomes the target's value in one short
 * step. So the command is as if it had happened when it began, except that what others read of the
 * target until the end is the value before.
 */

/** A long BITOP. */
final class StagedBitop implements Job {

  /** A divisor of the chunk size: within it each source is one run. */
  private static final int WINDOW_BYTES = 64 * 1024;

  private final BitOperation operation;
  private final JobKey target;
  private final Source[] sources;
  private final long longest;
  private final StagedString result;

  /** A window for bits that are set again, then copies of short sources. */
  private final @Nullable StagedString beside;

  private long done;

  /** A source: pinned, or a copy at an address. */
  private record Source(@Nullable PinnedString pinned, long address, long length) {
    long addressAt(long offset) {
      return pinned == null ? address + offset : pinned.runAddress(offset);
    }
  }

  private StagedBitop(
      BitOperation operation,
      JobKey target,
      int sourceCount,
      long longest,
      StagedString result,
      @Nullable StagedString beside) {
    this.operation = operation;
    this.target = target;
    this.sources = new Source[sourceCount];
    this.longest = longest;
    this.result = result;
    this.beside = beside;
  }

  /**
   * The job of a call, which owns the shards of all its keys.
   *
   * @param longest the length of the longest source, 1 or more
   * @return null when memory is exhausted
   */
  static @Nullable StagedBitop of(Call call, BitOperation operation, int targetArg, long longest) {
    StagedString result = StagedString.allocate(call.keyspace(), 0, longest);
    if (result == null) {
      return null;
    }
    long copied = operation.needsAgain() ? WINDOW_BYTES : 0;
    for (int i = BitopCommand.FIRST_SOURCE; i < call.argCount(); i++) {
      copied += copiedBytes(call.shard(i), call.findUncounted(i));
    }
    StagedString beside = copied == 0 ? null : StagedString.allocate(call.keyspace(), 0, copied);
    if (copied > 0 && beside == null) {
      result.close();
      return null;
    }
    int count = call.argCount() - BitopCommand.FIRST_SOURCE;
    StagedBitop job =
        new StagedBitop(operation, new JobKey(call, targetArg), count, longest, result, beside);
    job.takeSources(call);
    return job;
  }

  /** How much of a source has to be copied, as it cannot be pinned. */
  private static long copiedBytes(Shard shard, long entry) {
    return entry == 0 || Entry.isLarge(entry) ? 0 : shard.stringLength(entry);
  }

  private void takeSources(Call call) {
    long at = again() + (operation.needsAgain() ? WINDOW_BYTES : 0);
    for (int i = 0; i < sources.length; i++) {
      Shard shard = call.shard(BitopCommand.FIRST_SOURCE + i);
      long entry = call.findUncounted(BitopCommand.FIRST_SOURCE + i);
      long length = StringEdits.length(shard, entry);
      if (length > 0 && Entry.isLarge(entry)) {
        sources[i] = new Source(PinnedString.of(call.keyspace(), entry, 0, length), 0, length);
      } else {
        if (length > 0) {
          Bytes.copy(shard.runAddress(entry, 0), at, length);
        }
        sources[i] = new Source(null, at, length);
        at += length;
      }
    }
  }

  private long again() {
    return beside == null ? 0 : beside.address();
  }

  @Override
  public boolean step(ReplyWriter out, long budgetNanos) throws CommandException {
    long end = Clock.nanos() + budgetNanos;
    while (done < longest) {
      long window = Math.min(WINDOW_BYTES, longest - done);
      compute(done, window);
      done += window;
      if (done < longest && Clock.nanos() >= end) {
        return false;
      }
    }
    if (!target.acquire()) {
      return false;
    }
    long entry = target.overwrite(result.address(), longest, -1);
    cancel();
    if (entry == 0) {
      throw new CommandException(ErrorReply.OUT_OF_MEMORY);
    }
    target.shard.edited(entry);
    target.event(KeyEvent.SET);
    out.integer(longest);
    return true;
  }

  private void compute(long from, long window) {
    long to = result.address() + from;
    for (int n = 0; n < sources.length; n++) {
      Source source = sources[operation.order(n, sources.length)];
      long there = Math.clamp(source.length() - from, 0, window);
      long address = there == 0 ? 0 : source.addressAt(from);
      operation.add(n, sources.length, to, again(), address, there, window);
    }
    operation.end(to, again(), window);
  }

  @Override
  public void cancel() {
    for (Source source : sources) {
      PinnedString pinned = source.pinned();
      if (pinned != null) {
        pinned.close();
      }
    }
    if (beside != null) {
      beside.close();
    }
    result.close();
  }
}
