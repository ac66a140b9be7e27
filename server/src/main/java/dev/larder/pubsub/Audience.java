package dev.larder.pubsub;

import dev.larder.push.Outbox;
import dev.larder.push.PushGroup;
import dev.larder.push.PushMessage;
import dev.larder.session.Subscription;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Who listens to one channel or pattern: a group for each event loop. A client joins and leaves on
 * its loop, while nobody else changes the audience; any thread sends.
 */
final class Audience {

  /** By the numbers of loops; replaced when it changes. */
  private volatile @Nullable PushGroup[] groups = {};

  void add(Subscription member) {
    int loop = member.loop();
    @Nullable PushGroup[] known = groups;
    PushGroup group = loop < known.length ? known[loop] : null;
    if (group == null) {
      group = new PushGroup();
      known = Arrays.copyOf(known, Math.max(known.length, loop + 1));
      known[loop] = group;
    }
    member.join(group);
    groups = known;
  }

  /** Removes a member; whether it was the last one. */
  boolean removeLast(Subscription member) {
    member.leave();
    return count() == 0;
  }

  int count() {
    int count = 0;
    for (PushGroup group : groups) {
      count += group == null ? 0 : PushGroup.count(group.snapshot());
    }
    return count;
  }

  /** Sends everybody a message; to how many. */
  int send(PushMessage message, Outbox outbox) {
    int receivers = 0;
    @Nullable PushGroup[] all = groups;
    for (int loop = 0; loop < all.length; loop++) {
      PushGroup group = all[loop];
      long snapshot = group == null ? 0 : group.snapshot();
      int count = PushGroup.count(snapshot);
      if (group != null && count > 0) {
        outbox.add(loop, group, snapshot, message);
        receivers += count;
      }
    }
    return receivers;
  }
}
