package dev.larder.commands;

import dev.larder.command.Call;
import dev.larder.command.CommandException;
import dev.larder.command.ErrorReply;
import dev.larder.command.Job;
import dev.larder.metrics.Clock;
import dev.larder.resp.ReplyWriter;
import dev.larder.storage.Bytes;
import dev.larder.storage.StagedString;
import dev.larder.storage.StreamId;
import dev.larder.storage.StreamValue;

/**
 * An XCLAIM of more ids than a turn has time for. The ids are copied off the heap, and the stream
 * is kept from all others; the entries are claimed first, which tells their number, then replied.
 * It is done to its end although the client goes away.
 */
final class LongClaim implements Job {
  /** So many ids are claimed within a turn. */
  static final int TURN_CLAIMS = 1024;

  private static final int IDS_AT_ONCE = 32;
  private static final int SEQUENCE = 8;
  private static final int ID_BYTES = 16;

  private final LeasedKey key;
  private final StreamValue stream;
  private final int group;
  private final StreamClaims.Terms terms;
  private final StagedString ids;
  private final int count;
  private final StreamId id = new StreamId();

  /** The id that is next. */
  private int next;

  /** How many were claimed; their ids are moved to the front. */
  private int claimed;

  private boolean isClaimed;

  /**
   * Of the stream and the group that the view points at.
   *
   * @param firstId the argument that is the first of so many ids
   * @throws CommandException if there is no memory for them
   */
  LongClaim(Call call, StreamValue stream, StreamClaims.Terms terms, int firstId, int count)
      throws CommandException {
    StagedString copied = StagedString.allocate(call.keyspace(), 0, (long) count * ID_BYTES);
    if (copied == null) {
      throw new CommandException(ErrorReply.OUT_OF_MEMORY);
    }
    this.ids = copied;
    this.count = count;
    this.stream = stream;
    this.group = stream.groups().group().reference();
    this.terms = terms;
    for (int i = 0; i < count; i++) {
      StreamIds.parse(call, firstId + i, id);
      put(i);
    }
    this.key = new LeasedKey(call, 1, stream.entry(), true);
  }

  private void put(int index) {
    long at = ids.address() + (long) index * ID_BYTES;
    Bytes.putLong(at, id.millis());
    Bytes.putLong(at + SEQUENCE, id.sequence());
  }

  private void take(int index) {
    long at = ids.address() + (long) index * ID_BYTES;
    id.set(Bytes.getLong(at), Bytes.getLong(at + SEQUENCE));
  }

  @Override
  public boolean step(ReplyWriter out, long budgetNanos) {
    if (!key.acquire()) {
      return false;
    }
    key.point(stream);
    stream.groups().reselect(group);
    long endNanos = Clock.nanos() + budgetNanos;
    if (!isClaimed) {
      claim(out, endNanos);
      return false;
    }
    int mark = out.mark();
    while (next < claimed && !(next % IDS_AT_ONCE == 0 && enough(out, mark, endNanos))) {
      take(next++);
      stream.cursor().find(id.millis(), id.sequence());
      terms.reply(out, stream.cursor());
    }
    if (next < claimed) {
      return false;
    }
    cancel();
    return true;
  }

  private boolean enough(ReplyWriter out, int mark, long endNanos) {
    return out.mark() > mark && LeasedReply.isEnough(out, mark, endNanos);
  }

  /** Claims entries; behind the last one the reply begins. */
  private void claim(ReplyWriter out, long endNanos) {
    int claimedBefore = claimed;
    do {
      for (int i = 0; i < IDS_AT_ONCE && next < count; i++) {
        take(next++);
        if (terms.claim(stream, id)) {
          put(claimed++);
        }
      }
    } while (next < count && !LeasedReply.isLate(endNanos));
    if (claimed > claimedBefore) {
      terms.activate(stream);
    }
    if (next == count) {
      isClaimed = true;
      next = 0;
      out.array(claimed);
    }
  }

  @Override
  public boolean isUrgent() {
    return key.isWanted();
  }

  @Override
  public boolean outlivesClient() {
    return true;
  }

  @Override
  public void cancel() {
    key.end();
    ids.close();
  }
}
