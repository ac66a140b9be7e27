package dev.larder.storage;

import dev.larder.storage.memory.Arena;
import dev.larder.storage.memory.Memory;

/** A value whose key has gone, and whose blocks are freed in slices. */
final class DetachedValue implements Garbage {
  private static final int BLOCKS_PER_STEP = 256;

  private final Arena arena;
  private final Structure structure;
  private final int encoding;

  /** A block that holds the value's root. */
  private final int root;

  private final long keys;

  private DetachedValue(Arena arena, Structure structure, int encoding, int root, long keys) {
    this.arena = arena;
    this.structure = structure;
    this.encoding = encoding;
    this.root = root;
    this.keys = keys;
  }

  /**
   * Takes the blocks of a value over; null when there is no memory to remember them in.
   *
   * @param keys 1 if it was a key's, 0 if that is counted elsewhere
   */
  static @org.jspecify.annotations.Nullable DetachedValue of(
      Arena arena, Structure structure, int encoding, long value, int valueBytes, long keys) {
    assert valueBytes <= Structure.MAX_ROOT_BYTES;
    int root = arena.allocate(valueBytes);
    if (root == 0) {
      return null;
    }
    Memory.copy(value, arena.address(root), valueBytes);
    return new DetachedValue(arena, structure, encoding, root, keys);
  }

  /** Where the value's root lies. */
  long root() {
    return arena.address(root);
  }

  @Override
  public long keys() {
    return keys;
  }

  @Override
  public boolean freeSome() {
    if (!structure.freeSome(arena, arena.address(root), encoding, BLOCKS_PER_STEP)) {
      return false;
    }
    arena.free(root);
    return true;
  }
}
