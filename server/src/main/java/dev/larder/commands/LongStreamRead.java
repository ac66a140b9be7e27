package dev.larder.commands;

import dev.larder.command.Call;
import dev.larder.command.Job;
import dev.larder.metrics.Clock;
import dev.larder.resp.ReplyWriter;
import dev.larder.storage.Bytes;
import dev.larder.storage.StreamId;
import dev.larder.storage.StreamRead;
import dev.larder.storage.StreamValue;
import java.util.ArrayList;
import java.util.List;

/**
 * An XREAD whose reply is too long for a turn. Each stream is leased until its part of the reply is
 * written; first the entries of all are counted.
 */
final class LongStreamRead implements Job {
  /** A stream that has entries to read. */
  private record Part(LeasedKey key, byte[] name, StreamRange range) {}

  private final StreamValue stream;
  private final long count;
  private final long maxCount;
  private final List<Part> parts = new ArrayList<>();
  private int index;
  private boolean isCounted;

  /** Whether the header of the stream's part is written. */
  private boolean isBegun;

  /** How many entries were counted. */
  private long entries;

  LongStreamRead(StreamValue stream, StreamRead read) {
    this.stream = stream;
    this.count = read.count() == 0 ? Long.MAX_VALUE : read.count();
    this.maxCount = read.maxCount() == 0 ? Long.MAX_VALUE : read.maxCount();
  }

  /** Adds the stream that the view points at, which has entries from an id on. */
  void add(Call call, int keyArg, StreamId from) {
    StreamId last = new StreamId();
    last.setMax();
    parts.add(
        new Part(
            new LeasedKey(call, keyArg, stream.entry(), false),
            Bytes.toArray(call.argAddress(keyArg), call.argLength(keyArg)),
            new StreamRange(from, last, false)));
  }

  @Override
  public boolean step(ReplyWriter out, long budgetNanos) {
    Part part = parts.get(index);
    if (!part.key.acquire()) {
      return false;
    }
    part.key.point(stream);
    long endNanos = Clock.nanos() + budgetNanos;
    if (!isCounted) {
      count(out, part, endNanos);
      return false;
    }
    int mark = out.mark();
    if (!isBegun) {
      StreamReadReply.beginStream(out, part.name, part.range.left());
      isBegun = true;
    }
    if (part.range.write(out, stream, mark, endNanos)) {
      part.key.end();
      isBegun = false;
      index++;
    }
    return index == parts.size();
  }

  /** Counts entries of a part; behind the last one the reply begins. */
  private void count(ReplyWriter out, Part part, long endNanos) {
    if (!part.range.count(stream, Math.min(count, maxCount - entries), endNanos)) {
      return;
    }
    entries += part.range.left();
    index++;
    if (entries == maxCount || index == parts.size()) {
      for (Part more : parts.subList(index, parts.size())) {
        more.key.end();
      }
      StreamReadReply.begin(out, index);
      parts.subList(index, parts.size()).clear();
      index = 0;
      isCounted = true;
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

  @Override
  public void cancel() {
    for (Part part : parts) {
      part.key.end();
    }
  }
}
