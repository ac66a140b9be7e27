package dev.larder.commands;

import static dev.larder.storage.ValueType.HASH;

import dev.larder.command.Call;
import dev.larder.command.CommandException;
import dev.larder.resp.ReplyWriter;
import dev.larder.storage.ElementText;
import dev.larder.storage.HashValue;

/** Commands that read hashes. */
final class HashReads {

  private HashReads() {}

  /** The hash of a key that is read, which need not exist. */
  static HashValue read(Call call) throws CommandException {
    HashValue hash = call.views().hash();
    call.point(hash, 1, call.find(1, HASH));
    return hash;
  }

  /** Makes the field of an argument the current one; whether there is one. */
  static boolean find(Call call, HashValue hash, int fieldArg) {
    return hash.find(call.argAddress(fieldArg), call.argLength(fieldArg));
  }

  static void reply(ReplyWriter reply, ElementText text) {
    text.copy(reply.beginBulk(text.length()));
    reply.endBulk();
  }

  /** Replies the value of the field of an argument, or nil. */
  static void replyValue(Call call, HashValue hash, int fieldArg) {
    if (find(call, hash, fieldArg)) {
      reply(call.reply(), hash.fieldValue());
    } else {
      call.reply().nil();
    }
  }

  static void hget(Call call) throws CommandException {
    replyValue(call, read(call), 2);
  }

  static void hmget(Call call) throws CommandException {
    HashValue hash = read(call);
    int count = call.argCount();
    call.reply().array(count - 2);
    for (int i = 2; i < count; i++) {
      call.ahead().member(hash, 2, i, 1);
      replyValue(call, hash, i);
    }
  }

  static void hexists(Call call) throws CommandException {
    call.reply().integer(find(call, read(call), 2) ? 1 : 0);
  }

  static void hstrlen(Call call) throws CommandException {
    HashValue hash = read(call);
    call.reply().integer(find(call, hash, 2) ? hash.fieldValue().length() : 0);
  }

  static void hlen(Call call) throws CommandException {
    call.reply().integer(read(call).count());
  }

  static void hgetall(Call call) throws CommandException {
    HashValue hash = read(call);
    call.reply().map(hash.liveCount());
    all(call, hash, true, true);
  }

  static void hkeys(Call call) throws CommandException {
    HashValue hash = read(call);
    call.reply().array(hash.liveCount());
    all(call, hash, true, false);
  }

  static void hvals(Call call) throws CommandException {
    HashValue hash = read(call);
    call.reply().array(hash.liveCount());
    all(call, hash, false, true);
  }

  private static void all(Call call, HashValue hash, boolean names, boolean values) {
    ReplyWriter reply = call.reply();
    int mark = reply.mark();
    long position = 0;
    do {
      position = hash.walk(position);
      part(reply, hash, names, values);
      if (position != 0 && reply.mark() - mark > LeasedReply.TURN_BYTES) {
        call.defer(new Rest(call, hash, position, names, values));
        return;
      }
    } while (position != 0);
  }

  /** Replies a part of a walk. */
  private static void part(ReplyWriter reply, HashValue hash, boolean names, boolean values) {
    while (hash.next()) {
      if (names) {
        reply(reply, hash.fieldName());
      }
      if (values) {
        reply(reply, hash.fieldValue());
      }
    }
  }

  /** The rest of a walk. */
  private static final class Rest extends LeasedReply {
    private final HashValue hash;
    private final long nowMillis;
    private final boolean names;
    private final boolean values;
    private long position;

    Rest(Call call, HashValue hash, long position, boolean names, boolean values) {
      super(call, 1, hash.entry());
      this.hash = hash;
      this.nowMillis = call.nowMillis();
      this.position = position;
      this.names = names;
      this.values = values;
    }

    @Override
    boolean write(ReplyWriter out, int mark, long endNanos) {
      point(hash);
      hash.asOf(nowMillis);
      do {
        position = hash.walk(position);
        part(out, hash, names, values);
      } while (position != 0 && !isEnough(out, mark, endNanos));
      return position == 0;
    }
  }
}
