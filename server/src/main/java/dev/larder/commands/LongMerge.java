package dev.larder.commands;

import dev.larder.command.Call;
import dev.larder.command.CommandException;
import dev.larder.command.ErrorReply;
import dev.larder.command.Job;
import dev.larder.metrics.Clock;
import dev.larder.resp.ReplyWriter;
import dev.larder.storage.KeyEvent;
import dev.larder.storage.Shard;
import dev.larder.storage.StagedString;
import org.jspecify.annotations.Nullable;

/**
 * A PFCOUNT or PFMERGE of more keys than a turn has time for: their registers are merged in slices,
 * while leases keep the keys as they are. For other clients a PFMERGE happens in its last step.
 */
final class LongMerge implements Job {
  /** So many keys are merged within a turn: less than a millisecond's work. */
  private static final int TURN_KEYS = 256;

  private static final int KEYS_AT_ONCE = 16;

  /** Behind the registers there is room for either of them. */
  private static final int ROOM_BYTES =
      Math.max(CardinalityEstimate.HISTOGRAM_BYTES, HyperLogLog.MAX_BYTES);

  private final LeasedKeys keys;
  private final int count;
  private final StagedString merged;

  /** What the last key becomes, which the others are merged with; null to reply a number. */
  private final @Nullable HyperLogLogResult result;

  private final @Nullable JobKey target;

  private boolean isDense;

  /** The key that is next. */
  private int next;

  private LongMerge(
      Call call, LeasedKeys keys, StagedString merged, @Nullable HyperLogLogResult result) {
    this.keys = keys;
    this.merged = merged;
    this.result = result;
    count = call.argCount() - 1;
    target = result == null ? null : new JobKey(call, 1);
    MergedRegisters.clear(merged.address());
  }

  /** Whether so many keys are for this. */
  static boolean suits(int keys) {
    return keys > TURN_KEYS;
  }

  /**
   * Leaves a call whose arguments are keys to this.
   *
   * @param result makes of them what argument 1's key becomes; null to reply a number
   * @throws CommandException if a key is no HyperLogLog, or there is no memory to merge them in
   */
  static void defer(Call call, @Nullable HyperLogLogResult result) throws CommandException {
    StagedString merged =
        StagedString.allocate(call.keyspace(), 0, MergedRegisters.BYTES + ROOM_BYTES);
    if (merged == null) {
      throw new CommandException(ErrorReply.OUT_OF_MEMORY);
    }
    LeasedKeys keys = null;
    try {
      keys = result == null ? lease(call, 1, 0) : lease(call, 2, 1);
    } finally {
      if (keys == null) {
        merged.close();
      }
    }
    if (keys != null) {
      call.defer(new LongMerge(call, keys, merged, result));
    }
  }

  private static @Nullable LeasedKeys lease(Call call, int firstKey, int targetArg)
      throws CommandException {
    if (targetArg != 0) {
      require(call.shard(targetArg), call.find(targetArg));
    }
    int count = call.argCount() - firstKey;
    if (count > LeasedKeys.MANY) {
      return LeasedKeys.ofMany(call, firstKey, count, targetArg, LongMerge::require);
    }
    for (int i = firstKey; i < call.argCount(); i++) {
      require(call.shard(i), call.find(i));
    }
    return LeasedKeys.ofRow(call, firstKey, count, targetArg);
  }

  private static void require(Shard shard, long entry) throws CommandException {
    if (entry != 0) {
      HyperLogLog.require(shard, entry);
    }
  }

  @Override
  public boolean step(ReplyWriter out, long budgetNanos) throws CommandException {
    if (!keys.acquire()) {
      return false;
    }
    long endNanos = Clock.nanos() + budgetNanos;
    while (next < count) {
      for (int i = 0; i < KEYS_AT_ONCE && next < count; i++) {
        merge(next++);
      }
      if (next < count && LeasedReply.isLate(endNanos)) {
        return false;
      }
    }
    if (result == null || target == null) {
      out.integer(HyperLogLogReads.cardinality(merged.address()));
    } else if (keys.mayChangeLast()) {
      keys.end();
      store(result, target);
      out.ok();
    } else {
      return false;
    }
    cancel();
    return true;
  }

  private void merge(int index) throws CommandException {
    long entry = keys.entry(index);
    if (entry != 0) {
      isDense |= HyperLogLogWrites.merge(merged.address(), keys.shard(index), entry);
    }
  }

  private void store(HyperLogLogResult how, JobKey key) throws CommandException {
    long entry = key.find();
    long value = merged.address() + MergedRegisters.BYTES;
    int length = how.write(key.shard, entry, merged.address(), isDense, value, ROOM_BYTES);
    long stored = key.store(value, length, HyperLogLogResult.deadline(entry));
    if (stored == 0) {
      throw new CommandException(ErrorReply.OUT_OF_MEMORY);
    }
    key.shard.edited(stored);
    key.event(KeyEvent.PFADD);
  }

  @Override
  public void cancel() {
    keys.end();
    merged.close();
  }
}
