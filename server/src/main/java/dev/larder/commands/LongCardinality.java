package dev.larder.commands;

import dev.larder.command.Call;
import dev.larder.command.CommandException;
import dev.larder.command.ErrorReply;
import dev.larder.command.Job;
import dev.larder.metrics.Clock;
import dev.larder.resp.ReplyWriter;
import dev.larder.storage.Lease;
import dev.larder.storage.StagedString;

/**
 * A PFCOUNT of more keys than a turn has time for: their registers are merged in slices, while
 * leases keep the keys as they are.
 */
final class LongCardinality implements Job {
  /** So many keys are merged within a turn: less than a millisecond's work. */
  private static final int TURN_KEYS = 256;

  /** With more keys the leases would take too much of the heap: all is done at once. */
  private static final int MAX_KEYS = 16_384;

  private static final int KEYS_AT_ONCE = 16;

  private final LeasedKeys keys;
  private final int count;
  private final StagedString merged;

  /** The key that is next. */
  private int next;

  /**
   * Of a call whose arguments are keys of HyperLogLogs, or missing.
   *
   * @throws CommandException if there is no memory to merge them in
   */
  LongCardinality(Call call) throws CommandException {
    StagedString staged =
        StagedString.allocate(
            call.keyspace(), 0, MergedRegisters.BYTES + CardinalityEstimate.HISTOGRAM_BYTES);
    if (staged == null) {
      throw new CommandException(ErrorReply.OUT_OF_MEMORY);
    }
    merged = staged;
    MergedRegisters.clear(merged.address());
    count = call.argCount() - 1;
    int[] keyArgs = new int[count];
    for (int i = 0; i < count; i++) {
      keyArgs[i] = 1 + i;
    }
    keys = new LeasedKeys(call, keyArgs);
  }

  /** Whether so many keys are for this. */
  static boolean suits(int keys) {
    return keys > TURN_KEYS && keys <= MAX_KEYS;
  }

  @Override
  public boolean step(ReplyWriter out, long budgetNanos) throws CommandException {
    if (!keys.acquire()) {
      return false;
    }
    long endNanos = Clock.nanos() + budgetNanos;
    do {
      for (int i = 0; i < KEYS_AT_ONCE && next < count; i++) {
        merge(keys.get(next++));
      }
    } while (next < count && !LeasedReply.isLate(endNanos));
    if (next < count) {
      return false;
    }
    out.integer(HyperLogLogReads.cardinality(merged.address()));
    cancel();
    return true;
  }

  private void merge(Lease key) throws CommandException {
    if (key.entry() != 0) {
      HyperLogLogWrites.merge(merged.address(), key.shard(), key.entry());
    }
  }

  @Override
  public void cancel() {
    keys.end();
    merged.close();
  }
}
