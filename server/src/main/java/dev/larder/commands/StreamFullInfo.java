package dev.larder.commands;

import dev.larder.command.Call;
import dev.larder.resp.ReplyWriter;
import dev.larder.storage.StreamGroup;
import dev.larder.storage.StreamId;
import dev.larder.storage.StreamPending;
import dev.larder.storage.StreamValue;

/** What XINFO STREAM FULL tells beside the stream's state; it can stop anywhere and go on. */
final class StreamFullInfo {
  /** What comes next. */
  private enum Stage {
    ENTRIES,
    GROUP,
    PENDING,
    CONSUMER,
    OWNED
  }

  /** The most entries of each list. */
  private final long most;

  private final StreamRange entries;
  private Stage stage = Stage.ENTRIES;
  private int group;
  private int consumer;

  /** How many pending entries of the list are still to be told, and from which id on. */
  private long left;

  private final StreamId next = new StreamId();

  /** Begins; the stream is the one that its view points at. */
  StreamFullInfo(ReplyWriter out, StreamValue stream, long most) {
    this.most = most;
    StreamId max = new StreamId();
    max.setMax();
    entries = new StreamRange(new StreamId(), max, false);
    entries.counted(Math.min(most, stream.length()));
    out.bulkString("entries");
    out.array(entries.left());
  }

  /** Tells more, until a step has told enough; whether that was all. */
  boolean write(ReplyWriter out, StreamValue stream, int mark, long endNanos) {
    StreamGroup current = stream.groups().group();
    if (stage != Stage.ENTRIES && stage != Stage.GROUP) {
      stream.groups().select(group);
    }
    while (!LeasedReply.isEnough(out, mark, endNanos)) {
      switch (stage) {
        case ENTRIES -> {
          if (entries.write(out, stream, mark, endNanos)) {
            out.bulkString("groups");
            out.array(stream.groups().count());
            stage = Stage.GROUP;
          }
        }
        case GROUP -> {
          if (group == stream.groups().count()) {
            return true;
          }
          stream.groups().select(group);
          beginGroup(out, stream, current);
          beginList(out, current.pending().count(), Stage.PENDING);
        }
        case PENDING -> {
          if (writePending(out, current, mark, endNanos)) {
            out.bulkString("consumers");
            out.array(current.consumerCount());
            consumer = 0;
            stage = Stage.CONSUMER;
          }
        }
        case CONSUMER -> {
          if (consumer == current.consumerCount()) {
            group++;
            stage = Stage.GROUP;
          } else {
            int reference = current.consumerAt(consumer);
            beginConsumer(out, current, reference);
            beginList(out, current.pending().count(reference), Stage.OWNED);
          }
        }
        case OWNED -> {
          if (writeOwned(out, current, mark, endNanos)) {
            consumer++;
            stage = Stage.CONSUMER;
          }
        }
      }
    }
    return false;
  }

  private static void beginGroup(ReplyWriter out, StreamValue stream, StreamGroup group) {
    out.map(8);
    out.bulkString("name");
    StreamInfo.replyName(out, group);
    StreamInfo.replyProgress(out, stream, group);
    StreamInfo.entry(out, "pel-count", group.pending().count());
    StreamInfo.entry(out, "nacked-count", group.pending().unownedCount());
  }

  private static void beginConsumer(ReplyWriter out, StreamGroup group, int consumer) {
    out.map(5);
    out.bulkString("name");
    StreamPendings.replyName(out, group, consumer);
    StreamInfo.entry(out, "seen-time", group.seenMillis(consumer));
    StreamInfo.entry(out, "active-time", group.activeMillis(consumer));
    StreamInfo.entry(out, "pel-count", group.pending().count(consumer));
  }

  private void beginList(ReplyWriter out, long count, Stage listStage) {
    left = Math.min(most, count);
    next.setMin();
    out.bulkString("pending");
    out.array(left);
    stage = listStage;
  }

  private boolean writePending(ReplyWriter out, StreamGroup of, int mark, long endNanos) {
    StreamPending pending = of.pending();
    if (left > 0) {
      pending.seek(next.millis(), next.sequence());
    }
    for (; left > 0 && !LeasedReply.isEnough(out, mark, endNanos); left--) {
      out.array(4);
      StreamIds.reply(out, pending.millis(), pending.sequence());
      StreamPendings.replyName(out, of, pending.owner());
      replyDelivery(out, pending);
      pass(pending);
      pending.next();
    }
    return left == 0;
  }

  private boolean writeOwned(ReplyWriter out, StreamGroup of, int mark, long endNanos) {
    StreamPending pending = of.pending();
    if (left > 0) {
      pending.seekOwned(of.consumerAt(consumer), next.millis(), next.sequence());
    }
    for (; left > 0 && !LeasedReply.isEnough(out, mark, endNanos); left--) {
      out.array(3);
      StreamIds.reply(out, pending.millis(), pending.sequence());
      replyDelivery(out, pending);
      pass(pending);
      pending.nextOwned();
    }
    return left == 0;
  }

  /** The list goes on behind the entry at the cursor. */
  private void pass(StreamPending pending) {
    next.set(pending.millis(), pending.sequence());
    next.increment();
  }

  private static void replyDelivery(ReplyWriter out, StreamPending pending) {
    out.integer(pending.deliveryMillis());
    out.integer(pending.deliveryCount());
  }

  /** What is left after a turn. */
  static final class Rest extends LeasedReply {
    private final StreamValue stream;
    private final StreamFullInfo info;

    Rest(Call call, StreamValue stream, StreamFullInfo info) {
      super(call, 2, stream.entry());
      this.stream = stream;
      this.info = info;
    }

    @Override
    boolean write(ReplyWriter out, int mark, long endNanos) {
      point(stream);
      return info.write(out, stream, mark, endNanos);
    }
  }
}
