package dev.larder.session;

import dev.larder.resp.ByteString;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * What a client listens to. It is made when the client first subscribes. Changed on the session's
 * loop; any thread reads.
 */
public final class Subscriptions {

  /** What a subscription names. */
  public enum Kind {
    CHANNEL,
    PATTERN,
    SHARD_CHANNEL
  }

  private final Connection connection;
  private final BiConsumer<Kind, Subscription> leave;
  private final Map<Kind, Map<ByteString, Subscription>> all = new EnumMap<>(Kind.class);

  /** How many there are; written with the monitor held. */
  private volatile int total;

  /**
   * @param leave what has to be done when a subscription ends
   */
  public Subscriptions(Session session, BiConsumer<Kind, Subscription> leave) {
    this.connection = session.connection();
    this.leave = leave;
    for (Kind kind : Kind.values()) {
      all.put(kind, new LinkedHashMap<>());
    }
  }

  private Map<ByteString, Subscription> of(Kind kind) {
    Map<ByteString, Subscription> found = all.get(kind);
    if (found == null) {
      throw new IllegalStateException("no subscriptions of kind " + kind);
    }
    return found;
  }

  /** A new subscription, or null if there is one of this name. */
  public synchronized @Nullable Subscription add(Kind kind, ByteString name) {
    if (of(kind).containsKey(name)) {
      return null;
    }
    Subscription added = new Subscription(connection, name);
    of(kind).put(name, added);
    total++;
    return added;
  }

  /** Ends a subscription, if there is one of this name. */
  public void remove(Kind kind, ByteString name) {
    Subscription removed = take(kind, name);
    if (removed != null) {
      leave.accept(kind, removed);
    }
  }

  private synchronized @Nullable Subscription take(Kind kind, ByteString name) {
    Subscription taken = of(kind).remove(name);
    total -= taken == null ? 0 : 1;
    return taken;
  }

  /** What the client listens to, in the order in which it asked. */
  public synchronized List<ByteString> names(Kind kind) {
    return List.copyOf(of(kind).keySet());
  }

  /** How many subscriptions of a kind there are. */
  public synchronized int count(Kind kind) {
    return of(kind).size();
  }

  /** What the names of a kind take, each of them so much besides its bytes. */
  synchronized long bytes(Kind kind, int each) {
    return ClientMemory.ofNames(of(kind).keySet(), each);
  }

  /** Whether there is none. */
  public boolean isEmpty() {
    return total == 0;
  }

  /** The client has gone, or begins anew. */
  void end() {
    for (Kind kind : Kind.values()) {
      names(kind).forEach(name -> remove(kind, name));
    }
  }
}
