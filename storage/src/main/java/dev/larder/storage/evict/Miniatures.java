package dev.larder.storage.evict;

import dev.larder.storage.memory.HotPath;
import dev.larder.storage.memory.VirtualMemory;
import org.jspecify.annotations.Nullable;

/**
 * Miniature caches of several sizes, which are asked for the same keys. Sizes are told by their
 * places in {@link #FACTORS}, sets of them by bits. One thread at a time.
 */
@HotPath
public final class Miniatures {
  /** The sizes, as parts of the real one's, in ascending order. */
  private static final double[] FACTORS = {0.5, 1, 2, 4};

  /** The place of the size that is the real one's. */
  public static final int SAME = 1;

  /** The most keys of the sample that the real cache has: all miniatures take about a MiB. */
  public static final int MAX_KEYS = 3584;

  /** So many more fit, since a sample may have more than its share. */
  private static final int SLACK_PART = 32;

  private static final int TRIMMED_AT_ONCE = 1024;

  private final Miniature[] all = new Miniature[FACTORS.length];
  private final long memory;
  private final long bytes;

  private Miniatures(long memory, long bytes) {
    this.memory = memory;
    this.bytes = bytes;
    long at = memory;
    for (int i = 0; i < all.length; i++) {
      all[i] = new Miniature(at, most(i));
      at += Miniature.bytes(most(i));
    }
  }

  /**
   * Makes empty ones.
   *
   * @return null if the system grants no address space
   */
  public static @Nullable Miniatures allocate() {
    long sum = 0;
    for (int i = 0; i < FACTORS.length; i++) {
      sum += Miniature.bytes(most(i));
    }
    long memory = VirtualMemory.reserve(sum);
    return memory == 0 ? null : new Miniatures(memory, sum);
  }

  private static int most(int size) {
    return (int) (FACTORS[size] * (MAX_KEYS + MAX_KEYS / SLACK_PART));
  }

  /** Gives their memory back; nobody may use them any more. */
  public void close() {
    for (Miniature miniature : all) {
      miniature.close();
    }
    VirtualMemory.release(memory, bytes);
  }

  /** How many sizes there are. */
  public static int count() {
    return FACTORS.length;
  }

  /** A size, as a part of the real one. */
  public static double factor(int size) {
    return FACTORS[size];
  }

  /** Bytes that they take. */
  public long bytes() {
    long sum = bytes;
    for (Miniature miniature : all) {
      sum += miniature.ghostBytes();
    }
    return sum;
  }

  /** Begin anew, without a key. */
  public void clear(boolean isS3) {
    for (Miniature miniature : all) {
      miniature.clear(isS3);
    }
  }

  /** Have nothing any more, and take no memory until they begin anew. */
  public void drop() {
    clear(false);
    VirtualMemory.decommit(memory, bytes);
  }

  /** Drop the keys whose lower half is not less than this, as a signed number. */
  public void keepBelow(int threshold) {
    for (Miniature miniature : all) {
      miniature.keepBelow(threshold);
    }
  }

  /**
   * Follow the real cache in its size.
   *
   * @param keys of the sample in the real cache, as expected
   * @param isFull whether the real one evicts keys: else no larger one would
   * @param share the part of new keys under S3, in hundredths
   */
  public void fit(double keys, boolean isFull, int share) {
    for (int i = 0; i < all.length; i++) {
      boolean isBounded = isFull || i < SAME;
      all[i].capacity(isBounded ? keys * FACTORS[i] : most(i), share);
      all[i].trim(TRIMMED_AT_ONCE);
    }
  }

  /** Whether a key had to go from that of the same size since it began. */
  public boolean hasEvicted() {
    return all[SAME].hasEvicted();
  }

  /**
   * A key is asked for. Where it is missing it comes in, if the real cache has it: without it, the
   * client would store it.
   *
   * @param isThere whether the real cache has it
   * @param isUsed whether that counts as a use
   * @return the sizes that have had it
   */
  public int request(
      long id, boolean isThere, long deadlineMillis, boolean isUsed, long nowMillis) {
    int present = 0;
    for (int i = 0; i < all.length; i++) {
      Miniature miniature = all[i];
      int slot = miniature.find(id, nowMillis);
      if (slot != Miniature.NONE) {
        present |= 1 << i;
        if (isUsed) {
          miniature.use(slot);
        }
        if (!isThere) {
          miniature.missedElsewhere(slot);
        }
      } else if (isThere) {
        miniature.insert(id, deadlineMillis);
      }
    }
    return present;
  }

  /** A key that the real cache has is used, and comes in where it is missing if that is said. */
  public void use(long id, boolean comesIn, long deadlineMillis, boolean isUsed, long nowMillis) {
    for (Miniature miniature : all) {
      int slot = miniature.find(id, nowMillis);
      if (slot != Miniature.NONE) {
        if (isUsed) {
          miniature.use(slot);
        }
      } else if (comesIn) {
        miniature.insert(id, deadlineMillis);
      }
    }
  }

  /**
   * A key is stored, or changed. Nothing happens where that only makes up for a miss of the real
   * cache which was none here.
   */
  public void store(long id, long deadlineMillis, boolean isUsed, long nowMillis) {
    for (Miniature miniature : all) {
      int slot = miniature.find(id, nowMillis);
      if (slot == Miniature.NONE) {
        miniature.insert(id, deadlineMillis);
      } else if (!miniature.takeMissedElsewhere(slot)) {
        miniature.deadline(slot, deadlineMillis);
        if (isUsed) {
          miniature.use(slot);
        }
      }
    }
  }

  /** A key is deleted. */
  public void delete(long id) {
    for (Miniature miniature : all) {
      int slot = miniature.find(id, Long.MIN_VALUE);
      if (slot != Miniature.NONE) {
        miniature.remove(slot);
      }
    }
  }

  /** Checks them; for tests. */
  public void validate() {
    for (Miniature miniature : all) {
      miniature.validate();
    }
  }
}
