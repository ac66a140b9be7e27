package dev.larder.commands;

import dev.larder.command.Call;
import dev.larder.command.CommandException;
import dev.larder.command.Job;
import dev.larder.resp.ReplyWriter;
import dev.larder.storage.Bytes;
import dev.larder.storage.Entry;
import dev.larder.storage.PinnedString;
import org.jspecify.annotations.Nullable;

/*
 * Problem. SET and DELEX with a condition on a long value would keep the shard for as long as
 * comparing or hashing it takes: a tenth of a second for half a gigabyte.
 *
 * Idea. The value is pinned and looked at in pieces, while no shard is held. Then, under the shard,
 * the key still has that value if it consists of the very chunks that are pinned, and the command
 * happens in that step. If it has not, the work starts again with the value of now; after some
 * attempts it is done under the shard, so that a command ends however others interfere.
 */

/** SET or DELEX with a condition on a long value. */
final class StagedCondition implements Job {
  private static final int MAX_ATTEMPTS = 4;

  private final JobKey key;
  private final Change change;
  private final long condition;
  private final long comparand;
  private final long comparandLength;

  private PinnedString pinned;
  private @Nullable PinnedDigest digest;
  private long offset;
  private boolean isDecided;
  private boolean isEqual;
  private int attempts;
  private @Nullable Job reply;

  /** What is done about the key once it is known whether its value meets the condition. */
  interface Change {
    /**
     * Does it, and replies, owning the key's shard.
     *
     * @param entry the key's entry, 0 for none
     * @return what goes on with the reply; null if it is complete
     * @throws CommandException instead of any reply
     */
    @Nullable Job apply(JobKey key, long entry, boolean isMet, ReplyWriter out)
        throws CommandException;
  }

  /**
   * @param entry what argument 1's key has now, which {@link StringConditions#takesLong}
   * @param options with a condition that was checked
   */
  StagedCondition(Call call, long entry, long options, Change change) {
    this.key = new JobKey(call, 1);
    this.change = change;
    this.condition = options & StringOptions.COMPARISONS;
    int position = StringOptions.comparand(options);
    this.comparand = call.argAddress(position);
    this.comparandLength = call.argLength(position);
    this.pinned = pin(entry);
    begin();
  }

  private PinnedString pin(long entry) {
    return PinnedString.of(key.keyspace, entry, 0, key.shard.stringLength(entry));
  }

  private void begin() {
    digest = StringConditions.isOfBytes(condition) ? null : new PinnedDigest(pinned);
    offset = 0;
    isDecided = false;
  }

  @Override
  public boolean step(ReplyWriter out, long budgetNanos) throws CommandException {
    if (reply != null) {
      return reply.step(out, budgetNanos);
    }
    if (!isDecided) {
      decide();
      return false;
    }
    return key.acquire() && finish(out);
  }

  private void decide() {
    PinnedDigest hashed = digest;
    if (hashed != null) {
      isDecided = hashed.step(StringDigests.PIECE_BYTES);
      isEqual = isDecided && StringDigests.isHexOf(hashed.result(), comparand);
      return;
    }
    long length = pinned.length();
    long end = Math.min(length, offset + StringDigests.PIECE_BYTES);
    isEqual = true;
    while (offset < end && isEqual) {
      long run = Math.min(pinned.runLength(offset), end - offset);
      isEqual = Bytes.equals(pinned.runAddress(offset), comparand + offset, run);
      offset += run;
    }
    isDecided = !isEqual || offset == length;
  }

  private boolean finish(ReplyWriter out) throws CommandException {
    long entry = key.find();
    boolean isMet = false;
    if (entry != 0 && Entry.isString(entry)) {
      if (pinned.isWhole(entry)) {
        isMet = isEqual == StringConditions.wantsEqual(condition);
      } else if (attempts < MAX_ATTEMPTS
          && StringConditions.takesLong(key.shard, entry, condition, comparandLength)) {
        attempts++;
        pinned.close();
        pinned = pin(entry);
        begin();
        return false;
      } else {
        isMet =
            StringConditions.isMet(
                key.keyspace, key.shard, entry, condition, comparand, comparandLength);
      }
    }
    pinned.close();
    reply = change.apply(key, entry, isMet, out);
    return reply == null;
  }

  @Override
  public void cancel() {
    pinned.close();
    if (reply != null) {
      reply.cancel();
    }
  }
}
