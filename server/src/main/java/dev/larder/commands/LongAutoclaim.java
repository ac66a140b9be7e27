package dev.larder.commands;

import dev.larder.command.Call;
import dev.larder.command.CommandException;
import dev.larder.command.ErrorReply;
import dev.larder.resp.ReplyWriter;
import dev.larder.storage.StreamId;
import dev.larder.storage.StreamPending;
import dev.larder.storage.StreamValue;

/**
 * An XAUTOCLAIM of more entries than a turn has time for. The stream is kept from all others; in
 * three walks over the same pending entries those to be claimed are counted, claimed, and those
 * whose entry is gone removed.
 */
final class LongAutoclaim extends RepliedChange {
  /** So many entries are claimed, or looked at, within a turn. */
  static final long TURN_CLAIMS = 1024;

  static final long TURN_LOOKS = 8192;

  private static final int ENTRIES_AT_ONCE = 32;

  /** More than a pending entry takes among those of its owner. */
  private static final long OWNED_BYTES = 64;

  /** What comes next. */
  private enum Stage {
    COUNT,
    CLAIM,
    REMOVE
  }

  private final StreamValue stream;
  private final int group;
  private final int consumer;
  private final long minIdle;
  private final boolean justId;
  private final long nowMillis;
  private final StreamId first = new StreamId();

  /** Where the walk goes on, and whether there is anything from there on. */
  private final StreamId next = new StreamId();

  private Stage stage = Stage.COUNT;
  private long left;
  private long looks;

  /** How many are still to be claimed, and to be removed. */
  private long claims;

  private long gone;

  /**
   * Of the stream and the group that the view points at, from {@link StreamValue#from} on.
   *
   * @param count how many to claim or remove at most
   * @param looks how many to look at at most
   */
  LongAutoclaim(
      Call call,
      StreamValue stream,
      int consumer,
      long minIdle,
      long count,
      long looks,
      boolean justId) {
    super(call, 1, stream.entry());
    this.stream = stream;
    this.group = stream.groups().group().reference();
    this.consumer = consumer;
    this.minIdle = minIdle;
    this.justId = justId;
    this.nowMillis = call.wallMillis();
    this.left = count;
    this.looks = looks;
    first.set(stream.from());
    next.set(first);
  }

  @Override
  boolean change(ReplyWriter out, long endNanos) throws CommandException {
    key.point(stream);
    stream.groups().reselect(group);
    int mark = out.mark();
    StreamPending pending = stream.groups().group().pending();
    boolean more = pending.seek(next.millis(), next.sequence());
    do {
      for (int i = 0; more && i < ENTRIES_AT_ONCE && !isStageDone(); i++) {
        more = look(out, pending);
      }
      if (!more || isStageDone()) {
        return endStage(out, pending, more);
      }
    } while (!LeasedReply.isEnough(out, mark, endNanos));
    next.set(pending.millis(), pending.sequence());
    return false;
  }

  private boolean isStageDone() {
    return switch (stage) {
      case COUNT -> left == 0 || looks == 0;
      case CLAIM -> claims == 0;
      case REMOVE -> gone == 0;
    };
  }

  /** Does with an entry what is to be done; whether there is another one behind it. */
  private boolean look(ReplyWriter out, StreamPending pending) {
    boolean isGone = !stream.cursor().find(pending.millis(), pending.sequence());
    boolean isClaimed = !isGone && StreamClaims.isClaimable(pending, minIdle, nowMillis);
    switch (stage) {
      case COUNT -> {
        looks--;
        left -= isGone || isClaimed ? 1 : 0;
        gone += isGone ? 1 : 0;
        claims += isClaimed ? 1 : 0;
      }
      case CLAIM -> {
        if (isClaimed) {
          StreamClaims.autoclaim(out, stream, consumer, nowMillis, justId);
          claims--;
        }
      }
      case REMOVE -> {
        if (isGone) {
          StreamIds.reply(out, pending.millis(), pending.sequence());
          gone--;
          return pending.remove();
        }
      }
    }
    return pending.next();
  }

  /** Goes on to the next stage; whether this was the last. */
  private boolean endStage(ReplyWriter out, StreamPending pending, boolean more)
      throws CommandException {
    if (stage == Stage.COUNT) {
      if (!stream.hasRoom(claims * OWNED_BYTES)) {
        throw new CommandException(ErrorReply.OUT_OF_MEMORY);
      }
      out.array(3);
      StreamIds.reply(out, more ? pending.millis() : 0, more ? pending.sequence() : 0);
      out.array(claims);
      if (claims > 0) {
        stream.groups().group().active(consumer, nowMillis);
      }
      stage = Stage.CLAIM;
      next.set(first);
      return false;
    }
    if (stage == Stage.CLAIM) {
      out.array(gone);
      stage = Stage.REMOVE;
      next.set(first);
      if (gone > 0) {
        return false;
      }
    }
    return true;
  }
}
