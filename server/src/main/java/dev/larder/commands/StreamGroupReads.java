package dev.larder.commands;

import dev.larder.command.Block;
import dev.larder.command.Call;
import dev.larder.command.CommandException;
import dev.larder.command.ErrorReply;
import dev.larder.resp.ReplyWriter;
import dev.larder.storage.StreamCursor;
import dev.larder.storage.StreamGroup;
import dev.larder.storage.StreamId;
import dev.larder.storage.StreamLag;
import dev.larder.storage.StreamPending;
import dev.larder.storage.StreamRead;
import dev.larder.storage.StreamValue;
import dev.larder.storage.ValueType;
import org.jspecify.annotations.Nullable;

/** XREADGROUP. */
final class StreamGroupReads {
  private static final ErrorReply LAST_IN_GROUP = meaningless('$', '>');
  private static final ErrorReply HIGHEST_IN_GROUP = meaningless('+', '+');

  private StreamGroupReads() {}

  private static ErrorReply meaningless(char sign, char instead) {
    return ErrorReply.of(
        "ERR The "
            + sign
            + " ID is meaningless in the context of XREADGROUP: you want to read the history of"
            + " this consumer by specifying a proper ID, or use the "
            + instead
            + " ID to get new messages. The "
            + sign
            + " ID would just return an empty result set.");
  }

  static void xreadgroup(Call call) throws CommandException {
    StreamValue stream = call.views().stream();
    StreamRead read = stream.reading();
    StreamReadOptions.parse(call, read, true);
    int firstKey = read.streamsArg();
    int streams = StreamReadOptions.streams(call, read);
    int from = call.blockFrom(firstKey);
    int to = call.blockTo(firstKey + streams - 1);
    for (int key = from; key <= to; key++) {
      check(call, stream, key, key + streams);
    }
    LongGroupRead job = longRead(call, stream, from, to, streams);
    if (job != null) {
      call.defer(job);
      return;
    }
    ReplyWriter out = call.reply();
    int mark = out.mark();
    int replied = 0;
    long entries = 0;
    for (int key = from; key <= to; key++) {
      int consumer = enter(call, stream, key);
      long room = StreamReadReply.room(read, entries, out.mark() - mark);
      int before = out.mark();
      long added;
      if (asksForNew(call, stream, key + streams)) {
        added = room == 0 ? 0 : deliver(call, stream, key, consumer, room, entries, mark);
      } else {
        StreamReadReply.beginStream(call, key);
        added = replyHistory(call, stream, consumer, room, entries, mark);
      }
      entries += added;
      replied += out.mark() > before ? 1 : 0;
    }
    if (replied > 0) {
      StreamReadReply.end(out, mark, replied);
    } else if (read.blockMillis() < 0) {
      out.nilArray();
    } else {
      call.block(
          Block.on(ValueType.STREAM, firstKey, firstKey + streams - 1, read.blockMillis())
              .wokenByRemoval());
    }
  }

  // ---- what is too much for a turn

  /**
   * What a turn has no time for, or null. If the reply has a limit of its own, or a stream is read
   * twice, all is done at once.
   */
  private static @Nullable LongGroupRead longRead(
      Call call, StreamValue stream, int from, int to, int streams) throws CommandException {
    StreamRead read = stream.reading();
    long room = StreamReadReply.room(read, 0, 0);
    boolean claims = read.minIdleMillis() >= 0;
    if ((room <= LongGroupRead.TURN_ENTRIES && !claims) || read.maxBytes() != 0) {
      return null;
    }
    long now = call.wallMillis();
    long entries = 0;
    for (int key = from; key <= to; key++) {
      select(call, stream, key, call.findUncounted(key, ValueType.STREAM));
      if (claims
          && asksForNew(call, stream, key + streams)
          && IdleClaims.isLong(stream, room, read.minIdleMillis(), now)) {
        entries += LongGroupRead.TURN_ENTRIES + 1;
      } else if (room > LongGroupRead.TURN_ENTRIES) {
        entries += available(call, stream, key + streams);
      }
    }
    if (entries <= LongGroupRead.TURN_ENTRIES || hasTwice(call, from, to)) {
      return null;
    }
    LongGroupRead job = new LongGroupRead(stream, read, now);
    for (int key = from; key <= to; key++) {
      int consumer = enter(call, stream, key);
      job.add(call, key, consumer, asksForNew(call, stream, key + streams));
    }
    return job;
  }

