package dev.larder.commands;

import dev.larder.command.Call;
import dev.larder.command.CommandException;
import dev.larder.command.ErrorReply;
import dev.larder.resp.ReplyWriter;
import dev.larder.storage.Entry;
import dev.larder.storage.KeyEvent;
import dev.larder.storage.Shard;

/** Commands that return strings, some of which change the key on the way. */
final class StringReads {

  private static final long GETEX_OPTIONS =
      StringOptions.EX
          | StringOptions.PX
          | StringOptions.EXAT
          | StringOptions.PXAT
          | StringOptions.PERSIST;

  /** Values of more than this together are streamed. */
  private static final long MAX_DIRECT_MGET_BYTES = 1024 * 1024;

  private static final byte[] NOTHING = new byte[0];

  private StringReads() {}

  static void get(Call call) throws CommandException {
    long entry = call.find(1);
    if (entry == 0) {
      call.reply().nil();
    } else {
      StringReplies.whole(call, call.shard(1), StringReplies.requireString(entry));
    }
  }

  static void strlen(Call call) throws CommandException {
    long entry = call.find(1);
    call.reply()
        .integer(entry == 0 ? 0 : call.shard(1).stringLength(StringReplies.requireString(entry)));
  }

  static void getrange(Call call) throws CommandException {
    long start = call.argLong(2);
    long end = call.argLong(3);
    long entry = call.find(1);
    if (entry == 0) {
      call.reply().bulk(NOTHING);
      return;
    }
    Shard shard = call.shard(1);
    long length = shard.stringLength(StringReplies.requireString(entry));
    long from = StringReplies.fromStart(start, length);
    long to = Math.min(StringReplies.fromStart(end, length), length - 1);
    // Two negative indexes in the wrong order are empty even where clamping makes them equal.
    if (from > to || (start < 0 && end < 0 && start > end)) {
      call.reply().bulk(NOTHING);
    } else {
      StringReplies.range(call, shard, entry, from, to - from + 1);
    }
  }

  static void getdel(Call call) throws CommandException {
    long entry = call.find(1);
    if (entry == 0) {
      call.reply().nil();
      return;
    }
    StringReplies.whole(call, call.shard(1), StringReplies.requireString(entry));
    call.delete(1);
  }

  static void getset(Call call) throws CommandException {
    long entry = call.find(1);
    if (entry == 0) {
      call.reply().nil();
    } else {
      StringReplies.whole(call, call.shard(1), StringReplies.requireString(entry));
    }
    StringReplies.storeAfterReply(call, 1, 2, -1);
  }

  static void getex(Call call) throws CommandException {
    long options = StringOptions.parse(call, 2, GETEX_OPTIONS);
    long entry = call.find(1);
    if (entry == 0) {
      call.reply().nil();
      return;
    }
    StringReplies.requireString(entry);
    long deadline = StringOptions.deadline(call, options);
    Shard shard = call.shard(1);
    StringReplies.whole(call, shard, entry);
    if (StringOptions.has(options, StringOptions.EXAT | StringOptions.PXAT)
        && deadline <= call.nowMillis()) {
      call.delete(1);
    } else if (deadline >= 0
        || (StringOptions.has(options, StringOptions.PERSIST) && Entry.expireAt(entry) >= 0)) {
      long changed = shard.expire(call.unit(), call.db(), call.hash(1), entry, deadline);
      if (changed == 0) {
        StringReplies.cancel(call);
        throw new CommandException(ErrorReply.OUT_OF_MEMORY);
      }
      call.event(deadline >= 0 ? KeyEvent.EXPIRE : KeyEvent.PERSIST, 1);
    }
  }

  static void mget(Call call) throws CommandException {
    int count = call.argCount() - 1;
    ReplyWriter reply = call.reply();
    int mark = reply.mark();
    reply.array(count);
    long left = MAX_DIRECT_MGET_BYTES;
    for (int i = 1; i <= count; i++) {
      call.ahead().key(i, 1);
      long entry = call.find(i);
      if (left < 0) {
        continue; // Only counted.
      }
      if (entry == 0 || !Entry.isString(entry)) {
        reply.nil();
        continue;
      }
      Shard shard = call.shard(i);
      long length = shard.stringLength(entry);
      left -= length;
      if (left >= 0) {
        StringReplies.bulk(reply, shard, entry, 0, (int) length);
      }
    }
    if (left < 0) {
      reply.rollback(mark);
      call.defer(StreamedReply.ofKeys(call));
    }
  }
}
