package dev.larder.storage;

import dev.larder.storage.memory.Arena;
import dev.larder.storage.table.BlockMove;
import dev.larder.storage.table.Record;
import dev.larder.storage.table.SlotCursor;

/**
 * Moves records, and what their values own, out of pages that are to be emptied.
 *
 * <p>FOLLOWED: who refers to a record is its slot in the table, the orders of deadlines, and a
 * snapshot that walks its members; they are told. A lease refers to it as well, and its holder may
 * be anywhere inside: a leased record stays as it is. Nobody else keeps a reference, or an address,
 * from one unit to the next.
 *
 * <p>A record is moved with all its bytes. So a snapshot that had to see it still has to.
 */
final class RecordMover implements RecordWalk.Visitor {
  private final BlockMove move = new BlockMove();

  /** The entry of the bucket whose value is being moved, and the hash of its key. */
  private int index;

  private long hash;
  private boolean isInside;
  private long movedBefore;

  private long keysMoved;
  private long keysKept;
  private long blocksKept;

  /** Begins anew. */
  void begin() {
    index = 0;
    isInside = false;
  }

  /** Counts blocks that were moved by others. */
  void countMoved(int blocks) {
    move.addMoved(blocks);
  }

  /** Blocks moved. */
  long moved() {
    return move.moved();
  }

  /** Blocks that had to stay where they are. */
  long kept() {
    return blocksKept + move.failed();
  }

  /** Keys of which a block was moved. */
  long keysMoved() {
    return keysMoved;
  }

  /** Keys of which none was. */
  long keysKept() {
    return keysKept;
  }

  @Override
  public boolean visit(Shard shard, ShardDatabase content, SlotCursor slots, long endNanos) {
    move.addMoved(slots.movedBlocks());
    for (; index < slots.count(); index++) {
      if (!visitKey(shard, content, slots.slot(index), endNanos)) {
        return false;
      }
    }
    index = 0;
    return true;
  }

  private boolean visitKey(Shard shard, ShardDatabase content, long slot, long endNanos) {
    Arena arena = shard.arena;
    int reference = content.table.reference(slot);
    boolean hasBlocks = shard.values.ownsBlocks(arena.address(reference));
    if (!hasBlocks && !arena.isEvacuating(reference)) {
      keysKept++;
      isInside = false;
      return true;
    }
    long keyHash = content.table.hashOf(reference);
    if (!isInside || hash != keyHash) {
      isInside = true;
      hash = keyHash;
      movedBefore = move.moved();
      move.begin();
    }
    boolean isLeased = shard.leases().hold(reference);
    if (isLeased) {
      blocksKept++;
    } else {
      if (arena.isEvacuating(reference)) {
        reference = moveRecord(shard, content, slot, reference);
      }
      while (!shard.values.moveSome(arena.address(reference), move)) {
        if (Clock.nanos() >= endNanos) {
          return false;
        }
      }
    }
    isInside = false;
    keysMoved += move.moved() > movedBefore ? 1 : 0;
    keysKept += move.moved() > movedBefore ? 0 : 1;
    return true;
  }

  /** Moves a record; returns its reference from now on. */
  private int moveRecord(Shard shard, ShardDatabase content, long slot, int reference) {
    Arena arena = shard.arena;
    int copy = move.copy(arena, reference);
    if (copy == 0) {
      return reference;
    }
    long record = arena.address(reference);
    long deadline = Record.deadline(record);
    if (deadline >= 0) {
      granted(content.expiry.replaceRef(deadline, reference, copy));
    }
    long fieldDeadline = shard.values.fieldDeadline(record);
    if (fieldDeadline >= 0) {
      granted(content.fieldExpiry.replaceRef(fieldDeadline, reference, copy));
    }
    content.table.moved(slot, copy);
    shard.values.moved(reference, copy);
    arena.free(reference);
    return copy;
  }

  private static void granted(boolean isGranted) {
    if (!isGranted) {
      throw new IllegalStateException("no memory behind the room that was asked for");
    }
  }
}
