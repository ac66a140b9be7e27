package dev.larder.storage;

import dev.larder.storage.memory.ChunkStore;
import dev.larder.storage.memory.Memory;
import dev.larder.storage.table.Record;
import dev.larder.storage.type.LargeString;
import org.jspecify.annotations.Nullable;

/**
 * A range of a string's bytes as they are now, readable after its shard was given up and whatever
 * happens to the key. Chunks are held, so whoever writes to one of them copies it first; the bytes
 * of a string inside its record are copied. Made by the owner of the entry's shard, then used by
 * one thread at a time; {@link #close} must follow.
 */
public final class PinnedString implements AutoCloseable {
  private final ChunkStore chunks;

  /** The bytes of a string that is not large. */
  private final byte @Nullable [] inline;

  /** The chunks of one that is; a hole is 0. */
  private int[] pinned;

  /** Where the range begins in the first chunk. */
  private final int skip;

  private final long length;

  private PinnedString(
      ChunkStore chunks, byte @Nullable [] inline, int[] pinned, int skip, long length) {
    this.chunks = chunks;
    this.inline = inline;
    this.pinned = pinned;
    this.skip = skip;
    this.length = length;
  }

  /** Pins {@code length} bytes of an entry's string, which has them all. */
  public static PinnedString of(Keyspace keyspace, long entry, long offset, long length) {
    long value = Record.valueAddress(entry);
    ChunkStore chunks = keyspace.large();
    if (!Entry.isLarge(entry)) {
      byte[] bytes = Bytes.toArray(value + offset, (int) length);
      return new PinnedString(chunks, bytes, new int[0], 0, length);
    }
    LargeString large = keyspace.largeStrings();
    int skip = (int) (offset % ChunkStore.CHUNK_BYTES);
    int[] pinned = new int[ChunkStore.chunksFor(skip + length)];
    for (int i = 0; i < pinned.length; i++) {
      pinned[i] =
          large.pin(value, offset + (long) i * ChunkStore.CHUNK_BYTES - (i == 0 ? 0 : skip));
    }
    return new PinnedString(chunks, null, pinned, skip, length);
  }

  /** The bytes of the range. */
  public long length() {
    return length;
  }

  /** Copies bytes of the range, counted from its beginning, to an address. */
  public void copy(long offset, long target, int bytes) {
    assert offset >= 0 && offset + bytes <= length;
    if (inline != null) {
      Memory.copyFromArray(inline, (int) offset, target, bytes);
      return;
    }
    long done = 0;
    while (done < bytes) {
      long run = Math.min(bytes - done, runLength(offset + done));
      Memory.copy(runAddress(offset + done), target + done, run);
      done += run;
    }
  }

  /**
   * Where the byte at an offset lies; {@link #runLength} bytes are adjacent. Large strings only.
   */
  public long runAddress(long offset) {
    assert inline == null;
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
