package dev.larder.commands;

import dev.larder.command.CommandException;
import dev.larder.command.ErrorReply;
import dev.larder.resp.ReplyWriter;
import dev.larder.storage.StreamCursor;
import dev.larder.storage.StreamId;
import dev.larder.storage.StreamPending;
import dev.larder.storage.StreamValue;

/**
 * The entries that an XREADGROUP claims before it delivers new ones, from the oldest delivery on:
 * in slices, of a stream that does not change meanwhile. They are counted first, as their number
 * precedes them in the reply.
 */
final class IdleClaims {
  private static final int ENTRIES_AT_ONCE = 64;

  private final long minIdle;
  private final long nowMillis;

  /** Where bringing entries in the order of their deliveries goes on, and then counting them. */
  private final StreamId next = new StreamId();

  private long nextMillis;
  private boolean isBegun;
  private boolean isCounted;

  /** Idle entries that were counted, those whose entry is gone as well; and the others of them. */
  private long looks;

  private long claims;

  IdleClaims(long minIdle, long nowMillis) {
    this.minIdle = minIdle;
    this.nowMillis = nowMillis;
  }

  /** How many were counted and not replied. */
  long claims() {
    return claims;
  }

  /** Whether a turn has no time for claiming so many entries of the stream and its group. */
  static boolean isLong(StreamValue stream, long most, long minIdle, long nowMillis) {
    StreamPending pending = stream.groups().group().pending();
    if (pending.count() <= LongGroupRead.TURN_ENTRIES) {
      return false;
    }
    if (!pending.isInTime()) {
      return true;
    }
    long looks = 0;
    long claims = 0;
    boolean more = pending.oldest();
    while (more && claims < most && isIdle(pending, minIdle, nowMillis)) {
      if (++looks > LongGroupRead.TURN_ENTRIES) {
        return true;
      }
      claims += stream.cursor().find(pending.millis(), pending.sequence()) ? 1 : 0;
      more = pending.nextInTime();
    }
    return false;
  }

  static boolean isIdle(StreamPending pending, long minIdle, long nowMillis) {
    return Math.max(0, nowMillis - pending.deliveryMillis()) >= minIdle;
  }

  /**
   * Counts entries of the group that the view points at, no more than so many. Those that were
   * delivered in this very millisecond stay: there what is claimed could not be told from them.
   *
   * @return whether all were counted
   * @throws CommandException if there is no memory to bring them in order
   */
  boolean count(StreamValue stream, long most, long endNanos) throws CommandException {
    if (isCounted) {
      return true;
    }
    StreamPending pending = stream.groups().group().pending();
    while (!pending.isInTime()) {
      if (!stream.hasRoom(ENTRIES_AT_ONCE * StreamPending.TIMED_BYTES)) {
        pending.forgetTimes();
        throw new CommandException(ErrorReply.OUT_OF_MEMORY);
      }
      pending.bringInTime(next, ENTRIES_AT_ONCE);
      if (LeasedReply.isLate(endNanos)) {
        return false;
      }
    }
    boolean more =
        isBegun ? pending.seekInTime(nextMillis, next.millis(), next.sequence()) : pending.oldest();
    isBegun = true;
    StreamCursor cursor = stream.cursor();
    for (int i = 1; more && claims < most && isOld(pending); i++) {
      if (i % ENTRIES_AT_ONCE == 0 && LeasedReply.isLate(endNanos)) {
        nextMillis = pending.deliveryMillis();
        next.set(pending.millis(), pending.sequence());
        return false;
      }
      looks++;
      claims += cursor.find(pending.millis(), pending.sequence()) ? 1 : 0;
      more = pending.nextInTime();
    }
    isCounted = true;
    return true;
  }

  private boolean isOld(StreamPending pending) {
    return pending.deliveryMillis() < nowMillis && isIdle(pending, minIdle, nowMillis);
  }

  /** Claims entries that were counted, and replies them; whether these were the last. */
  boolean claim(ReplyWriter out, StreamValue stream, int consumer, int mark, long endNanos) {
    boolean hasClaimed = false;
    while (looks > 0 && !LeasedReply.isEnough(out, mark, endNanos)) {
      for (long some = Math.min(looks, ENTRIES_AT_ONCE); some > 0; some--) {
        stream.groups().group().pending().oldest();
        boolean isClaimed = claim(out, stream, consumer, nowMillis);
        claims -= isClaimed ? 1 : 0;
        hasClaimed |= isClaimed;
        looks--;
      }
    }
    if (hasClaimed) {
      stream.groups().group().active(consumer, nowMillis);
    }
    return looks == 0;
  }

  /**
   * Claims the entry at the group's cursor, which becomes the youngest, and replies it.
   *
   * @return false if it was gone: it is no longer pending
   */
  static boolean claim(ReplyWriter out, StreamValue stream, int consumer, long nowMillis) {
    StreamPending pending = stream.groups().group().pending();
    if (!stream.cursor().find(pending.millis(), pending.sequence())) {
      pending.remove();
      return false;
    }
    long deliveries = pending.deliveryCount();
    long idle = Math.max(0, nowMillis - pending.deliveryMillis());
    StreamReplies.entry(out, stream.cursor(), idle, deliveries);
    pending.assign(consumer, nowMillis, StreamConsumers.oneMore(deliveries));
    return true;
  }
}
