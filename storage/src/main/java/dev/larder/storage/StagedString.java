package dev.larder.storage;

import dev.larder.storage.memory.ChunkStore;
import org.jspecify.annotations.Nullable;

/**
 * Memory in which bytes for a range of a string are prepared while no shard is held: chunks that
 * {@link StringEdit#adopt} or {@link Shard#store} makes part of a value without a copy. Its bytes
 * are zeros at first. Used by one thread at a time; {@link #close} must follow, adopted or not.
 */
public final class StagedString implements AutoCloseable {
  private final ChunkStore chunks;
  private final int first;
  private final int skip;
  private final long length;
  private boolean isClosed;

  private StagedString(ChunkStore chunks, int first, int skip, long length) {
    this.chunks = chunks;
    this.first = first;
    this.skip = skip;
    this.length = length;
  }

  /**
   * Memory for {@code length} bytes, at least 1, that will be at this offset of a string.
   *
   * @return null when memory is exhausted
   */
  public static @Nullable StagedString allocate(Keyspace keyspace, long offset, long length) {
    assert length > 0;
    int skip = (int) (offset % ChunkStore.CHUNK_BYTES);
    int first = keyspace.large().allocateRun(ChunkStore.chunksFor(skip + length));
    return first == 0 ? null : new StagedString(keyspace.large(), first, skip, length);
  }

  /** Where the first byte goes; all others follow it. */
  public long address() {
    return chunks.address(first) + skip;
  }

  public long length() {
    return length;
  }

  /** Whether the bytes can be adopted at an offset of a string without moving them. */
  public boolean fits(long offset) {
    return offset % ChunkStore.CHUNK_BYTES == skip;
  }

  /** The chunk of the first byte. */
  int firstChunk() {
    return first;
  }

  /** Lets go of the memory, as far as nobody has adopted it; a second call does nothing. */
  @Override
  public void close() {
    if (!isClosed) {
      isClosed = true;
      chunks.releaseRun(first, ChunkStore.chunksFor(skip + length));
    }
  }
}
