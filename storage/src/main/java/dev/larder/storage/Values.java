package dev.larder.storage;

import dev.larder.storage.memory.Arena;
import dev.larder.storage.table.BlockMove;
import dev.larder.storage.table.ExpiryTree;
import dev.larder.storage.table.KeyTable;
import dev.larder.storage.table.Record;
import dev.larder.storage.type.LargeString;
import java.util.ArrayDeque;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/**
 * What the values of a shard own outside of their records, whatever their type: freeing, at once or
 * in slices, copying, counting. Used by the owner of the shard.
 */
final class Values {
  /** A value of more blocks than this is freed in slices: about ten microseconds at once. */
  private static final int BLOCKS_AT_ONCE = 256;

  /** A value of more elements than this, or of more bytes, is gone through in slices. */
  private static final int PIECES_AT_ONCE = 1024;

  private static final int BYTES_AT_ONCE = 256 * 1024;

  private final Arena arena;
  private final LargeString large;
  private final @Nullable Structure[] structures = new Structure[ValueType.count()];
  private final ArrayDeque<Garbage> garbage = new ArrayDeque<>();

  /** Keys whose values are in there, and those whose values were; any thread may read. */
  private long keysToFree;

  private long keysFreed;

  /** References of records that no key has, and that go with their values; from any thread. */
  private final ConcurrentLinkedQueue<Integer> discarded = new ConcurrentLinkedQueue<>();

  /** May still have to see what a value consists of; null while there is no snapshot. */
  private @Nullable ShardSnapshot snapshot;

  Values(Arena arena, LargeString large) {
    this.arena = arena;
    this.large = large;
  }

  /** Makes all types of collections known. */
  void registerCollections(Arena arena, long scratch) {
    register(ValueType.LIST, new ListStructure(scratch));
    register(ValueType.SET, new SetStructure(arena, scratch));
    register(ValueType.SORTED_SET, new SortedSetStructure(arena, scratch));
    register(ValueType.HASH, new HashStructure(arena, scratch));
    register(ValueType.STREAM, new StreamStructure());
  }

  /** Says how values of a type are kept; a type of which nothing is said is a string. */
  private void register(ValueType type, Structure structure) {
    structures[type.ordinal()] = structure;
  }

  private @Nullable Structure structureOf(long record) {
    return structures[Record.type(record)];
  }

  /** Whether a value is more than its record. */
  boolean ownsBlocks(long record) {
    Structure structure = structureOf(record);
    return structure == null
        ? (Record.encoding(record) & Record.LARGE) != 0
        : structure.ownsBlocks(Record.encoding(record));
  }

  /** Lets go of what a value owns; what would take long is left to {@link #freeGarbage}. */
  void free(long record) {
    if (ownsBlocks(record) && !isTakenOver(record, 1)) {
      Structure structure = structureOf(record);
      if (structure == null) {
        large.releaseAll(Record.valueAddress(record));
      } else if (!structure.freeSome(
          arena, Record.valueAddress(record), Record.encoding(record), BLOCKS_AT_ONCE)) {
        detach(record, structure, 1);
      }
    }
  }

  /** Leaves all that a value owns to {@link #freeGarbage}, before what waits there already. */
  void detach(long record) {
    if (!ownsBlocks(record) || isTakenOver(record, 0)) {
      return;
    }
    Structure structure = structureOf(record);
    if (structure == null) {
      large.releaseAll(Record.valueAddress(record));
    } else {
      detach(record, structure, 0);
    }
  }

  private void detach(long record, Structure structure, long keys) {
    DetachedValue detached = detached(record, structure, keys);
    if (detached != null) {
      addFirst(detached);
    } else {
      long value = Record.valueAddress(record);
      int encoding = Record.encoding(record);
      while (!structure.freeSome(arena, value, encoding, Integer.MAX_VALUE)) {
        // Frees all there is.
      }
    }
  }

  private @Nullable DetachedValue detached(long record, Structure structure, long keys) {
    long value = Record.valueAddress(record);
    int bytes = Record.valueLength(record);
    return DetachedValue.of(arena, structure, Record.encoding(record), value, bytes, keys);
  }

  /** As {@link #addGarbage}: first, so that a database being freed adds no more than a slice. */
  void addFirst(DetachedValue detached) {
    garbage.addFirst(detached);
    keysToFree += detached.keys();
  }

  /** Sets who may still have to see what values consist of, null for nobody. */
  void snapshot(@Nullable ShardSnapshot newSnapshot) {
    snapshot = newSnapshot;
  }

  /** A record has moved, with what its value owns. */
  void moved(int from, int to) {
    if (snapshot != null) {
      snapshot.moved(from, to);
    }
  }

