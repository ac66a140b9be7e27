package dev.larder.storage.table;

import dev.larder.storage.memory.Arena;

/**
 * The moving of one value's blocks out of pages that are to be emptied, in steps between which the
 * value may change: where it has come to, and how many blocks were moved. A value has parts, such
 * as a table and a tree, one after the other; a position is one that its part understands.
 */
public final class BlockMove {
  private final SlotCursor slots = new SlotCursor();
  private int part;
  private long position;
  private long moved;
  private long failed;

  /** Begins with a value. */
  public void begin() {
    part = 0;
    position = 0;
  }

  /** The part that is next, from 0. */
  public int part() {
    return part;
  }

  /** Where to go on: in the same part, or at 0 with the next one. */
  private void goOn(long newPosition) {
    position = newPosition;
    if (newPosition == 0) {
      part++;
    }
  }

  /** Blocks moved since the beginning. */
  public long moved() {
    return moved;
  }

  /** Blocks that could not be moved. */
  public long failed() {
    return failed;
  }

  /** Counts blocks that were moved by others. */
  public void addMoved(int blocks) {
    moved += blocks;
  }

  /**
   * Makes a copy of a block that is to be moved; the caller points to it, and frees the block.
   *
   * @return 0 if the block stays
   */
  public int copy(Arena arena, int reference) {
    if (!arena.isEvacuating(reference)) {
      return 0;
    }
    int copy = arena.copyOf(reference);
    if (copy == 0) {
      failed++;
    } else {
      moved++;
    }
    return copy;
  }

  /**
   * Moves a block that is referred to from one place.
   *
   * @return what that has to refer to from now on
   */
  public int move(Arena arena, int reference) {
    int copy = reference == 0 ? 0 : copy(arena, reference);
    if (copy == 0) {
      return reference;
    }
    arena.free(reference);
    return copy;
  }

  /** Hears of a member that has moved, before it is freed where it was. */
  @FunctionalInterface
  public interface Told {
    /** It is the same as it was. */
    void moved(int from, int to);
  }

  /**
   * Moves some records of a table, which is the part, and blocks of its index.
   *
   * @param told tells all who refer to a record, but for the table
   * @return whether the table's root is to be saved
   */
  public boolean members(KeyTable table, Arena arena, Told told) {
    long next = slots.open(table, arena, position);
    for (int i = 0; i < slots.count(); i++) {
      int reference = table.reference(slots.slot(i));
      int copy = copy(arena, reference);
      if (copy != 0) {
        told.moved(reference, copy);
        table.moved(slots.slot(i), copy);
        arena.free(reference);
      }
    }
    moved += slots.movedBlocks();
    goOn(next);
    return slots.movedBlocks() > 0;
  }

  /** Moves the nodes of a tree, which is the part, above one leaf; see {@link CountedTree}. */
  public void leaf(CountedTree tree, CountedTree.EntryMover mover) {
    long next = tree.moveLeaf(position, mover);
    moved += tree.movedNodes();
    goOn(next);
  }
}
