package dev.larder.commands;

import dev.larder.resp.ReplyWriter;
import dev.larder.storage.StreamCursor;

/** Entries of streams as replies. */
final class StreamReplies {
  private StreamReplies() {}

  /** The entry at a cursor: its id, and an array of fields and values. */
  static void entry(ReplyWriter out, StreamCursor cursor) {
    out.array(2);
    StreamIds.reply(out, cursor.millis(), cursor.sequence());
    pairs(out, cursor);
  }

  /** The entry at a cursor as one of XREADGROUP with CLAIM. */
  static void entry(ReplyWriter out, StreamCursor cursor, long idleMillis, long deliveries) {
    out.array(4);
    StreamIds.reply(out, cursor.millis(), cursor.sequence());
    pairs(out, cursor);
    out.integer(idleMillis);
    out.integer(deliveries);
  }

  /** The fields and values of the entry at a cursor. */
  static void pairs(ReplyWriter out, StreamCursor cursor) {
    out.array(2L * cursor.fieldCount());
    while (cursor.nextPair()) {
      cursor.copyField(out.beginBulk(cursor.fieldLength()));
      out.endBulk();
      cursor.copyValue(out.beginBulk(cursor.valueLength()));
      out.endBulk();
    }
  }
}
