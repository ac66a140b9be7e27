package dev.larder.commands;

import dev.larder.command.Call;
import dev.larder.resp.ReplyWriter;
import dev.larder.storage.StreamRead;

/**
 * The reply of XREAD and XREADGROUP while it is being written: a map of keys to entries, in RESP2
 * an array of pairs. What counts against the limits of all streams together is kept as numbers of
 * its caller, so that nothing is allocated.
 */
final class StreamReadReply {
  private StreamReadReply() {}

  /** Starts a stream's part of the reply: its key. */
  static void beginStream(Call call, int keyArg) {
    if (call.reply().protocol() == 2) {
      call.reply().array(2);
    }
    call.replyArg(keyArg);
  }

  /** Begins the reply of so many streams, if their number is known. */
  static void begin(ReplyWriter out, int streams) {
    if (out.protocol() == 2) {
      out.array(streams);
    } else {
      out.map(streams);
    }
  }

  /** Starts a stream's part of the reply, which has so many entries. */
  static void beginStream(ReplyWriter out, byte[] name, long entries) {
    if (out.protocol() == 2) {
      out.array(2);
    }
    out.bulk(name);
    out.array(entries);
  }

  /** Ends the reply, which was begun at a mark. */
  static void end(ReplyWriter out, int mark, int streams) {
    if (out.protocol() == 2) {
      out.insertArray(mark, streams);
    } else {
      out.insertMap(mark, streams);
    }
  }

  /**
   * How many entries a stream may add to the reply.
   *
   * @param entries how many there are already
   * @param bytes how long the reply is
   * @return 0 when the reply is full; {@link Long#MAX_VALUE} for no limit
   */
  static long room(StreamRead read, long entries, long bytes) {
    if (isFull(read, entries, bytes)) {
      return 0;
    }
    long room = read.count() == 0 ? Long.MAX_VALUE : read.count();
    return read.maxCount() == 0 ? room : Math.min(room, read.maxCount() - entries);
  }

  /** Whether no entry may follow; a reply without any is never too long for one. */
  static boolean isFull(StreamRead read, long entries, long bytes) {
    return entries > 0
        && ((read.maxCount() != 0 && entries >= read.maxCount())
            || (read.maxBytes() != 0 && bytes >= read.maxBytes()));
  }
}
