package dev.larder.storage;

import dev.larder.storage.memory.Arena;

/** A consumer group that its stream no longer has, and whose blocks are freed in slices. */
final class DetachedGroup implements Garbage {
  private static final int BLOCKS_PER_STEP = 256;

  private final StreamBlocks blocks = new StreamBlocks();
  private final Arena arena;
  private final int reference;

  DetachedGroup(Arena arena, int reference) {
    this.arena = arena;
    this.reference = reference;
  }

  @Override
  public boolean freeSome() {
    return blocks.freeGroup(arena, reference, BLOCKS_PER_STEP);
  }
}
