package dev.larder.storage.type;

import dev.larder.storage.memory.ChunkStore;
import dev.larder.storage.memory.Memory;

/**
 * Strings too large for a record: their bytes lie in chunks of 64 KiB, the record holds this
 * directory.
 *
 * <pre>
 *   0             8         12
 *   +-------------+---------+---------+-- ... --+
 *   | length      | chunk 0 | chunk 1 |         |
 *   +-------------+---------+---------+-- ... --+
 * </pre>
 *
 * A chunk id of 0 is a hole, which reads as zeros. Chunks are counted references: copies and
 * streaming readers share them, and whoever writes to a shared one copies that chunk first. Bytes
 * of the last chunk behind the length are zero, so that growing needs no filling. Called by the
 * owner of the record's shard.
 */
public final class LargeString {
  private static final int LENGTH_BYTES = 8;
  private static final int ID_BYTES = 4;

  private final ChunkStore chunks;

  public LargeString(ChunkStore chunks) {
    this.chunks = chunks;
  }

  public static long length(long directory) {
    return Memory.getLong(directory);
  }

  private static int chunkCount(long length) {
    return ChunkStore.chunksFor(length);
  }

  /** The bytes of the directory of a string of this length. */
  public static int directoryBytes(long length) {
    return LENGTH_BYTES + ID_BYTES * chunkCount(length);
  }

  private static long idAddress(long directory, long index) {
    return directory + LENGTH_BYTES + ID_BYTES * index;
  }

  private static int id(long directory, long index) {
    return Memory.getInt(idAddress(directory, index));
  }

  /**
   * Brings bytes into chunks of adjacent ids: those that arrived in chunks are shared, others are
   * copied.
   *
   * @return the first chunk, held once for the caller, or 0 when memory is exhausted
   */
  public int hold(long bytes, long length) {
    int count = chunkCount(length);
    if (chunks.contains(bytes)) {
      int first = chunks.chunkAt(bytes);
      for (int i = 0; i < count; i++) {
        chunks.retain(first + i);
      }
      return first;
    }
    int first = chunks.allocateRun(count);
    if (first != 0) {
      Memory.copy(bytes, chunks.address(first), length);
    }
    return first;
  }

  /** Lets go of what {@link #hold} has brought in. */
  public void releaseRun(int first, long length) {
    for (int i = 0; i < chunkCount(length); i++) {
      chunks.release(first + i);
    }
  }

  /** Writes the directory of a string that is one run of chunks. */
  public static void fillDirectory(long directory, int first, long length) {
    Memory.putLong(directory, length);
    for (int i = 0; i < chunkCount(length); i++) {
      Memory.putInt(idAddress(directory, i), first + i);
    }
  }

  /** Writes the directory of a string whose first chunk this is and whose rest are holes. */
  public static void openDirectory(long directory, int firstChunk, long length) {
    Memory.fill(directory, directoryBytes(length), (byte) 0);
    Memory.putLong(directory, length);
    Memory.putInt(idAddress(directory, 0), firstChunk);
  }

  /** Gives a directory that has grown from {@code oldBytes} its new length, by holes. */
  public static void extend(long directory, int oldBytes, long newLength) {
    Memory.fill(directory + oldBytes, directoryBytes(newLength) - oldBytes, (byte) 0);
    Memory.putLong(directory, newLength);
  }

  /** Shares all chunks with a copy of the directory. */
  public void retainAll(long directory) {
    int count = chunkCount(length(directory));
    for (int i = 0; i < count; i++) {
      int id = id(directory, i);
      if (id != 0) {
        chunks.retain(id);
      }
    }
  }

  public void releaseAll(long directory) {
    int count = chunkCount(length(directory));
    for (int i = 0; i < count; i++) {
      int id = id(directory, i);
      if (id != 0) {
        chunks.release(id);
      }
    }
  }

  /** Where the byte at {@code offset} may be read. */
  public long runAddress(long directory, long offset) {
    int id = id(directory, offset / ChunkStore.CHUNK_BYTES);
    return chunks.address(id) + offset % ChunkStore.CHUNK_BYTES;
  }

  /** How many bytes from {@code offset} are adjacent. */
  public static long runLength(long directory, long offset) {
    long inChunk = ChunkStore.CHUNK_BYTES - offset % ChunkStore.CHUNK_BYTES;
    return Math.min(inChunk, length(directory) - offset);
  }

  /** The chunk behind {@code offset}, held once more for a reader that outlives the unit. */
  public int pin(long directory, long offset) {
    int id = id(directory, offset / ChunkStore.CHUNK_BYTES);
    if (id != 0) {
      chunks.retain(id);
    }
    return id;
  }

  /**
   * Where the bytes from {@code offset} may be overwritten, for {@link #runLength} of them.
   *
   * @return 0 when memory is exhausted
   */
  public long writableRun(long directory, long offset) {
    long index = offset / ChunkStore.CHUNK_BYTES;
    int id = id(directory, index);
    if (id == 0 || chunks.isShared(id)) {
      int own = chunks.allocate();
      if (own == 0) {
        return 0;
      }
      if (id != 0) {
        Memory.copy(chunks.address(id), chunks.address(own), ChunkStore.CHUNK_BYTES);
        chunks.release(id);
      }
      Memory.putInt(idAddress(directory, index), own);
      id = own;
    }
    return chunks.address(id) + offset % ChunkStore.CHUNK_BYTES;
  }

  /** The bytes of all chunks, holes left out. */
  public long chunkBytes(long directory) {
    long bytes = 0;
    int count = chunkCount(length(directory));
    for (int i = 0; i < count; i++) {
      bytes += id(directory, i) == 0 ? 0 : ChunkStore.CHUNK_BYTES;
    }
    return bytes;
  }
}
