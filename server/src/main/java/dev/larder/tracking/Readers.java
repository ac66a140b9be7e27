package dev.larder.tracking;

import dev.larder.session.Tracking;
import java.util.Arrays;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/**
 * Numbers for the clients whose readings are remembered. A number is used again only when a sweep
 * has been through all shards, so that nobody is taken for another one. Any thread.
 */
final class Readers {
  private static final int FIRST_ROOM = 64;

  /** Who has which number; replaced when it grows. */
  private volatile @Nullable Tracking[] all = new Tracking[FIRST_ROOM];

  private int used;

  /** Numbers that may be given away. */
  private int[] free = new int[FIRST_ROOM];

  private int freeCount;

  /** Those who have gone since the last sweep began. */
  private BitSet gone = new BitSet();

  /** Those whom the sweep under way removes, null if there is none. */
  private volatile @Nullable BitSet swept;

  private int shardsLeft;
  private volatile int sweep;

  /** Gives a number to a client that has none. */
  synchronized int give(Tracking tracking) {
    int number;
    if (freeCount > 0) {
      number = free[--freeCount];
    } else {
      number = used++;
      if (number == all.length) {
        all = Arrays.copyOf(all, 2 * number);
      }
    }
    all[number] = tracking;
    tracking.reader(number);
    return number;
  }

  /** Who has a number that was noted in a shard which the caller owns; null if it has gone. */
  @Nullable Tracking at(int number) {
    return all[number];
  }

  /** A client with this number has gone. */
  synchronized void remove(int number) {
    all[number] = null;
    gone.set(number);
  }

  /** The number of the sweep that is under way or was the last. */
  int sweep() {
    return sweep;
  }

  /** The numbers that shards are to forget in the sweep that is under way, null if none is. */
  @Nullable BitSet swept() {
    return swept;
  }

  /** Begins a sweep if somebody has gone and none is under way. */
  synchronized void beginSweep(int shards) {
    if (swept == null && !gone.isEmpty()) {
      shardsLeft = shards;
      swept = gone;
      gone = new BitSet();
      sweep++;
    }
  }

  /** The sweep under way has been through one more shard. */
  synchronized void sweptShard() {
    BitSet numbers = swept;
    if (--shardsLeft == 0 && numbers != null) {
      for (int number = numbers.nextSetBit(0); number >= 0; ) {
        if (freeCount == free.length) {
          free = Arrays.copyOf(free, 2 * freeCount);
        }
        free[freeCount++] = number;
        number = numbers.nextSetBit(number + 1);
      }
      swept = null;
    }
  }
}
