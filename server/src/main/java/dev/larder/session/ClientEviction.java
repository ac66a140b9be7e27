package dev.larder.session;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Disconnects the clients that have the most memory while all of them together have more than they
 * may. One thread looks ten times a second, as long as there is a limit: ten thousand clients take
 * it a millisecond, and no event loop any time.
 */
public final class ClientEviction {
  private static final Logger log = LoggerFactory.getLogger(ClientEviction.class);

  /** No limit is lower, so that there is always a client that can change it. */
  private static final long LEAST_LIMIT_BYTES = 128 * 1024;

  private final Sessions sessions;
  private final LongSupplier limit;
  private final Runnable onEviction;

  private record Candidate(Session session, long bytes) {}

  /**
   * @param limit in bytes, 0 for none
   * @param onEviction told of each client that is disconnected
   */
  public ClientEviction(Sessions sessions, LongSupplier limit, Runnable onEviction) {
    this.sessions = sessions;
    this.limit = limit;
    this.onEviction = onEviction;
  }

  /** Looks once. */
  public void tick() {
    long configured = limit.getAsLong();
    if (configured > 0) {
      evict(Math.max(configured, LEAST_LIMIT_BYTES));
    }
  }

  private void evict(long most) {
    List<Candidate> candidates = new ArrayList<>();
    long[] sum = new long[1];
    sessions.forEach(session -> {
      if (!session.isCloseRequested() && !session.hasEnded()) {
        long bytes = ClientMemory.of(session);
        sum[0] += bytes;
        if (mayGo(session)) {
          candidates.add(new Candidate(session, bytes));
        }
      }
    });
    if (sum[0] <= most) {
      return;
    }
    candidates.sort(Comparator.comparingLong(Candidate::bytes).reversed());
    for (Candidate next : candidates) {
      if (sum[0] <= most) {
        return;
      }
      sum[0] -= next.bytes;
      log.info(
          "Evicting client {} ({}), which has {} bytes: all clients have more than"
              + " maxmemory-clients",
          next.session.id(),
          next.session.connection().remoteAddress(),
          next.bytes);
      onEviction.run();
      next.session.close();
    }
  }

  private static boolean mayGo(Session session) {
    return !session.modes().isNoEvict() && !session.modes().isMonitor();
  }
}