  /** Whether what a value owns stays until it was seen. */
  private boolean isTakenOver(long record, long keys) {
    LongTable walk = snapshot == null ? null : snapshot.walkOf(arena.reference(record));
    Structure structure = structureOf(record);
    if (walk == null || structure == null) {
      return false;
    }
    DetachedValue detached = detached(record, structure, keys);
    if (detached == null) {
      walk.finishNow();
      return false;
    }
    walk.takeOver(detached);
    return true;
  }

  /** The table of a record is about to get another form. */
  void dissolving(long record) {
    LongTable walk = snapshot == null ? null : snapshot.walkOf(arena.reference(record));
    if (walk != null) {
      walk.finishNow();
    }
  }

  void addGarbage(Garbage content) {
    garbage.add(content);
    keysToFree += content.keys();
  }

  /** Leaves a record that no key has, and its value, to {@link #freeGarbage}; any thread. */
  void discard(int reference) {
    discarded.add(reference);
  }

  /** How many keys have gone whose values are still to be freed; a racy read. */
  long keysToFree() {
    return keysToFree;
  }

  /** How many values of keys were left to be freed, and were; a racy read. */
  long keysFreed() {
    return keysFreed;
  }

  boolean hasGarbage() {
    return !garbage.isEmpty() || !discarded.isEmpty();
  }

  /** Frees a slice of what was left to free; false when there is none left. */
  boolean freeGarbage() {
    Integer reference = discarded.poll();
    if (reference != null) {
      detach(arena.address(reference));
      arena.free(reference);
      return true;
    }
    Garbage first = garbage.peek();
    if (first == null) {
      return false;
    }
    if (first.freeSome()) {
      garbage.removeFirstOccurrence(first);
      keysToFree -= first.keys();
      keysFreed += first.keys();
    }
    return true;
  }

  /** See {@link Structure#moveSome}; there is nothing to move of what owns no blocks. */
  boolean moveSome(long record, BlockMove move) {
    Structure structure = structureOf(record);
    int encoding = Record.encoding(record);
    return structure == null
        || !structure.ownsBlocks(encoding)
        || structure.moveSome(arena, Record.valueAddress(record), encoding, move);
  }

  /** Gives a byte-wise copy of a record's value blocks of its own, in the copy's shard. */
  void copyBlocks(int type, int encoding, long value, Values target, long copy) {
    Structure structure = structures[type];
    if (structure != null) {
      if (structure.ownsBlocks(encoding)) {
        structure.copyBlocks(arena, value, target.arena, copy);
      }
    } else if ((encoding & Record.LARGE) != 0) {
      large.retainAll(copy);
    }
  }

  /** Makes what copies a collection that {@link #isLong}. */
  ValueCopy newCopy(long record) {
    Structure structure = structureOf(record);
    if (structure == null) {
      throw new IllegalArgumentException("a string is not copied in slices");
    }
    return structure.newCopy();
  }

  /** Whether going through a collection in one go would take too long. */
  boolean isLong(long record) {
    return structureOf(record) != null
        && ownsBlocks(record)
        && (pieces(record) > PIECES_AT_ONCE || bytesOutside(record) > BYTES_AT_ONCE);
  }

  /** See {@link Structure#pieces}; 1 for a string. */
  long pieces(long record) {
    Structure structure = structureOf(record);
    return structure == null
        ? 1
        : structure.pieces(arena, Record.valueAddress(record), Record.encoding(record));
  }

  /** The bytes that a value takes outside of its record. */
  long bytesOutside(long record) {
    if (!ownsBlocks(record)) {
      return 0;
    }
    Structure structure = structureOf(record);
    long value = Record.valueAddress(record);
    return structure == null
        ? large.chunkBytes(value)
        : structure.blockBytes(arena, value, Record.encoding(record));
  }

  /** The bytes that a key takes: its block, its part of the index, and what its value owns. */
  long memoryUsage(long record) {
    long bytes = arena.blockBytesOf(arena.reference(record)) + KeyTable.BYTES_PER_ENTRY;
    int deadlines = (Record.hasDeadline(record) ? 1 : 0) + (fieldDeadline(record) >= 0 ? 1 : 0);
    return bytes + deadlines * ExpiryTree.BYTES_PER_ENTRY + bytesOutside(record);
  }

  /** See {@link Structure#fieldDeadline}; -1 for other types. */
  long fieldDeadline(long record) {
    Structure structure = structureOf(record);
    return structure == null
        ? -1
        : structure.fieldDeadline(Record.valueAddress(record), Record.encoding(record));
  }

  /** OBJECT ENCODING of a collection. */
  String encodingName(long record) {
    Structure structure = structureOf(record);
    if (structure == null) {
      throw new IllegalArgumentException("a string's encoding follows from its bytes");
    }
    return structure.encodingName(Record.valueAddress(record), Record.encoding(record));
  }

  void validate(long record) {
    Structure structure = structureOf(record);
    if (structure != null) {
      structure.validate(arena, Record.valueAddress(record), Record.encoding(record));
    }
  }
}
