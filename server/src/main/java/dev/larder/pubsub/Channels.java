package dev.larder.pubsub;

import dev.larder.resp.ByteString;
import dev.larder.session.Subscription;
import java.util.Collection;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Channels by their names: those that somebody listens to. Any thread. */
final class Channels {
  private final ConcurrentHashMap<ByteString, Audience> byName = new ConcurrentHashMap<>();

  void add(Subscription member) {
    byName.compute(
        member.name(),
        (_, known) -> {
          Audience audience = known == null ? new Audience() : known;
          audience.add(member);
          return audience;
        });
  }

  void remove(Subscription member) {
    byName.computeIfPresent(
        member.name(), (_, audience) -> audience.removeLast(member) ? null : audience);
  }

  @Nullable Audience find(ByteString name) {
    return byName.get(name);
  }

  int count() {
    return byName.size();
  }

  Collection<ByteString> names() {
    return byName.keySet();
  }
}
