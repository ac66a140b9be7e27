package dev.larder.commands;

import static dev.larder.command.Ascii.keyword;

import dev.larder.command.Call;
import dev.larder.command.CommandException;
import dev.larder.command.ErrorReply;
import dev.larder.resp.ReplyWriter;
import dev.larder.storage.StreamCursor;
import dev.larder.storage.StreamId;
import dev.larder.storage.StreamValue;
import dev.larder.storage.ValueType;

/** XLEN, XRANGE, XREVRANGE. */
final class StreamReads {
  private static final byte[] COUNT = keyword("count");

  private static final long TOO_LONG = -1;

  private StreamReads() {}

  static void xlen(Call call) throws CommandException {
    StreamValue stream = call.views().stream();
    call.point(stream, 1, call.find(1, ValueType.STREAM));
    call.reply().integer(stream.length());
  }

  static void xrange(Call call) throws CommandException {
    range(call, 2, 3, false);
  }

  static void xrevrange(Call call) throws CommandException {
    range(call, 3, 2, true);
  }

  private static void range(Call call, int startArg, int endArg, boolean isReverse)
      throws CommandException {
    StreamValue stream = call.views().stream();
    StreamIds.parseStart(call, startArg, stream.from());
    StreamIds.parseEnd(call, endArg, stream.to());
    long count = -1;
    for (int i = 4; i < call.argCount(); i += 2) {
      if (i + 1 == call.argCount() || !call.argIs(i, COUNT)) {
        throw new CommandException(ErrorReply.SYNTAX);
      }
      count = Math.max(0, call.argLong(i + 1));
    }
    call.point(stream, 1, call.find(1, ValueType.STREAM));
    if (stream.exists() && count == 0) {
      call.reply().nilArray();
      return;
    }
    long most = count < 0 ? Long.MAX_VALUE : count;
    ReplyWriter out = call.reply();
    int mark = out.mark();
    long entries = isReverse ? descend(out, stream, most) : ascend(out, stream, most);
    if (entries == TOO_LONG) {
      out.rollback(mark);
      call.defer(new LongRange(call, stream, isReverse, most));
    } else {
      out.insertArray(mark, entries);
    }
  }

  /** A range too long for a turn: counted, then replied. */
  private static final class LongRange extends LeasedReply {
    private final StreamValue stream;
    private final StreamRange range;
    private final long most;
    private boolean isCounted;

    LongRange(Call call, StreamValue stream, boolean isReverse, long most) {
      super(call, 1, stream.entry());
      this.stream = stream;
      this.range = new StreamRange(stream.from(), stream.to(), isReverse);
      this.most = most;
    }

    @Override
    boolean write(ReplyWriter out, int mark, long endNanos) {
      point(stream);
      if (!isCounted) {
        isCounted = range.count(stream, most, endNanos);
        if (!isCounted) {
          return false;
        }
        out.array(range.left());
      }
      return range.write(out, stream, mark, endNanos);
    }
  }

  /**
   * Replies with the entries from {@link StreamValue#from} up to {@link StreamValue#to}.
   *
   * @param most of them
   * @return how many there were, {@link #TOO_LONG} if that is too long for a turn
   */
  private static long ascend(ReplyWriter out, StreamValue stream, long most) {
    StreamCursor cursor = stream.cursor();
    StreamId from = stream.from();
    StreamId to = stream.to();
    int mark = out.mark();
    long entries = 0;
    for (boolean more = cursor.seek(from.millis(), from.sequence());
        more && entries < most && to.compareTo(cursor.millis(), cursor.sequence()) >= 0;
        more = cursor.next()) {
      if (out.mark() - mark > LeasedReply.TURN_BYTES) {
        return TOO_LONG;
      }
      StreamReplies.entry(out, cursor);
      entries++;
    }
    return entries;
  }

  private static long descend(ReplyWriter out, StreamValue stream, long most) {
    StreamCursor cursor = stream.cursor();
    StreamId from = stream.from();
    StreamId to = stream.to();
    int mark = out.mark();
    long entries = 0;
    for (boolean more = cursor.seekBack(to.millis(), to.sequence());
        more && entries < most && from.compareTo(cursor.millis(), cursor.sequence()) <= 0;
        more = cursor.previous()) {
      if (out.mark() - mark > LeasedReply.TURN_BYTES) {
        return TOO_LONG;
      }
      StreamReplies.entry(out, cursor);
      entries++;
    }
    return entries;
  }
}
