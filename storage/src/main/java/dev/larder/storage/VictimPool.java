package dev.larder.storage;

import dev.larder.storage.memory.HotPath;

/** The keys that should go first of those that were looked at lately, in order; a few of them. */
@HotPath
final class VictimPool {
  private static final int ROOM = 16;

  private final long[] hashes = new long[ROOM];
  private final int[] databases = new int[ROOM];
  private final long[] ranks = new long[ROOM];
  private int count;

  int count() {
    return count;
  }

  long hash(int index) {
    return hashes[index];
  }

  int database(int index) {
    return databases[index];
  }

  /** What a key had when it was looked at: the less, the sooner it goes. */
  long rank(int index) {
    return ranks[index];
  }

  void clear() {
    count = 0;
  }

  /** Whether a key of this rank gets in. */
  boolean admits(long rank) {
    return count < ROOM || rank < ranks[count - 1];
  }

  /** Puts a key where it belongs; if there is no room, the last one goes. */
  void offer(long hash, int database, long rank) {
    for (int i = 0; i < count; i++) {
      if (hashes[i] == hash && databases[i] == database) {
        drop(i);
        break;
      }
    }
    int at = count < ROOM ? count++ : ROOM - 1;
    while (at > 0 && ranks[at - 1] > rank) {
      move(at - 1, at);
      at--;
    }
    hashes[at] = hash;
    databases[at] = database;
    ranks[at] = rank;
  }

  void drop(int index) {
    count--;
    for (int i = index; i < count; i++) {
      move(i + 1, i);
    }
  }

  private void move(int from, int to) {
    hashes[to] = hashes[from];
    databases[to] = databases[from];
    ranks[to] = ranks[from];
  }
}
