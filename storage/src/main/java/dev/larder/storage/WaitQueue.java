package dev.larder.storage;

import dev.larder.storage.memory.Memory;
import org.jspecify.annotations.Nullable;

/** Those who wait for one key to hold a value of one type, in the order in which they came. */
final class WaitQueue {
  final int database;
  final long hash;
  private final byte[] key;
  final ValueType type;

  @Nullable KeyWait first;
  private @Nullable KeyWait last;

  /** Who is to be served next, while the key is ready; null when all have had their turn. */
  @Nullable KeyWait turn;

  /** How many places are woken by removal. */
  int removalWaits;

  /** Whether this is in the list of those ready. */
  boolean isReady;

  /** Smaller than that of a key which became ready later. */
  long readyOrder;

  @Nullable WaitQueue nextInBucket;
  @Nullable WaitQueue nextReady;

  WaitQueue(int database, long hash, byte[] key, ValueType type) {
    this.database = database;
    this.hash = hash;
    this.key = key;
    this.type = type;
  }

  boolean isFor(int wantedDatabase, long wantedHash, long keyAddress, int keyLength) {
    if (hash != wantedHash || database != wantedDatabase || key.length != keyLength) {
      return false;
    }
    for (int i = 0; i < keyLength; i++) {
      if (key[i] != Memory.getByte(keyAddress + i)) {
        return false;
      }
    }
    return true;
  }

  void append(KeyWait wait) {
    wait.queue = this;
    wait.previous = last;
    if (last == null) {
      first = wait;
    } else {
      last.next = wait;
    }
    last = wait;
    removalWaits += wait.isWokenByRemoval ? 1 : 0;
  }

  void remove(KeyWait wait) {
    if (turn == wait) {
      turn = wait.next;
    }
    if (wait.previous == null) {
      first = wait.next;
    } else {
      wait.previous.next = wait.next;
    }
    if (wait.next == null) {
      last = wait.previous;
    } else {
      wait.next.previous = wait.previous;
    }
    wait.queue = null;
    wait.previous = null;
    wait.next = null;
    removalWaits -= wait.isWokenByRemoval ? 1 : 0;
  }

  /**
   * The turn goes to whoever comes next.
   *
   * @param isAbsent whether the key does not hold the type: then only to who is woken by removal
   */
  void pass(KeyWait wait, boolean isAbsent) {
    if (turn == wait) {
      turn = isAbsent && removalWaits == 0 ? null : wait.next;
    }
  }
}
