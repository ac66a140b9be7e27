package dev.larder.commands;

import dev.larder.command.Call;
import dev.larder.command.CommandException;
import dev.larder.command.ErrorReply;
import dev.larder.resp.ReplyWriter;
import dev.larder.storage.Bytes;
import dev.larder.storage.StagedString;
import dev.larder.storage.StreamId;
import dev.larder.storage.StreamValue;

/**
 * An XCLAIM of more ids than a turn has time for. The ids are copied off the heap, and the stream
 * is kept from all others; the entries are claimed first, which tells their number, then replied.
 */
final class LongClaim extends RepliedChange {
  /** So many ids are claimed within a turn. */
  static final int TURN_CLAIMS = 1024;

  private static final int IDS_AT_ONCE = 32;
  private static final int SEQUENCE = 8;
  private static final int ID_BYTES = 16;

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

  private LongClaim(
      Call call, StreamValue stream, StreamClaims.Terms terms, StagedString ids, int count) {
    super(call, 1, stream.entry());
    this.stream = stream;
    this.group = stream.groups().group().reference();
    this.terms = terms;
    this.ids = ids;
    this.count = count;
  }

  /**
   * Of the stream and the group that the view points at.
   *
   * @param firstId the argument that is the first of so many ids
   * @throws CommandException if there is no memory for them
   */
  static LongClaim of(
      Call call, StreamValue stream, StreamClaims.Terms terms, int firstId, int count)
      throws CommandException {
    StagedString ids = StagedString.allocate(call.keyspace(), 0, (long) count * ID_BYTES);
    if (ids == null) {
      throw new CommandException(ErrorReply.OUT_OF_MEMORY);
    }
    // Nothing keeps the stream before there is memory.
    LongClaim claim = new LongClaim(call, stream, terms, ids, count);
    for (int i = 0; i < count; i++) {
      StreamIds.parse(call, firstId + i, claim.id);
      claim.put(i);
    }
    return claim;
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
  boolean change(ReplyWriter out, long endNanos) {
    key.point(stream);
    stream.groups().reselect(group);
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
    return next == claimed;
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
  public void cancel() {
    super.cancel();
    ids.close();
  }
}
