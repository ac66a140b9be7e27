package dev.larder.commands;

import static dev.larder.command.Ascii.keyword;

import dev.larder.command.Call;
import dev.larder.command.CommandException;
import dev.larder.command.ErrorReply;
import dev.larder.resp.ReplyWriter;
import dev.larder.storage.StreamCursor;
import dev.larder.storage.StreamGroup;
import dev.larder.storage.StreamId;
import dev.larder.storage.StreamPending;
import dev.larder.storage.StreamValue;
import java.util.Arrays;

/** XCLAIM and XAUTOCLAIM. */
final class StreamClaims {
  private static final byte[] FORCE = keyword("force");
  private static final byte[] JUSTID = keyword("justid");
  private static final byte[] IDLE = keyword("idle");
  private static final byte[] TIME = keyword("time");
  private static final byte[] RETRYCOUNT = keyword("retrycount");
  private static final byte[] LASTID = keyword("lastid");
  private static final byte[] COUNT = keyword("count");

  private static final ErrorReply BAD_MIN_IDLE =
      ErrorReply.of("ERR Invalid min-idle-time argument for XCLAIM");
  private static final ErrorReply BAD_AUTO_MIN_IDLE =
      ErrorReply.of("ERR Invalid min-idle-time argument for XAUTOCLAIM");
  private static final ErrorReply BAD_IDLE =
      ErrorReply.of("ERR Invalid IDLE option argument for XCLAIM");
  private static final ErrorReply BAD_TIME =
      ErrorReply.of("ERR Invalid TIME option argument for XCLAIM");
  private static final ErrorReply BAD_RETRY_COUNT =
      ErrorReply.of("ERR Invalid RETRYCOUNT option argument for XCLAIM");
  private static final ErrorReply BAD_COUNT = ErrorReply.of("ERR COUNT must be > 0");

  /** The argument of XCLAIM that is the first id. */
  private static final int FIRST_ID = 5;

  private static final long DEFAULT_COUNT = 100;

  /** XAUTOCLAIM looks at so many entries for one that it may claim. */
  private static final long ATTEMPTS_PER_COUNT = 10;

  private static final long MAX_COUNT = Long.MAX_VALUE / 16;
  private static final long NOT_GIVEN = Long.MIN_VALUE;
  private static final long[] NONE = {};

  private StreamClaims() {}

  // ---- XCLAIM

  static void xclaim(Call call) throws CommandException {
    StreamValue stream = call.views().stream();
    StreamGroup group = StreamConsumers.requireGroup(call, 2);
    long minIdle = Math.max(0, call.argLong(4, BAD_MIN_IDLE));
    StreamId id = stream.from();
    StreamId last = stream.to();
    int idsEnd = FIRST_ID;
    while (idsEnd < call.argCount() && StreamIds.tryParse(call, idsEnd, id)) {
      idsEnd++;
    }
    long now = call.wallMillis();
    long delivery = NOT_GIVEN;
    long retries = NOT_GIVEN;
    boolean force = false;
    boolean justId = false;
    last.setMin();
    for (int i = idsEnd; i < call.argCount(); i++) {
      boolean hasValue = i + 1 < call.argCount();
      if (call.argIs(i, FORCE)) {
        force = true;
      } else if (call.argIs(i, JUSTID)) {
        justId = true;
      } else if (hasValue && call.argIs(i, IDLE)) {
        delivery = now - call.argLong(++i, BAD_IDLE);
      } else if (hasValue && call.argIs(i, TIME)) {
        delivery = call.argLong(++i, BAD_TIME);
      } else if (hasValue && call.argIs(i, RETRYCOUNT)) {
        retries = call.argLong(++i, BAD_RETRY_COUNT);
      } else if (hasValue && call.argIs(i, LASTID)) {
        StreamIds.parse(call, ++i, last);
      } else {
        throw new CommandException("ERR Unrecognized XCLAIM option '" + call.argQuoted(i) + "'");
      }
    }
    call.requireRoom(stream, 2);
    group.lastId(id);
    if (last.compareTo(id) > 0) {
      group.position(last.millis(), last.sequence(), group.entriesRead());
    }
    if (delivery == NOT_GIVEN || delivery < 0 || delivery > now) {
      delivery = now;
    }
    int consumer = StreamConsumers.enter(call, 1, group, 3);
    boolean isReplayed = call.session().replayMillis() != 0;
    Terms terms = new Terms(consumer, now, minIdle, delivery, retries, force, justId, isReplayed);
    if (idsEnd - FIRST_ID > LongClaim.TURN_CLAIMS) {
      call.defer(LongClaim.of(call, stream, terms, FIRST_ID, idsEnd - FIRST_ID));
      return;
    }
    ReplyWriter out = call.reply();
    int mark = out.mark();
    long claimed = 0;
    for (int i = FIRST_ID; i < idsEnd; i++) {
      StreamIds.parse(call, i, id);
      if (terms.claim(stream, id)) {
        terms.reply(out, stream.cursor());
        claimed++;
      }
    }
    if (claimed > 0) {
      terms.activate(stream);
    }
    out.insertArray(mark, claimed);
  }

