package dev.larder.commands;

import dev.larder.command.Call;
import dev.larder.command.CommandException;
import dev.larder.command.Job;
import dev.larder.metrics.Clock;
import dev.larder.resp.ReplyWriter;
import dev.larder.storage.Bytes;
import dev.larder.storage.StreamGroup;
import dev.larder.storage.StreamId;
import dev.larder.storage.StreamPending;
import dev.larder.storage.StreamRead;
import dev.larder.storage.StreamValue;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An XREADGROUP of more entries than a turn has time for. Its streams are kept from all others,
 * counted, and then delivered from entry to entry; to the end, although the client goes away.
 */
final class LongGroupRead implements Job {
  /** So many entries are delivered within a turn. */
  static final long TURN_ENTRIES = 2048;

  private static final long ENTRIES_AT_ONCE = 64;

  /** More than the trees of a group take for a pending entry. */
  private static final long PENDING_BYTES = 128;

  /** A stream, and what is delivered of it. */
  private static final class Part {
    private final LeasedKey key;
    private final byte[] name;
    private final int group;
    private final int consumer;

    /** What is new; of no use for entries that are pending already. */
    private final StreamRange fresh;

    private final boolean isNew;

    /** From which id pending entries go on. */
    private final StreamId next = new StreamId();

    private long left;

    /** What is claimed before that, if anything is. */
    private final @Nullable IdleClaims idle;

    /** How many there can be at most: none behind the highest id. */
    private long most = Long.MAX_VALUE;

    Part(
        LeasedKey key,
        byte[] name,
        StreamGroup group,
        int consumer,
        boolean isNew,
        StreamId id,
        @Nullable IdleClaims idle) {
      this.key = key;
      this.name = name;
      this.group = group.reference();
      this.consumer = consumer;
      this.isNew = isNew;
      this.idle = idle;
      StreamId max = new StreamId();
      max.setMax();
      this.fresh = new StreamRange(id, max, false);
      this.next.set(id);
    }

    private long claims() {
      return idle == null ? 0 : idle.claims();
    }
  }

  private final StreamValue stream;
  private final StreamRead read = new StreamRead();
  private final long nowMillis;
  private final long maxCount;
  private final List<Part> parts = new ArrayList<>();
  private int index;
  private boolean isCounted;

  /** Whether the header of the stream's part is written. */
  private boolean isBegun;

  /** How many entries were counted, and how many streams will be replied. */
  private long entries;

  private int streams;

  LongGroupRead(StreamValue stream, StreamRead asked, long nowMillis) {
    this.stream = stream;
    this.nowMillis = nowMillis;
    this.maxCount = asked.maxCount() == 0 ? Long.MAX_VALUE : asked.maxCount();
    read.reset();
    read.count(asked.count());
    read.unacknowledged(asked.unacknowledged());
    read.minIdleMillis(asked.minIdleMillis());
  }

  /**
   * Adds the stream and the group that the view points at.
   *
   * @param isNew whether to deliver what is new; else {@link StreamValue#from} is the id behind
   *     which pending entries are
   */
  void add(Call call, int keyArg, int consumer, boolean isNew) {
    StreamGroup group = stream.groups().group();
    StreamId from = stream.from();
    if (isNew) {
      group.lastId(from);
    }
    boolean isBelowMax = from.increment();
    Part part =
        new Part(
            new LeasedKey(call, keyArg, stream.entry(), true),
            Bytes.toArray(call.argAddress(keyArg), call.argLength(keyArg)),
            group,
            consumer,
            isNew,
            from,
            isNew && read.minIdleMillis() >= 0
                ? new IdleClaims(read.minIdleMillis(), nowMillis)
                : null);
    if (!isBelowMax) {
      part.most = 0;
    } else if (!isNew) {
      part.left = group.pending().countFrom(consumer, from.millis(), from.sequence());
    }
    parts.add(part);
  }

  @Override
  public boolean step(ReplyWriter out, long budgetNanos) throws CommandException {
    Part part = parts.get(index);
    if (!part.key.acquire()) {
      return false;
    }
    part.key.point(stream);
    stream.groups().reselect(part.group);
    long endNanos = Clock.nanos() + budgetNanos;
    if (!isCounted) {
      count(out, part, endNanos);
      return false;
    }
    if (write(out, part, endNanos)) {
      part.key.end();
      isBegun = false;
      index++;
    }
    return index == parts.size();
  }

  /** Counts entries of a part; behind the last one the reply begins. */
  private void count(ReplyWriter out, Part part, long endNanos) throws CommandException {
    long most = read.count() == 0 ? Long.MAX_VALUE : read.count();
    most = Math.min(most, maxCount - entries);
    if (part.idle != null) {
      if (!part.idle.count(stream, most, endNanos)) {
        return;
      }
      most -= part.idle.claims();
    }
    most = Math.min(most, part.most);
    if (part.isNew) {
      if (!part.fresh.count(stream, most, endNanos)) {
        return;
      }
      part.left = part.fresh.left();
    }
    part.left = Math.min(part.left, most);
    long all = part.claims() + part.left;
    entries += all;
    streams += !part.isNew || all > 0 ? 1 : 0;
    index++;
    if (index == parts.size()) {
      StreamReadReply.begin(out, streams);
      index = 0;
      isCounted = true;
    }
  }

  /** Delivers entries of a part; whether these were the last. */
  private boolean write(ReplyWriter out, Part part, long endNanos) {
    int mark = out.mark();
    long all = part.claims() + part.left;
    if (!isBegun && (!part.isNew || all > 0)) {
      StreamReadReply.beginStream(out, part.name, all);
      isBegun = true;
    }
    if (part.idle != null && !part.idle.claim(out, stream, part.consumer, mark, endNanos)) {
      return false;
    }
    while (part.left > 0 && !LeasedReply.isEnough(out, mark, endNanos)) {
      long some = Math.min(part.left, ENTRIES_AT_ONCE);
      if (part.isNew) {
        deliver(out, part, some, mark);
      } else {
        replyPending(out, part, some);
      }
      part.left -= some;
    }
    return part.left == 0;
  }

  /** Delivers so many; their number has been replied, so that there is no other way. */
  private void deliver(ReplyWriter out, Part part, long count, int mark) {
    boolean hasRoom = stream.hasRoom(count * PENDING_BYTES);
    if (!hasRoom
        || StreamGroupReads.deliverNew(out, stream, read, part.consumer, nowMillis, count, 0, mark)
            != count) {
      throw new IllegalStateException("no memory for what is being delivered");
    }
  }

  private void replyPending(ReplyWriter out, Part part, long count) {
    StreamPending pending = stream.groups().group().pending();
    pending.seekOwned(part.consumer, part.next.millis(), part.next.sequence());
    for (long i = 0; i < count; i++) {
      part.next.set(pending.millis(), pending.sequence());
      part.next.increment();
      StreamGroupReads.replyPending(out, stream, part.consumer, nowMillis);
      pending.nextOwned();
    }
  }

  @Override
  public boolean isUrgent() {
    for (Part part : parts) {
      if (part.key.isWanted()) {
        return true;
      }
    }
    return false;
  }

  /** What is pending already is only read. */
  @Override
  public boolean outlivesClient() {
    return parts.stream().anyMatch(part -> part.isNew);
  }

  @Override
  public void cancel() {
    for (Part part : parts) {
      part.key.end();
    }
  }
}
