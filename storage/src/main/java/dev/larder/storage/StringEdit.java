package dev.larder.storage;

import static java.util.Objects.requireNonNull;

import dev.larder.storage.memory.ChunkStore;
import dev.larder.storage.memory.Memory;
import dev.larder.storage.table.Record;
import dev.larder.storage.type.LargeString;

/**
 * Overwriting and extending of a string's bytes, all or nothing: memory is taken first, then bytes
 * are written. For the owner of the entry's shard; entries of other keys stay where they are.
 */
public final class StringEdit {
  private StringEdit() {}

  /**
   * Lets a range of a string be overwritten through {@link Shard#runAddress}, after growing the
   * string by zeros where it ends before. The caller reports by {@link Shard#written}.
   *
   * @return the entry, which may have moved, or 0 when memory is exhausted and nothing has changed
   */
  public static long makeWritable(
      Keyspace keyspace,
      Unit unit,
      Shard shard,
      int database,
      long hash,
      long entry,
      long offset,
      long length) {
    long oldLength = shard.stringLength(entry);
    long grown = shard.grow(unit, database, hash, entry, Math.max(oldLength, offset + length));
    if (grown == 0 || !Entry.isLarge(grown)) {
      return grown;
    }
    LargeString large = keyspace.largeStrings();
    long directory = Record.valueAddress(grown);
    if (!large.makeWritable(directory, offset, length)) {
      large.takeBack(directory, oldLength);
      return 0;
    }
    return grown;
  }

  /**
   * Overwrites a range of a string, growing it where needed, and reports that.
   *
   * @return the entry, which may have moved, or 0 when memory is exhausted and nothing has changed
   */
  public static long write(
      Keyspace keyspace,
      Unit unit,
      Shard shard,
      int database,
      long hash,
      long entry,
      long offset,
      long source,
      long length) {
    long writable = makeWritable(keyspace, unit, shard, database, hash, entry, offset, length);
    if (writable != 0) {
      copyIn(shard, writable, offset, source, length);
      shard.written(unit, database, writable, offset, length);
    }
    return writable;
  }

  /**
   * Overwrites a range of a string by staged chunks, copying only what lies in chunks that keep
   * bytes of the old value; reports that. The staged memory covers at least one whole chunk, and
   * {@link StagedString#fits} the offset.
   *
   * @return the entry, which may have moved, or 0 when memory is exhausted and nothing has changed
   */
  public static long adopt(
      Keyspace keyspace,
      Unit unit,
      Shard shard,
      int database,
      long hash,
      long entry,
      long offset,
      StagedString staged) {
    assert staged.fits(offset);
    long oldLength = shard.stringLength(entry);
    long end = offset + staged.length();
    long grown = shard.grow(unit, database, hash, entry, Math.max(oldLength, end));
    if (grown == 0) {
      return 0;
    }
    assert Entry.isLarge(grown) : "a whole chunk does not fit into a record";
    int index = ChunkStore.chunksFor(offset);
    // A last chunk that keeps nothing of the old value behind the range is adopted with its zeros.
    int endIndex =
        end >= oldLength ? ChunkStore.chunksFor(end) : (int) (end / ChunkStore.CHUNK_BYTES);
    long wholeFrom = Math.min((long) index * ChunkStore.CHUNK_BYTES, end);
    long wholeTo = Math.min((long) endIndex * ChunkStore.CHUNK_BYTES, end);
    assert endIndex > index;
    LargeString large = keyspace.largeStrings();
    long directory = Record.valueAddress(grown);
    if (!large.makeWritable(directory, offset, wholeFrom - offset)
        || !large.makeWritable(directory, wholeTo, end - wholeTo)) {
      large.takeBack(directory, oldLength);
      return 0;
    }
    copyIn(shard, grown, offset, staged.address(), wholeFrom - offset);
    copyIn(shard, grown, wholeTo, staged.address() + (wholeTo - offset), end - wholeTo);
    int firstIndex = (int) (offset / ChunkStore.CHUNK_BYTES);
    large.adopt(directory, index, staged.firstChunk() + (index - firstIndex), endIndex - index);
    shard.written(unit, database, grown, offset, staged.length());
    return grown;
  }

  /**
   * Cuts a string off behind this length, and reports that as a string stored anew. It cannot fail
   * where the last chunk of a large one is writable.
   *
   * @return the entry, or 0 when memory is exhausted and nothing has changed
   */
  public static long shrink(
      Keyspace keyspace,
      Unit unit,
      Shard shard,
      int database,
      long hash,
      long entry,
      long newLength) {
    assert shard.isOwnedBy(unit) && newLength <= shard.stringLength(entry);
    long shrunk = requireNonNull(shard.database(database)).shrinkString(hash, entry, newLength);
    if (shrunk != 0) {
      keyspace.journal().stored(unit.sequence(shard, hash), shard, database, shrunk);
      shard.observers.changed(database, hash, shrunk);
    }
    return shrunk;
  }

  private static void copyIn(Shard shard, long entry, long offset, long source, long length) {
    long done = 0;
    while (done < length) {
      long run = Math.min(shard.runLength(entry, offset + done), length - done);
      Memory.copy(source + done, shard.runAddress(entry, offset + done), run);
      done += run;
    }
  }
}
