package dev.larder.storage;

/** How a snapshot shares the machine with those whom it is taken of; for its thread. */
public interface SnapshotPace {
  /** A slice begins, which owns a shard. */
  void begin();

  /** Whether the slice has lasted long enough; asked after each entry. */
  boolean isOver();

  /** Called between slices, owning nothing. */
  void pause();

  /** The same, when a shard could not be had. */
  void await();
}
