package dev.larder.commands;

import dev.larder.resp.ReplyWriter;
import dev.larder.storage.StreamCursor;
import dev.larder.storage.StreamId;
import dev.larder.storage.StreamValue;

/**
 * Entries of a stream that does not change meanwhile, to be counted and then replied in slices, as
 * their number comes first.
 */
final class StreamRange {
  /** Behind this id the range begins, or goes on. */
  private final StreamId after = new StreamId();

  private final StreamId to = new StreamId();

  /** Behind this id entries are still to be counted. */
  private final StreamId counted = new StreamId();

  private final StreamId next = new StreamId();
  private final boolean isReverse;
  private long left;

  /**
   * @param from the lowest id
   * @param to the highest id
   */
  StreamRange(StreamId from, StreamId to, boolean isReverse) {
    after.set(from);
    // No entry has the lowest id.
    after.decrement();
    counted.set(after);
    this.to.set(to);
    this.isReverse = isReverse;
  }

  /** How many entries were counted and not replied. */
  long left() {
    return left;
  }

  /** It is known without counting how many entries to reply. */
  void counted(long entries) {
    left = entries;
  }

  /**
   * Counts entries, of which there is none if the range is empty.
   *
   * @param most how many to reply, no less than 0
   * @return whether all were counted
   */
  boolean count(StreamValue stream, long most, long endNanos) {
    long entries = -1;
    while (entries != 0 && left < most) {
      if (entries > 0 && LeasedReply.isLate(endNanos)) {
        return false;
      }
      entries = stream.cursor().countNode(counted, to);
      left += entries;
    }
    left = Math.min(left, most);
    return true;
  }

  /** Replies entries that were counted; whether these were the last. */
  boolean write(ReplyWriter out, StreamValue stream, int mark, long endNanos) {
    StreamCursor cursor = stream.cursor();
    if (left > 0) {
      seek(cursor);
    }
    while (left > 0 && !LeasedReply.isEnough(out, mark, endNanos)) {
      StreamReplies.entry(out, cursor);
      (isReverse ? to : after).set(cursor.millis(), cursor.sequence());
      left--;
      if (isReverse) {
        cursor.previous();
      } else {
        cursor.next();
      }
    }
    if (isReverse && left > 0) {
      to.decrement();
    }
    return left == 0;
  }

  private void seek(StreamCursor cursor) {
    if (isReverse) {
      cursor.seekBack(to.millis(), to.sequence());
    } else {
      next.set(after);
      next.increment();
      cursor.seek(next.millis(), next.sequence());
    }
  }
}
