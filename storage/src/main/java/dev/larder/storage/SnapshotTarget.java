package dev.larder.storage;

import java.io.IOException;

/**
 * Where a snapshot goes. Called on the snapshot's thread, which owns no shard then: {@link #begin},
 * entries, and {@link #finish} or {@link #abandon}. What throws ends the snapshot.
 */
public interface SnapshotTarget {
  /** The moment of the snapshot, at which its thread owns every shard. */
  default void cut() {}

  /**
   * The cut was taken, after which the keyspace may change.
   *
   * @param pace to rest by, in what takes long
   */
  void begin(SnapshotSizes sizes, SnapshotPace pace) throws IOException;

  /**
   * Whole entries as files have them (deadline, type, key, value), or a part of an entry with which
   * the next call goes on.
   *
   * @param database the number it had at the cut
   * @param version of the format, which is needed for what these bytes are of
   */
  void entries(int database, long address, long bytes, int version) throws IOException;

  /**
   * As {@link #entries}, while an entry is only half written: keeps what comes, outside of memory,
   * until {@link #takeBack}.
   */
  void setAside(int database, long address, long bytes, int version) throws IOException;

  /**
   * Writes some of what was set aside, as entries that come now; called until all has been.
   *
   * @return whether there is more
   */
  boolean takeBack() throws IOException;

  /** That was all. */
  void finish() throws IOException;

  /** There will be no more: what was written is of no use. */
  void abandon();
}
