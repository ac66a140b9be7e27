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
    ReplyWriter out = call.reply();
    int mark = out.mark();
    out.insertArray(mark, isReverse ? descend(out, stream, count) : ascend(out, stream, count));
  }

  /**
   * Replies with the entries from {@link StreamValue#from} up to {@link StreamValue#to}.
   *
   * @param count the most of them, negative for no limit
   * @return how many there were
   */
  static long ascend(ReplyWriter out, StreamValue stream, long count) {
    StreamCursor cursor = stream.cursor();
    StreamId from = stream.from();
    StreamId to = stream.to();
    long entries = 0;
    for (boolean more = cursor.seek(from.millis(), from.sequence());
        more && entries != count && to.compareTo(cursor.millis(), cursor.sequence()) >= 0;
        more = cursor.next()) {
      StreamReplies.entry(out, cursor);
      entries++;
    }
    return entries;
  }

  private static long descend(ReplyWriter out, StreamValue stream, long count) {
    StreamCursor cursor = stream.cursor();
    StreamId from = stream.from();
    StreamId to = stream.to();
    long entries = 0;
    for (boolean more = cursor.seekBack(to.millis(), to.sequence());
        more && entries != count && from.compareTo(cursor.millis(), cursor.sequence()) <= 0;
        more = cursor.previous()) {
      StreamReplies.entry(out, cursor);
      entries++;
    }
    return entries;
  }
}
