package dev.larder.storage;

import dev.larder.storage.memory.HotPath;
import org.jspecify.annotations.Nullable;

/**
 * The sequence of the last effect on each of a shard's keys, or on another key that shares its
 * place. There are so many places that hardly anybody meets one of the effects that are on their
 * way to the disk by chance. Used by the shard's owner; takes no memory before the first mark.
 */
@HotPath
final class EffectMarks {
  private static final int PLACES = 1 << 12;

  /** Shards, tags and most tables are told apart by bits above or below these. */
  private static final int SHIFT = 20;

  private long @Nullable [] sequences;

  void set(long hash, long sequence) {
    long[] all = sequences;
    if (all == null) {
      all = new long[PLACES];
      sequences = all;
    }
    all[place(hash)] = sequence;
  }

  /** 0 if there was no effect. */
  long get(long hash) {
    long[] all = sequences;
    return all == null ? 0 : all[place(hash)];
  }

  private static int place(long hash) {
    return (int) (hash >>> SHIFT) & PLACES - 1;
  }
}