  private static boolean hasTwice(Call call, int from, int to) {
    for (int key = from; key <= to; key++) {
      for (int other = from; other < key; other++) {
        if (call.hash(other) == call.hash(key)) {
          return true;
        }
      }
    }
    return false;
  }

  /** How many entries there are to reply of the stream that the view points at, if not too many. */
  private static long available(Call call, StreamValue stream, int id) throws CommandException {
    StreamGroup group = stream.groups().group();
    if (!asksForNew(call, stream, id)) {
      int consumerArg = stream.reading().groupArg() + 1;
      int consumer = group.consumer(call.argAddress(consumerArg), call.argLength(consumerArg));
      StreamId from = stream.from();
      return consumer == 0 || !from.increment()
          ? 0
          : group.pending().countFrom(consumer, from.millis(), from.sequence());
    }
    StreamId after = stream.from();
    group.lastId(after);
    stream.to().setMax();
    long entries = 0;
    long counted = -1;
    while (counted != 0 && entries <= LongGroupRead.TURN_ENTRIES) {
      counted = stream.cursor().countNode(after, stream.to());
      entries += counted;
    }
    return entries;
  }

  // ---- keys

  /** Checks a key, its group and the id, before anything is done. */
  private static void check(Call call, StreamValue stream, int key, int id)
      throws CommandException {
    StreamRead read = stream.reading();
    int group = read.groupArg();
    call.point(stream, key, call.findUncounted(key, ValueType.STREAM));
    if (!stream.groups().find(call.argAddress(group), call.argLength(group))) {
      throw new CommandException(
          "NOGROUP No such key '"
              + call.argQuoted(key)
              + "' or consumer group '"
              + call.argQuoted(group)
              + "' in XREADGROUP with GROUP option");
    }
    if (StreamReadOptions.is(call, id, '$')) {
      throw new CommandException(LAST_IN_GROUP);
    }
    if (StreamReadOptions.is(call, id, '+')) {
      throw new CommandException(HIGHEST_IN_GROUP);
    }
    if (!StreamReadOptions.is(call, id, '>')) {
      StreamIds.parse(call, id, stream.from());
    }
    long timed = read.minIdleMillis() < 0 ? 0 : stream.groups().group().pending().timedBytes();
    if (!stream.hasRoom(timed + call.argLength(group + 1))) {
      throw new CommandException(ErrorReply.OUT_OF_MEMORY);
    }
  }

  /**
   * Whether an id asks for new entries: {@code >}, or the highest id, which it stands for. Else the
   * id is in {@link StreamValue#from}.
   */
  private static boolean asksForNew(Call call, StreamValue stream, int id) throws CommandException {
    if (StreamReadOptions.is(call, id, '>')) {
      return true;
    }
    StreamIds.parse(call, id, stream.from());
    return stream.from().isMax();
  }

  /** Points the view at a stream and its group; returns the consumer, which may be a new one. */
  private static int enter(Call call, StreamValue stream, int key) throws CommandException {
    select(call, stream, key, call.find(key, ValueType.STREAM));
    int consumerArg = stream.reading().groupArg() + 1;
    return StreamConsumers.enter(call, key, stream.groups().group(), consumerArg);
  }

  private static void select(Call call, StreamValue stream, int key, long entry) {
    call.point(stream, key, entry);
    int groupArg = stream.reading().groupArg();
    stream.groups().find(call.argAddress(groupArg), call.argLength(groupArg));
  }

  // ---- new entries

  /** Replies with idle entries, if they are asked for, then with new ones; returns how many. */
  private static long deliver(
      Call call, StreamValue stream, int key, int consumer, long room, long before, int start) {
    ReplyWriter out = call.reply();
    int mark = out.mark();
    StreamReadReply.beginStream(call, key);
    int arrayMark = out.mark();
    long claimed =
        stream.reading().minIdleMillis() < 0
            ? 0
            : claimIdle(call, stream, consumer, room, before, start);
    long fresh =
        claimed >= room
            ? 0
            : deliverNew(
                out,
                stream,
                stream.reading(),
                consumer,
                call.wallMillis(),
                room - claimed,
                before + claimed,
                start);
    if (claimed + fresh == 0) {
      out.rollback(mark);
      return 0;
    }
    out.insertArray(arrayMark, claimed + fresh);
    return claimed + fresh;
  }

