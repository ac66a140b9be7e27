package dev.larder.net;

import io.netty.buffer.ByteBuf;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Replies of one connection that must not leave yet, in order, each with the sequence up to which
 * effects have to be durable first. Sequences only grow: a reply waits for those before it.
 */
final class HeldReplies {
  private static final int FIRST_ROOM = 4;

  private @Nullable ByteBuf[] buffers = new ByteBuf[FIRST_ROOM];
  private long[] sequences = new long[FIRST_ROOM];
  private int first;
  private int count;

  /** Read by other threads, too, which may see an old value. */
  private int bytes;

  /** Takes over a buffer. */
  void add(ByteBuf buffer, long sequence) {
    if (count == buffers.length) {
      grow();
    }
    int at = (first + count) % buffers.length;
    buffers[at] = buffer;
    sequences[at] = sequence;
    count++;
    bytes += buffer.readableBytes();
  }

  private void grow() {
    @Nullable ByteBuf[] more = Arrays.copyOfRange(buffers, first, first + 2 * count);
    System.arraycopy(buffers, 0, more, count - first, first);
    long[] moreSequences = Arrays.copyOfRange(sequences, first, first + 2 * count);
    System.arraycopy(sequences, 0, moreSequences, count - first, first);
    buffers = more;
    sequences = moreSequences;
    first = 0;
  }

  boolean isEmpty() {
    return count == 0;
  }

  /** The sequence that the first one waits for; there is one. */
  long firstSequence() {
    return sequences[first];
  }

  /** The first one, which the caller has to release, if it waits for no more than this; or null. */
  @Nullable ByteBuf poll(long durable) {
    if (count == 0 || sequences[first] > durable) {
      return null;
    }
    ByteBuf buffer = buffers[first];
    buffers[first] = null;
    first = (first + 1) % buffers.length;
    count--;
    if (buffer != null) {
      bytes -= buffer.readableBytes();
    }
    return buffer;
  }

  /** Bytes in all of them. */
  int bytes() {
    return bytes;
  }

  /** Forgets and releases all. */
  void release() {
    for (ByteBuf buffer = poll(Long.MAX_VALUE); buffer != null; buffer = poll(Long.MAX_VALUE)) {
      buffer.release();
    }
  }
}
