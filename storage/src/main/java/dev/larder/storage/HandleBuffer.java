package dev.larder.storage;

import dev.larder.storage.evict.HandleRing;
import dev.larder.storage.memory.HotPath;

/** Handles of new keys on their way into the ring: those of one unit, on its thread. */
@HotPath
final class HandleBuffer {
  private static final int ROOM = 64;

  private final int[] handles = new int[ROOM];
  private int count;

  /**
   * Adds a handle; passes them on when there are {@code step} of them, later while the ring is
   * locked.
   *
   * @return false if the ring has no memory: handles may be missing from now on
   */
  boolean add(HandleRing ring, int handle, int step) {
    handles[count++] = handle;
    return count < step || passOn(ring);
  }

  private boolean passOn(HandleRing ring) {
    while (!ring.tryLock()) {
      if (count < ROOM) {
        return true;
      }
      Thread.onSpinWait();
    }
    try {
      return ring.push(handles, count);
    } finally {
      count = 0;
      ring.unlock();
    }
  }

  /** Visits what is in it; for tests. */
  void forEach(HandleRing.Visitor visitor) {
    for (int i = 0; i < count; i++) {
      visitor.visit(handles[i]);
    }
  }
}
