package dev.larder.push;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Messages of one sender to one loop, in order. Filled by the sender, emptied on the loop. */
final class Parcel {
  private static final int FIRST_ROOM = 4;

  private @Nullable PushTarget[] targets = new PushTarget[FIRST_ROOM];
  private @Nullable PushMessage[] messages = new PushMessage[FIRST_ROOM];
  private int count;
  private int next;
  private long sequence;

  /** Keeps the message until it is delivered. */
  void add(PushTarget target, PushMessage message) {
    if (count == targets.length) {
      targets = Arrays.copyOf(targets, 2 * count);
      messages = Arrays.copyOf(messages, 2 * count);
    }
    message.retain();
    targets[count] = target;
    messages[count++] = message;
  }

  /** Closes it: nobody sees anything of it before effects up to this sequence are durable. */
  void seal(long newSequence) {
    sequence = newSequence;
  }

  /** Delivers the next message; false if there is none. */
  boolean deliverNext() {
    if (next == count) {
      return false;
    }
    PushTarget target = targets[next];
    PushMessage message = messages[next];
    targets[next] = null;
    messages[next] = null;
    next++;
    if (target != null && message != null) {
      try {
        target.push(message, sequence);
      } finally {
        message.release();
      }
    }
    return true;
  }
}
