package dev.larder.commands;

import dev.larder.command.Call;
import dev.larder.resp.ReplyWriter;
import dev.larder.storage.StreamGroup;
import dev.larder.storage.StreamId;
import dev.larder.storage.StreamPending;
import dev.larder.storage.StreamValue;
import org.jspecify.annotations.Nullable;

/**
 * A list of pending entries that is too long for a turn: they are counted first, as their number
 * comes before them, and then replied, while a lease keeps them as they are.
 */
final class LongPendings extends LeasedReply {
  /** So many entries are looked at between two looks at the clock. */
  static final int ENTRIES_AT_ONCE = 64;

  private final StreamValue stream;
  private final int group;
  private final int consumer;
  private final long minIdle;
  private final long nowMillis;
  private final long most;
  private final StreamId first = new StreamId();
  private final StreamId last = new StreamId();

  /** From which id on the entries are still to be looked at. */
  private final StreamId next = new StreamId();

  /** How many were counted, and not replied. */
  private long left;

  private boolean isCounted;

  /**
   * Of the stream and the group that the view points at, from {@link StreamValue#from} to {@link
   * StreamValue#to}.
   *
   * @param consumer whose entries, 0 for all
   * @param most how many to reply at most
   */
  LongPendings(Call call, StreamValue stream, int consumer, long minIdle, long most) {
    super(call, 1, stream.entry());
    this.stream = stream;
    this.group = stream.groups().group().reference();
    this.consumer = consumer;
    this.minIdle = minIdle;
    this.nowMillis = call.nowMillis();
    this.most = most;
    first.set(stream.from());
    last.set(stream.to());
    next.set(first);
  }

  @Override
  boolean write(ReplyWriter out, int mark, long endNanos) {
    point(stream);
    stream.groups().reselect(group);
    StreamGroup in = stream.groups().group();
    if (!isCounted) {
      isCounted = !walk(null, in, mark, endNanos);
      if (isCounted) {
        out.array(left);
        next.set(first);
      }
      return isCounted && left == 0;
    }
    walk(out, in, mark, endNanos);
    return left == 0;
  }

  /**
   * Counts entries, or replies them.
   *
   * @param out null to count
   * @return whether there are more to look at
   */
  private boolean walk(@Nullable ReplyWriter out, StreamGroup in, int mark, long endNanos) {
    StreamPending pending = in.pending();
    boolean more = StreamPendings.seek(pending, consumer, next);
    for (int looks = 1; more && isWanted(pending); looks++) {
      if (StreamPendings.isIdle(pending, minIdle, nowMillis)) {
        if (out == null) {
          left++;
        } else {
          StreamPendings.reply(out, in, nowMillis);
          left--;
        }
        if (left == (out == null ? most : 0)) {
          return false;
        }
      }
      next.set(pending.millis(), pending.sequence());
      if (!next.increment()) {
        return false;
      }
      if (looks % ENTRIES_AT_ONCE == 0
          && (out == null ? isLate(endNanos) : isEnough(out, mark, endNanos))) {
        return true;
      }
      more = StreamPendings.next(pending, consumer);
    }
    return false;
  }

  private boolean isWanted(StreamPending pending) {
    return last.compareTo(pending.millis(), pending.sequence()) >= 0;
  }
}
