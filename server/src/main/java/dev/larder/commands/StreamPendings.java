package dev.larder.commands;

import static dev.larder.command.Ascii.keyword;

import dev.larder.command.Call;
import dev.larder.command.CommandException;
import dev.larder.command.ErrorReply;
import dev.larder.resp.ReplyWriter;
import dev.larder.storage.Bytes;
import dev.larder.storage.StreamGroup;
import dev.larder.storage.StreamId;
import dev.larder.storage.StreamPending;
import dev.larder.storage.StreamValue;

/** XPENDING. */
final class StreamPendings {
  private static final byte[] IDLE = keyword("idle");
  private static final int LEAST_ARGS = 6;
  private static final int MOST_ARGS = 9;

  private StreamPendings() {}

  static void xpending(Call call) throws CommandException {
    if (call.argCount() == 3) {
      summary(call, StreamConsumers.requireGroup(call, 2));
      return;
    }
    if (call.argCount() < LEAST_ARGS || call.argCount() > MOST_ARGS) {
      throw new CommandException(ErrorReply.SYNTAX);
    }
    StreamValue stream = call.views().stream();
    int start = 3;
    long minIdle = 0;
    if (call.argIs(3, IDLE)) {
      minIdle = call.argLong(4);
      if (call.argCount() < LEAST_ARGS + 2) {
        throw new CommandException(ErrorReply.SYNTAX);
      }
      start = 5;
    }
    long count = Math.max(0, call.argLong(start + 2));
    StreamIds.parseStart(call, start, stream.from());
    StreamIds.parseEnd(call, start + 1, stream.to());
    StreamGroup group = StreamConsumers.requireGroup(call, 2);
    int consumer = 0;
    if (start + 3 < call.argCount()) {
      consumer = group.consumer(call.argAddress(start + 3), call.argLength(start + 3));
      if (consumer == 0) {
        call.reply().array(0);
        return;
      }
    }
    list(call, stream, group, consumer, minIdle, count);
  }

  private static void summary(Call call, StreamGroup group) {
    ReplyWriter out = call.reply();
    StreamPending pending = group.pending();
    out.array(4);
    out.integer(pending.count());
    if (!pending.first()) {
      out.nil();
      out.nil();
      out.nilArray();
      return;
    }
    StreamIds.reply(out, pending.millis(), pending.sequence());
    pending.last();
    StreamIds.reply(out, pending.millis(), pending.sequence());
    int mark = out.mark();
    int consumers = 0;
    for (int i = 0; i < group.consumerCount(); i++) {
      int consumer = group.consumerAt(i);
      long owned = pending.count(consumer);
      if (owned > 0) {
        out.array(2);
        replyName(out, group, consumer);
        int digits = StringCounters.digits(owned);
        StringCounters.format(owned, out.beginBulk(digits) + digits);
        out.endBulk();
        consumers++;
      }
    }
    out.insertArray(mark, consumers);
  }

  private static void list(
      Call call, StreamValue stream, StreamGroup group, int consumer, long minIdle, long count) {
    ReplyWriter out = call.reply();
    StreamPending pending = group.pending();
    StreamId to = stream.to();
    int mark = out.mark();
    long endNanos = LeasedReply.turnEnd();
    long entries = 0;
    boolean more = seek(pending, consumer, stream.from());
    for (int looks = 1;
        more && entries < count && to.compareTo(pending.millis(), pending.sequence()) >= 0;
        looks++) {
      if (isIdle(pending, minIdle, call.nowMillis())) {
        reply(out, group, call.nowMillis());
        entries++;
      }
      if (looks % LongPendings.ENTRIES_AT_ONCE == 0
          && LeasedReply.isTurnOver(out, mark, endNanos)) {
        out.rollback(mark);
        call.defer(new LongPendings(call, stream, consumer, minIdle, count));
        return;
      }
      more = next(pending, consumer);
    }
    out.insertArray(mark, entries);
  }

  /** Goes to the first entry from an id on, of a consumer or, without one, of all. */
  static boolean seek(StreamPending pending, int consumer, StreamId from) {
    return consumer == 0
        ? pending.seek(from.millis(), from.sequence())
        : pending.seekOwned(consumer, from.millis(), from.sequence());
  }

  static boolean next(StreamPending pending, int consumer) {
    return consumer == 0 ? pending.next() : pending.nextOwned();
  }

  static boolean isIdle(StreamPending pending, long minIdle, long nowMillis) {
    return minIdle == 0 || nowMillis - pending.deliveryMillis() >= minIdle;
  }

  /** Replies with the pending entry that a group's cursor is at. */
  static void reply(ReplyWriter out, StreamGroup group, long nowMillis) {
    StreamPending pending = group.pending();
    out.array(4);
    StreamIds.reply(out, pending.millis(), pending.sequence());
    replyName(out, group, pending.owner());
    out.integer(pending.owner() == 0 ? -1 : Math.max(0, nowMillis - pending.deliveryMillis()));
    out.integer(pending.deliveryCount());
  }

  /** Replies with a consumer's name, an empty one for none. */
  static void replyName(ReplyWriter out, StreamGroup group, int consumer) {
    int length = consumer == 0 ? 0 : group.consumerNameLength(consumer);
    long target = out.beginBulk(length);
    if (length > 0) {
      Bytes.copy(group.consumerName(consumer), target, length);
    }
    out.endBulk();
  }
}