  private static long claimIdle(
      Call call, StreamValue stream, int consumer, long room, long before, int start) {
    ReplyWriter out = call.reply();
    StreamRead read = stream.reading();
    StreamGroup group = stream.groups().group();
    StreamPending pending = group.pending();
    long now = call.wallMillis();
    long claimed = 0;
    boolean hasOlder = false;
    boolean more = pending.oldest();
    while (more
        && claimed < room
        && IdleClaims.isIdle(pending, read.minIdleMillis(), now)
        && !StreamReadReply.isFull(read, before + claimed, out.mark() - start)) {
      long delivered = pending.deliveryMillis();
      if (delivered >= now && hasOlder) {
        // Among those that were delivered in this very millisecond are those just claimed.
        break;
      }
      hasOlder |= delivered < now;
      long millis = pending.millis();
      long sequence = pending.sequence();
      claimed += IdleClaims.claim(out, stream, consumer, now) ? 1 : 0;
      more = delivered < now ? pending.oldest() : pending.goOnInTime(delivered, millis, sequence);
    }
    if (claimed > 0) {
      group.active(consumer, now);
    }
    return claimed;
  }

  /**
   * Replies with entries that no consumer has got.
   *
   * @param room the most of them
   * @param before how many entries the reply has, which begins at the mark {@code start}
   * @return how many there were
   */
  static long deliverNew(
      ReplyWriter out,
      StreamValue stream,
      StreamRead read,
      int consumer,
      long nowMillis,
      long room,
      long before,
      int start) {
    StreamCursor cursor = stream.cursor();
    StreamGroup group = stream.groups().group();
    StreamId last = stream.from();
    group.lastId(last);
    if (!last.increment() || !cursor.seek(last.millis(), last.sequence())) {
      return 0;
    }
    last.decrement();
    boolean claims = read.minIdleMillis() >= 0;
    long entriesRead = group.entriesRead();
    long delivered = 0;
    do {
      long millis = cursor.millis();
      long sequence = cursor.sequence();
      entriesRead = readAfter(stream.lag(), last, entriesRead, millis, sequence);
      last.set(millis, sequence);
      if (claims) {
        StreamReplies.entry(out, cursor, 0, 0);
      } else {
        StreamReplies.entry(out, cursor);
      }
      if (!read.unacknowledged()) {
        group.pending().put(millis, sequence, consumer, nowMillis, 1);
      }
      delivered++;
    } while (delivered < room
        && !StreamReadReply.isFull(read, before + delivered, out.mark() - start)
        && stream.hasRoom(0)
        && cursor.next());
    group.position(last.millis(), last.sequence(), entriesRead);
    if (!read.unacknowledged()) {
      group.active(consumer, nowMillis);
    }
    return delivered;
  }

  /** How many entries a group has read once it has read this one, too. */
  private static long readAfter(
      StreamLag lag, StreamId last, long entriesRead, long millis, long sequence) {
    return entriesRead != StreamLag.UNKNOWN && !lag.hasGapsFrom(last.millis(), last.sequence())
        ? entriesRead + 1
        : lag.readUpTo(millis, sequence);
  }

  // ---- history

  /** Replies with the consumer's pending entries behind {@link StreamValue#from}. */
  private static long replyHistory(
      Call call, StreamValue stream, int consumer, long room, long before, int start) {
    ReplyWriter out = call.reply();
    StreamRead read = stream.reading();
    StreamCursor cursor = stream.cursor();
    StreamPending pending = stream.groups().group().pending();
    StreamId from = stream.from();
    int mark = out.mark();
    long entries = 0;
    boolean more = from.increment() && pending.seekOwned(consumer, from.millis(), from.sequence());
    while (more
        && entries < room
        && !StreamReadReply.isFull(read, before + entries, out.mark() - start)) {
      replyPending(out, stream, consumer, call.wallMillis());
      entries++;
      more = pending.nextOwned();
    }
    out.insertArray(mark, entries);
    return entries;
  }

  /** Replies with the pending entry at the cursor, which is delivered again. */
  static void replyPending(ReplyWriter out, StreamValue stream, int consumer, long nowMillis) {
    StreamPending pending = stream.groups().group().pending();
    if (stream.cursor().find(pending.millis(), pending.sequence())) {
      StreamReplies.entry(out, stream.cursor());
      long deliveries = StreamConsumers.oneMore(pending.deliveryCount());
      pending.assign(consumer, nowMillis, deliveries);
    } else {
      out.array(2);
      StreamIds.reply(out, pending.millis(), pending.sequence());
      out.nilArray();
    }
  }
}