  /**
   * On which terms XCLAIM claims entries, and what becomes of them.
   *
   * @param delivery when they count as delivered
   * @param retries how often, {@link #NOT_GIVEN} for as often as they were
   * @param isReplayed whether a file tells a stream as it is: it has entries that were pending when
   *     they went
   */
  record Terms(
      int consumer,
      long nowMillis,
      long minIdle,
      long delivery,
      long retries,
      boolean force,
      boolean justId,
      boolean isReplayed) {

    /**
     * Claims an entry, if it may be, of the stream and the group that the view points at.
     *
     * @return whether it is to be replied; the stream's cursor is at it then
     */
    boolean claim(StreamValue stream, StreamId id) {
      StreamGroup group = stream.groups().group();
      if (isReplayed && force && !stream.cursor().find(id.millis(), id.sequence())) {
        StreamClaims.claim(group, id, consumer, delivery, retries, justId);
        return false;
      }
      boolean isClaimable = StreamClaims.isClaimable(stream, group, id, nowMillis, minIdle, force);
      if (isClaimable) {
        StreamClaims.claim(group, id, consumer, delivery, retries, justId);
      }
      return isClaimable;
    }

    /** Replies with the entry at the cursor. */
    void reply(ReplyWriter out, StreamCursor cursor) {
      replyClaimed(out, cursor, justId);
    }

    /** The consumer has got entries. */
    void activate(StreamValue stream) {
      stream.groups().group().active(consumer, nowMillis);
    }
  }

  /** Whether an entry may be claimed, with the pending entry found; one that is gone is dropped. */
  private static boolean isClaimable(
      StreamValue stream, StreamGroup group, StreamId id, long now, long minIdle, boolean force) {
    StreamPending pending = group.pending();
    boolean isPending = pending.find(id.millis(), id.sequence());
    if (!stream.cursor().find(id.millis(), id.sequence())) {
      if (isPending) {
        pending.remove();
      }
      return false;
    }
    if (!isPending) {
      return force;
    }
    return isClaimable(pending, minIdle, now);
  }

  private static void claim(
      StreamGroup group, StreamId id, int consumer, long delivery, long retries, boolean justId) {
    StreamPending pending = group.pending();
    boolean isPending = pending.find(id.millis(), id.sequence());
    long before = isPending ? pending.deliveryCount() : 1;
    long count = retries >= 0 ? retries : justId ? before : StreamConsumers.oneMore(before);
    pending.put(id.millis(), id.sequence(), consumer, delivery, count);
  }

  private static void replyClaimed(ReplyWriter out, StreamCursor cursor, boolean justId) {
    if (justId) {
      StreamIds.reply(out, cursor.millis(), cursor.sequence());
    } else {
      StreamReplies.entry(out, cursor);
    }
  }

  // ---- XAUTOCLAIM

