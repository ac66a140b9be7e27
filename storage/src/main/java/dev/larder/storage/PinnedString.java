package dev.larder.storage;

import dev.larder.storage.memory.ChunkStore;
import dev.larder.storage.memory.Memory;
import dev.larder.storage.table.Record;
import dev.larder.storage.type.LargeString;

/**
 * A range of a large string's bytes as they are now, readable after its shard was given up and
 * whatever happens to the key: its chunks are held, so whoever writes to one of them copies it
 * first. Made by the owner of the entry's shard, then used by one thread at a time; {@link #close}
 * must follow.
 */
public final class PinnedString implements AutoCloseable {
  private final ChunkStore chunks;

  /** The chunks of the range; a hole is 0. */
  private int[] pinned;

  /** Where the range begins in the first chunk. */
  private final int skip;

  private final long length;

  private PinnedString(ChunkStore chunks, int[] pinned, int skip, long length) {
    this.chunks = chunks;
    this.pinned = pinned;
    this.skip = skip;
    this.length = length;
  }

  /** Pins {@code length} bytes of an entry that {@link Entry#isLarge}, which has them all. */
  public static PinnedString of(Keyspace keyspace, long entry, long offset, long length) {
    assert Entry.isLarge(entry);
    LargeString large = keyspace.largeStrings();
    long value = Record.valueAddress(entry);
    int skip = (int) (offset % ChunkStore.CHUNK_BYTES);
    int[] pinned = new int[ChunkStore.chunksFor(skip + length)];
    for (int i = 0; i < pinned.length; i++) {
      pinned[i] = large.pin(value, offset - skip + (long) i * ChunkStore.CHUNK_BYTES);
    }
    return new PinnedString(keyspace.large(), pinned, skip, length);
  }

  /**
   * Whether a string is as long as the range and has the very chunks that are held, hence the same
   * bytes: whoever had written to one of them would have copied it. For a range from the beginning;
   * the caller owns the entry's shard.
   */
  public boolean isWhole(long entry) {
    long value = Record.valueAddress(entry);
    if (!Entry.isLarge(entry) || LargeString.length(value) != length) {
      return false;
    }
    for (int i = 0; i < pinned.length; i++) {
      if (LargeString.chunk(value, i) != pinned[i]) {
        return false;
      }
    }
    return true;
  }

  /** The bytes of the range. */
  public long length() {
    return length;
  }

  /** Copies bytes of the range, counted from its beginning, to an address. */
  public void copy(long offset, long target, int bytes) {
    assert offset >= 0 && offset + bytes <= length;
    long done = 0;
    while (done < bytes) {
      long run = Math.min(bytes - done, runLength(offset + done));
      Memory.copy(runAddress(offset + done), target + done, run);
      done += run;
    }
  }

  /** Where the byte at an offset lies; {@link #runLength} bytes are adjacent. */
  public long runAddress(long offset) {
    long at = skip + offset;
    int chunk = pinned[(int) (at / ChunkStore.CHUNK_BYTES)];
    return chunks.address(chunk) + at % ChunkStore.CHUNK_BYTES;
  }

  /** How many bytes from an offset are adjacent. */
  public long runLength(long offset) {
    long inChunk = ChunkStore.CHUNK_BYTES - (skip + offset) % ChunkStore.CHUNK_BYTES;
    return Math.min(inChunk, length - offset);
  }

  /** Lets go of the chunks; a second call does nothing. */
  @Override
  public void close() {
    for (int chunk : pinned) {
      chunks.release(chunk);
    }
    pinned = new int[0];
  }
}
