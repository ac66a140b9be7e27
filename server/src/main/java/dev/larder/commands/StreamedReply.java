package dev.larder.commands;

import dev.larder.command.Job;
import dev.larder.resp.ReplyWriter;
import dev.larder.storage.PinnedString;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Streams pinned strings into a reply: one bulk string, or an array of them. */
final class StreamedReply implements Job {

  private static final int PIECE_BYTES = StringReplies.PIECE_BYTES;

  private final List<@Nullable PinnedString> elements;
  private final boolean isArray;
  private boolean isStarted;
  private int index;

  /** How much of the current element has been written; -1 before its header. */
  private long offset = -1;

  /** A reply of one bulk string. */
  StreamedReply(PinnedString string) {
    this.elements = List.of(string);
    this.isArray = false;
  }

  /**
   * A reply of an array.
   *
   * @param elements null for nil
   */
  StreamedReply(List<@Nullable PinnedString> elements) {
    this.elements = elements;
    this.isArray = true;
  }

  @Override
  public boolean step(ReplyWriter out, long budgetNanos) {
    if (isArray && !isStarted) {
      out.array(elements.size());
    }
    isStarted = true;
    int left = PIECE_BYTES;
    while (index < elements.size() && left > 0) {
      PinnedString string = elements.get(index);
      if (string == null) {
        out.nil();
        index++;
        left--;
        continue;
      }
      left -= write(out, string, left);
    }
    return index == elements.size();
  }

  /** Writes up to {@code most} bytes of a string and what surrounds them; returns how many. */
  private int write(ReplyWriter out, PinnedString string, int most) {
    if (offset < 0) {
      out.bulkHeader(string.length());
      offset = 0;
    }
    int bytes = (int) Math.min(most, string.length() - offset);
    string.copy(offset, out.piece(bytes), bytes);
    offset += bytes;
    if (offset == string.length()) {
      out.endOfLine();
      string.close();
      offset = -1;
      index++;
    }
    return Math.max(bytes, 1);
  }

  @Override
  public void cancel() {
    for (; index < elements.size(); index++) {
      PinnedString string = elements.get(index);
      if (string != null) {
        string.close();
      }
    }
  }
}
