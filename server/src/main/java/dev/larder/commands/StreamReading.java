package dev.larder.commands;

import dev.larder.command.Block;
import dev.larder.command.Call;
import dev.larder.command.CommandException;
import dev.larder.command.ErrorReply;
import dev.larder.resp.ReplyWriter;
import dev.larder.storage.StreamCursor;
import dev.larder.storage.StreamId;
import dev.larder.storage.StreamRead;
import dev.larder.storage.StreamValue;
import dev.larder.storage.ValueType;
import org.jspecify.annotations.Nullable;

/** XREAD. */
final class StreamReading {
  private static final ErrorReply NEW_WITHOUT_GROUP =
      ErrorReply.of(
          "ERR The > ID can be specified only when calling XREADGROUP using the GROUP <group>"
              + " <consumer> option.");

  private StreamReading() {}

  static void xread(Call call) throws CommandException {
    StreamValue stream = call.views().stream();
    StreamRead read = stream.reading();
    StreamReadOptions.parse(call, read, false);
    int firstKey = read.streamsArg();
    int streams = StreamReadOptions.streams(call, read);
    // After what the command waited for, only one key may be looked at.
    if (call.blockMemo() == null) {
      check(call, stream, firstKey, streams);
    }
    ReplyWriter out = call.reply();
    int mark = out.mark();
    int replied = 0;
    long entries = 0;
    int lastKey = call.blockTo(firstKey + streams - 1);
    for (int key = call.blockFrom(firstKey); key <= lastKey; key++) {
      call.point(stream, key, call.find(key, ValueType.STREAM));
      after(call, stream, key, key + streams, call.blockMemo(), firstKey);
      long room = StreamReadReply.room(read, entries, out.mark() - mark);
      if (room > 0 && stream.from().increment() && hasMore(stream)) {
        StreamReadReply.beginStream(call, key);
        entries += replyNew(out, stream, read, room, entries, mark);
        replied++;
      }
      if (isTooLong(read, out.mark() - mark)) {
        out.rollback(mark);
        call.defer(longRead(call, stream, firstKey, streams));
        return;
      }
    }
    if (replied > 0) {
      StreamReadReply.end(out, mark, replied);
    } else if (read.blockMillis() < 0) {
      out.nilArray();
    } else {
      block(call, stream, firstKey, streams);
    }
  }

  /** Whether a reply without a limit of its own has to be written in slices. */
  private static boolean isTooLong(StreamRead read, long bytes) {
    return read.maxBytes() == 0 && bytes > LeasedReply.TURN_BYTES;
  }

  /** Begins anew, as a job. */
  private static LongStreamRead longRead(Call call, StreamValue stream, int firstKey, int streams)
      throws CommandException {
    LongStreamRead job = new LongStreamRead(stream, stream.reading());
    int lastKey = call.blockTo(firstKey + streams - 1);
    for (int key = call.blockFrom(firstKey); key <= lastKey; key++) {
      call.point(stream, key, call.findUncounted(key, ValueType.STREAM));
      after(call, stream, key, key + streams, call.blockMemo(), firstKey);
      if (stream.from().increment() && hasMore(stream)) {
        job.add(call, key, stream.from());
      }
    }
    return job;
  }

  /** Checks every key and id, before anything is replied. */
  private static void check(Call call, StreamValue stream, int firstKey, int streams)
      throws CommandException {
    for (int key = firstKey; key < firstKey + streams; key++) {
      call.findUncounted(key, ValueType.STREAM);
      int id = key + streams;
      if (StreamReadOptions.is(call, id, '>')) {
        throw new CommandException(NEW_WITHOUT_GROUP);
      }
      if (!StreamReadOptions.is(call, id, '$') && !StreamReadOptions.is(call, id, '+')) {
        StreamIds.parse(call, id, stream.from());
      }
    }
  }

  /** Finds out behind which id to read; puts it into {@link StreamValue#from}. */
  private static void after(
      Call call, StreamValue stream, int key, int idArg, @Nullable Object memo, int firstKey)
      throws CommandException {
    StreamId from = stream.from();
    if (memo instanceof long[] ids) {
      int at = 2 * (key - firstKey);
      from.set(ids[at], ids[at + 1]);
    } else if (StreamReadOptions.is(call, idArg, '$')) {
      stream.lastId(from);
    } else if (StreamReadOptions.is(call, idArg, '+')) {
      if (stream.cursor().last()) {
        from.set(stream.cursor().millis(), stream.cursor().sequence());
        from.decrement();
      } else {
        stream.lastId(from);
      }
    } else {
      StreamIds.parse(call, idArg, from);
    }
  }

  /** Goes to the first entry from {@link StreamValue#from} on. */
  private static boolean hasMore(StreamValue stream) {
    return stream.cursor().seek(stream.from().millis(), stream.from().sequence());
  }

  /** Replies with the entries from the cursor on; returns how many. */
  private static long replyNew(
      ReplyWriter out, StreamValue stream, StreamRead read, long room, long before, int start) {
    StreamCursor cursor = stream.cursor();
    int mark = out.mark();
    long entries = 0;
    do {
      StreamReplies.entry(out, cursor);
      entries++;
    } while (entries < room
        && !StreamReadReply.isFull(read, before + entries, out.mark() - start)
        && !isTooLong(read, out.mark() - start)
        && cursor.next());
    out.insertArray(mark, entries);
    return entries;
  }

  /** Waits for new entries, behind the ids as they are meant now. */
  private static void block(Call call, StreamValue stream, int firstKey, int streams)
      throws CommandException {
    Object memo = call.blockMemo();
    if (memo == null) {
      long[] ids = new long[2 * streams];
      for (int i = 0; i < streams; i++) {
        int key = firstKey + i;
        call.point(stream, key, call.findUncounted(key, ValueType.STREAM));
        after(call, stream, key, key + streams, null, firstKey);
        ids[2 * i] = stream.from().millis();
        ids[2 * i + 1] = stream.from().sequence();
      }
      memo = ids;
    }
    long timeout = stream.reading().blockMillis();
    call.block(
        Block.on(ValueType.STREAM, firstKey, firstKey + streams - 1, timeout).remembering(memo));
  }
}
