package dev.larder.commands;

import static dev.larder.command.Ascii.keyword;

import dev.larder.command.Call;
import dev.larder.command.CommandException;
import dev.larder.command.ErrorReply;
import dev.larder.resp.ReplyWriter;
import dev.larder.storage.Bytes;
import dev.larder.storage.StreamCursor;
import dev.larder.storage.StreamGroup;
import dev.larder.storage.StreamId;
import dev.larder.storage.StreamLag;
import dev.larder.storage.StreamProducers;
import dev.larder.storage.StreamValue;
import dev.larder.storage.ValueType;
import java.util.Locale;

/** XINFO. */
final class StreamInfo {
  private static final byte[] FULL = keyword("full");
  private static final byte[] COUNT = keyword("count");
  private static final long DEFAULT_COUNT = 10;

  private StreamInfo() {}

  /** The error for a subcommand whose arguments make no sense. */
  static CommandException wrongArguments(Call call) {
    String fullName = call.spec().fullName();
    String container = fullName.substring(0, fullName.indexOf('|')).toUpperCase(Locale.ROOT);
    return new CommandException(
        "ERR unknown subcommand or wrong number of arguments for '"
            + call.argQuoted(1)
            + "'. Try "
            + container
            + " HELP.");
  }

  /** The error for argument 3 that names no group of the key in argument 2. */
  static CommandException noGroup(Call call) {
    return new CommandException(
        "NOGROUP No such consumer group '"
            + call.argQuoted(3)
            + "' for key name '"
            + call.argQuoted(2)
            + "'");
  }

  private static StreamValue requireStream(Call call) throws CommandException {
    StreamValue stream = call.views().stream();
    call.point(stream, 2, call.find(2, ValueType.STREAM));
    if (!stream.exists()) {
      throw new CommandException(ErrorReply.NO_SUCH_KEY);
    }
    return stream;
  }

  // ---- XINFO CONSUMERS and GROUPS

  static void consumers(Call call) throws CommandException {
    StreamValue stream = requireStream(call);
    if (!stream.groups().find(call.argAddress(3), call.argLength(3))) {
      throw noGroup(call);
    }
    ReplyWriter out = call.reply();
    StreamGroup group = stream.groups().group();
    out.array(group.consumerCount());
    for (int i = 0; i < group.consumerCount(); i++) {
      int consumer = group.consumerAt(i);
      long active = group.activeMillis(consumer);
      out.map(4);
      out.bulkString("name");
      StreamPendings.replyName(out, group, consumer);
      entry(out, "pending", group.pending().count(consumer));
      entry(out, "idle", Math.max(0, call.nowMillis() - group.seenMillis(consumer)));
      entry(out, "inactive", active < 0 ? -1 : Math.max(0, call.nowMillis() - active));
    }
  }

  static void groups(Call call) throws CommandException {
    StreamValue stream = requireStream(call);
    ReplyWriter out = call.reply();
    out.array(stream.groups().count());
    for (int i = 0; i < stream.groups().count(); i++) {
      stream.groups().select(i);
      StreamGroup group = stream.groups().group();
      out.map(6);
      out.bulkString("name");
      replyName(out, group);
      entry(out, "consumers", group.consumerCount());
      entry(out, "pending", group.pending().count());
      replyProgress(out, stream, group);
    }
  }

  static void entry(ReplyWriter out, String name, long value) {
    out.bulkString(name);
    out.integer(value);
  }

  private static void entry(ReplyWriter out, String name, StreamId value) {
    out.bulkString(name);
    StreamIds.reply(out, value);
  }

  static void replyName(ReplyWriter out, StreamGroup group) {
    Bytes.copy(group.nameAddress(), out.beginBulk(group.nameLength()), group.nameLength());
    out.endBulk();
  }

  /** Three pairs: how far a group has come. */
  static void replyProgress(ReplyWriter out, StreamValue stream, StreamGroup group) {
    group.lastId(stream.from());
    entry(out, "last-delivered-id", stream.from());
    entryIfKnown(out, "entries-read", group.entriesRead());
    entryIfKnown(out, "lag", stream.lag().of(group));
  }

  private static void entryIfKnown(ReplyWriter out, String name, long value) {
    out.bulkString(name);
    if (value == StreamLag.UNKNOWN) {
      out.nil();
    } else {
      out.integer(value);
    }
  }

  // ---- XINFO STREAM

  static void stream(Call call) throws CommandException {
    StreamValue stream = requireStream(call);
    int options = call.argCount() - 3;
    if (options == 0) {
      call.reply().map(16);
      replyState(call, stream);
      replyEnds(call.reply(), stream);
      return;
    }
    if ((options != 1 && options != 3) || !call.argIs(3, FULL)) {
      throw wrongArguments(call);
    }
    long count = DEFAULT_COUNT;
    if (options == 3) {
      if (!call.argIs(4, COUNT)) {
        throw wrongArguments(call);
      }
      long given = call.argLong(5);
      count = given < 0 ? DEFAULT_COUNT : given == 0 ? Long.MAX_VALUE : given;
    }
    call.reply().map(15);
    replyState(call, stream);
    StreamFullInfo info = new StreamFullInfo(call.reply(), stream, count);
    if (!info.write(call.reply(), stream, call.reply().mark(), LeasedReply.turnEnd())) {
      call.defer(new StreamFullInfo.Rest(call, stream, info));
    }
  }

  /** 13 pairs: what both forms tell. */
  private static void replyState(Call call, StreamValue stream) {
    ReplyWriter out = call.reply();
    StreamId id = stream.from();
    entry(out, "length", stream.length());
    entry(out, "radix-tree-keys", stream.nodeCount());
    entry(out, "radix-tree-nodes", stream.nodeCount() + 1);
    stream.lastId(id);
    entry(out, "last-generated-id", id);
    stream.maxDeletedId(id);
    entry(out, "max-deleted-entry-id", id);
    entry(out, "entries-added", stream.entriesAdded());
    stream.firstId(id);
    entry(out, "recorded-first-entry-id", id);
    StreamProducers producers = stream.producers();
    producers.expireAll(call.nowMillis());
    entry(out, "idmp-duration", producers.durationSeconds());
    entry(out, "idmp-maxsize", producers.maxIds());
    entry(out, "pids-tracked", producers.producerCount());
    entry(out, "iids-tracked", producers.idCount());
    entry(out, "iids-added", producers.added());
    entry(out, "iids-duplicates", producers.duplicates());
  }

  private static void replyEnds(ReplyWriter out, StreamValue stream) {
    StreamCursor cursor = stream.cursor();
    entry(out, "groups", stream.groups().count());
    out.bulkString("first-entry");
    replyEntry(out, cursor, cursor.first());
    out.bulkString("last-entry");
    replyEntry(out, cursor, cursor.last());
  }

  private static void replyEntry(ReplyWriter out, StreamCursor cursor, boolean exists) {
    if (exists) {
      StreamReplies.entry(out, cursor);
    } else {
      out.nil();
    }
  }
}
