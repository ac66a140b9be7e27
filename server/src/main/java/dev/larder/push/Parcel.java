package dev.larder.push;

import static java.util.Objects.requireNonNull;

import dev.larder.resp.HotPath;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Messages of one sender to one loop, in order. Filled by the sender, emptied on the loop.
 *
 * <p>Messages to the same members of a group that follow each other are joined to one: what is done
 * for each member is done once.
 */
@HotPath
final class Parcel {
  private static final int FIRST_ROOM = 4;

  /** What a delivery counts in {@link #weight}, besides the message: it takes time, too. */
  private static final int DELIVERY_WEIGHT = 256;

  /** Messages are joined up to this length; longer ones are not copied. */
  private static final int MAX_JOINED_BYTES = 16 * 1024;

  private @Nullable PushTarget[] targets = new PushTarget[FIRST_ROOM];

  /** Instead of a target. */
  private @Nullable PushGroup[] groups = new PushGroup[FIRST_ROOM];

  private @Nullable PushMessage[] messages = new PushMessage[FIRST_ROOM];

  /** Of the members of a group that get the message, the serial behind the last one. */
  private int[] serialEnds = new int[FIRST_ROOM];

  private int count;
  private int next;
  private long weight;
  private long sequence;

  /** Run when everything has been delivered, null for nothing. */
  private final @Nullable Runnable behind;

  /** What is being delivered to members of a group: the next message, or several as one. */
  private @Nullable PushMessage joined;

  /** How many that are. */
  private int joinedCount;

  /** The serial of the member that gets it next. */
  private int member;

  Parcel() {
    this.behind = null;
  }

  /**
   * One without messages.
   *
   * @param behind run on the loop when everything has been delivered that was posted before
   */
  Parcel(Runnable behind) {
    this.behind = behind;
  }

  /** Everything has been delivered. */
  void end() {
    if (behind != null) {
      behind.run();
    }
  }

  /** Keeps the message until it is delivered. */
  void add(PushTarget target, PushMessage message) {
    int place = add(message, 1);
    targets[place] = target;
  }

  /** As {@link #add(PushTarget, PushMessage)}, for those in a group when the snapshot was taken. */
  void add(PushGroup group, long snapshot, PushMessage message) {
    int place = add(message, PushGroup.count(snapshot));
    groups[place] = group;
    serialEnds[place] = PushGroup.serialEnd(snapshot);
  }

  private int add(PushMessage message, int deliveries) {
    if (count == messages.length) {
      int room = 2 * count;
      targets = Arrays.copyOf(targets, room);
      groups = Arrays.copyOf(groups, room);
      messages = Arrays.copyOf(messages, room);
      serialEnds = Arrays.copyOf(serialEnds, room);
    }
    message.retain();
    messages[count] = message;
    weight += message.bytes() + (long) DELIVERY_WEIGHT * deliveries;
    return count++;
  }

  /** How much there is to keep and to do, in bytes. */
  long weight() {
    return weight;
  }

  /** Closes it: nobody sees anything of it before effects up to this sequence are durable. */
  void seal(long newSequence) {
    sequence = newSequence;
  }

  /**
   * Delivers some of it.
   *
   * @param budget about how many deliveries to make, positive
   * @return what is left of the budget; if that is positive, everything has been delivered
   */
  int deliver(int budget) {
    int left = budget;
    while (next < count && left > 0) {
      PushTarget target = targets[next];
      if (target != null) {
        left--;
        deliverTo(target);
      } else {
        left = deliverJoined(left);
      }
    }
    return next < count ? 0 : left;
  }

  private void deliverTo(PushTarget target) {
    PushMessage message = requireNonNull(take());
    try {
      target.push(message, sequence);
    } finally {
      message.release();
    }
  }

  private int deliverJoined(int budget) {
    PushGroup group = groups[next];
    if (group == null) {
      throw new IllegalStateException("a message for nobody");
    }
    PushMessage message = joined;
    if (message == null) {
      message = join(group);
      joined = message;
      member = group.firstSerial();
    }
    int end = serialEnds[next];
    int from = member;
    member = group.deliver(message, sequence, from, end, budget);
    if (member == end) {
      message.release();
      joined = null;
      for (; joinedCount > 0; joinedCount--) {
        requireNonNull(take()).release();
      }
    }
    return budget - Math.max(1, member - from);
  }

  /** The messages from the next one on that go to the same members, as one to be released. */
  private PushMessage join(PushGroup group) {
    PushMessage first = requireNonNull(messages[next]);
    int bytes = first.bytes();
    int end = next + 1;
    while (first.isAlike() && end < count && groups[end] == group) {
      PushMessage message = requireNonNull(messages[end]);
      int more = message.bytes();
      if (serialEnds[end] != serialEnds[next]
          || !message.isAlike()
          || more > MAX_JOINED_BYTES - bytes) {
        break;
      }
      bytes += more;
      end++;
    }
    joinedCount = end - next;
    if (joinedCount == 1) {
      first.retain();
      return first;
    }
    return PushMessage.join(messages, next, end, bytes);
  }

  /** Takes the next message, and forgets whom it is for. */
  private @Nullable PushMessage take() {
    PushMessage message = messages[next];
    messages[next] = null;
    targets[next] = null;
    groups[next++] = null;
    return message;
  }

  /** Releases what has not been delivered, which nobody will get. */
  void discard() {
    PushMessage message = joined;
    if (message != null) {
      message.release();
      joined = null;
    }
    while (next < count) {
      requireNonNull(take()).release();
    }
  }
}
