package dev.larder.session;

import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The open sessions, by id. Safe for any thread; iteration sees a recent state. */
public final class Sessions {

  private final ConcurrentHashMap<Long, Session> open = new ConcurrentHashMap<>();
  private final AtomicLong lastId = new AtomicLong();

  /** Ids rise by one from 1 and are never used again. */
  public long nextId() {
    return lastId.incrementAndGet();
  }

  public void add(Session session) {
    if (open.putIfAbsent(session.id(), session) != null) {
      throw new IllegalStateException("session " + session.id() + " is registered already");
    }
  }

  public void remove(Session session) {
    open.remove(session.id(), session);
  }

  public int count() {
    return open.size();
  }

  /** The open session with this id, or null. */
  public @Nullable Session find(long id) {
    return open.get(id);
  }

  /** Shows every open session to {@code visitor}, in no order. */
  public void forEach(Consumer<Session> visitor) {
    open.values().forEach(visitor);
  }

  /** All open sessions in the order in which they came. */
  public List<Session> snapshot() {
    return open.values().stream().sorted(Comparator.comparingLong(Session::id)).toList();
  }

  /** Those of {@link #snapshot} that were not killed: their loops may have yet to close them. */
  public List<Session> remaining() {
    return snapshot().stream().filter(session -> !session.isCloseRequested()).toList();
  }
}