  static void xautoclaim(Call call) throws CommandException {
    StreamValue stream = call.views().stream();
    long minIdle = Math.max(0, call.argLong(4, BAD_AUTO_MIN_IDLE));
    StreamIds.parseStart(call, 5, stream.from());
    long count = DEFAULT_COUNT;
    boolean justId = false;
    for (int i = 6; i < call.argCount(); i++) {
      if (i + 1 < call.argCount() && call.argIs(i, COUNT)) {
        count = call.argLong(++i, 1, MAX_COUNT, BAD_COUNT);
      } else if (call.argIs(i, JUSTID)) {
        justId = true;
      } else {
        throw new CommandException(ErrorReply.SYNTAX);
      }
    }
    StreamGroup group = StreamConsumers.requireGroup(call, 2);
    call.requireRoom(stream, 2);
    int consumer = StreamConsumers.enter(call, 1, group, 3);
    long most = group.pending().count();
    long looks = Math.min(count * ATTEMPTS_PER_COUNT, most);
    if (Math.min(count, most) > LongAutoclaim.TURN_CLAIMS || looks > LongAutoclaim.TURN_LOOKS) {
      call.defer(new LongAutoclaim(call, stream, consumer, minIdle, count, looks, justId));
      return;
    }
    autoclaim(call, stream, consumer, minIdle, count, justId);
  }

  /** Whether XAUTOCLAIM may claim the pending entry at the cursor, whose entry is there. */
  static boolean isClaimable(StreamPending pending, long minIdle, long nowMillis) {
    return pending.owner() == 0 || minIdle == 0 || nowMillis - pending.deliveryMillis() >= minIdle;
  }

  /** Claims the pending entry at the group's cursor, and replies with its entry, found as well. */
  static void autoclaim(
      ReplyWriter out, StreamValue stream, int consumer, long nowMillis, boolean justId) {
    StreamPending pending = stream.groups().group().pending();
    long before = pending.deliveryCount();
    pending.assign(consumer, nowMillis, justId ? before : StreamConsumers.oneMore(before));
    replyClaimed(out, stream.cursor(), justId);
  }

  /** Claims, then replies where to go on, what was claimed, and what was gone. */
  private static void autoclaim(
      Call call, StreamValue stream, int consumer, long minIdle, long count, boolean justId) {
    ReplyWriter out = call.reply();
    StreamGroup group = stream.groups().group();
    StreamPending pending = group.pending();
    StreamCursor cursor = stream.cursor();
    StreamId from = stream.from();
    long now = call.wallMillis();
    int mark = out.mark();
    long[] gone = NONE;
    int goneCount = 0;
    long claimed = 0;
    boolean more = pending.seek(from.millis(), from.sequence());
    for (long left = count, attempts = count * ATTEMPTS_PER_COUNT;
        more && left > 0 && attempts > 0;
        attempts--) {
      if (!cursor.find(pending.millis(), pending.sequence())) {
        gone = withId(gone, goneCount++, pending.millis(), pending.sequence());
        more = pending.remove();
        left--;
        continue;
      }
      if (isClaimable(pending, minIdle, now)) {
        autoclaim(out, stream, consumer, now, justId);
        group.active(consumer, now);
        claimed++;
        left--;
      }
      more = pending.next();
    }
    out.insertArray(mark, claimed);
    int end = out.mark();
    out.array(3);
    StreamIds.reply(out, more ? pending.millis() : 0, more ? pending.sequence() : 0);
    out.bringForward(mark, end);
    out.array(goneCount);
    for (int i = 0; i < goneCount; i++) {
      StreamIds.reply(out, gone[2 * i], gone[2 * i + 1]);
    }
  }

  private static long[] withId(long[] ids, int count, long millis, long sequence) {
    long[] grown = 2 * count < ids.length ? ids : Arrays.copyOf(ids, Math.max(16, 4 * count));
    grown[2 * count] = millis;
    grown[2 * count + 1] = sequence;
    return grown;
  }
}
