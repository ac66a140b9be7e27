package dev.larder.storage;

import dev.larder.storage.memory.Arena;

/**
 * Gives a copy of a value blocks of its own, in slices, with the same content. Between them neither
 * the value nor the copy is changed or moved by others; what there is of the copy can be freed as
 * any other value. One value at a time, for a unit that owns the shards of both in every slice.
 */
abstract class ValueCopy {
  @SuppressWarnings("NullAway.Init") // Set by every begin.
  Arena from;

  @SuppressWarnings("NullAway.Init")
  Arena to;

  /** How many pieces may still be copied in this slice. */
  private long left;

  private boolean isExhausted;

  /**
   * Starts.
   *
   * @param root the value part to copy, whose blocks are in {@code source}
   * @param copy a byte-wise copy of it, which from now on refers to blocks in {@code target} only
   */
  final void begin(Arena source, long root, Arena target, long copy) {
    from = source;
    to = target;
    begin(root, copy);
  }

  abstract void begin(long root, long copy);

  /**
   * Goes on.
   *
   * @param pieces about how much to copy: {@link Pieces}
   */
  final Progress step(long pieces) {
    left = pieces;
    isExhausted = false;
    boolean more = true;
    while (more && left > 0) {
      more = next();
      if (isExhausted) {
        return Progress.MEMORY_EXHAUSTED;
      }
    }
    return more ? Progress.MORE : Progress.DONE;
  }

  /**
   * Copies the next piece, or finds out which that is.
   *
   * @return false when there is none
   */
  abstract boolean next();

  /** Before a piece of so many bytes is copied: whether there is room, and then accounts for it. */
  final boolean isGranted(int bytes) {
    isExhausted = !to.hasRoom(bytes);
    left -= Pieces.of(bytes);
    return !isExhausted;
  }

  /** Insists that the room there was suffices. */
  static void granted(boolean success) {
    if (!success) {
      throw new IllegalStateException("no memory behind the room for a copy");
    }
  }
}
