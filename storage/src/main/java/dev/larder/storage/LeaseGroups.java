package dev.larder.storage;

import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * All groups of leases that there are, so that together they do not take more of the heap than it
 * has: some thirty bytes a key. May be used from any thread.
 */
public final class LeaseGroups {
  /** So many keys are leased in groups at a time; a single group may have more. */
  private static final long MAX_KEYS = 3 << 19;

  private final Deque<LeaseGroup> groups = new ArrayDeque<>();
  private long keys;

  /**
   * Admits a group if there is room for it.
   *
   * @param mayWait false to admit it in any case
   * @return null, or what ends before there can be room
   */
  public synchronized @Nullable Lease admit(LeaseGroup group, boolean mayWait) {
    if (mayWait && !groups.isEmpty() && keys + group.count() > MAX_KEYS) {
      return groups.getFirst().whole();
    }
    groups.add(group);
    keys += group.count();
    group.begin();
    return null;
  }

  /** A group is over, if it was admitted. */
  synchronized void dismiss(LeaseGroup group) {
    if (groups.remove(group)) {
      keys -= group.count();
    }
  }
}
