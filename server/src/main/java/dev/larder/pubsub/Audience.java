package dev.larder.pubsub;

import dev.larder.push.Outbox;
import dev.larder.push.PushMessage;
import dev.larder.session.Subscription;
import java.util.LinkedHashSet;
import java.util.Set;

/** Who listens to one channel or pattern, in the order in which they came. Any thread. */
final class Audience {
  private final Set<Subscription> members = new LinkedHashSet<>();

  synchronized void add(Subscription member) {
    members.add(member);
  }

  /** Removes a member; whether it was the last one. */
  synchronized boolean removeLast(Subscription member) {
    members.remove(member);
    return members.isEmpty();
  }

  synchronized int count() {
    return members.size();
  }

  /** Sends everybody a message; to how many. */
  synchronized int send(PushMessage message, Outbox outbox) {
    for (Subscription member : members) {
      outbox.add(member.loop(), member, message);
    }
    return members.size();
  }
}
