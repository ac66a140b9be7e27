package dev.larder.storage.type;

import static dev.larder.storage.memory.ChunkStore.CHUNK_BYTES;
import static dev.larder.storage.memory.ChunkStore.CHUNK_SHIFT;
import static dev.larder.storage.memory.ChunkStore.HOLE;

import dev.larder.storage.memory.ChunkStore;
import dev.larder.storage.memory.Memory;

/*
 * A string too large for a record: the record's value part is a directory of chunks.
 *
 *   0          8        12       16
 *   +----------+--------+--------+- - - - -+------------+
 *   | length   | chunk 0| chunk 1|         | chunk n - 1|      n = ceil(length / 64 KiB)
 *   +----------+--------+--------+- - - - -+------------+
 *
 *   HOLES: a chunk that was never written is ChunkStore.HOLE and reads as zeros; SETRANGE far
 *   beyond the end takes only the chunks that it writes.
 *   ZERO TAIL: bytes of the last chunk beyond the length are zero, so that growth need not write.
 *   COPY ON WRITE: a chunk is written only through writableRun (or what is built on it), which
 *   replaces a hole or a chunk that others hold.
 *
 * The directory owns one reference to each of its chunks. Whoever copies a directory takes
 * references for the copy (retainAll).
 */

/**
 * Access to large strings' directories at absolute addresses. Offsets and lengths are bytes.
 * Methods that say "when exhausted" have then changed no byte of the string. For the owner of the
 * record's shard, except {@link #hold} and {@link #releaseRun}, which any thread may call.
 */
public final class LargeString {
  private static final int LENGTH = 0;
  private static final int IDS = LENGTH + Long.BYTES;
  private static final int OFFSET_MASK = CHUNK_BYTES - 1;

  /** Copies and fills go in steps of at most 1 MiB, so that no safepoint waits long for one. */
  private static final int STEP_BYTES = 1 << 20;

  private final ChunkStore chunks;

  public LargeString(ChunkStore chunks) {
    this.chunks = chunks;
  }

  /** The size of a directory for a string of {@code length} bytes. */
  public static int directoryBytes(long length) {
    return IDS + ChunkStore.chunksFor(length) * Integer.BYTES;
  }

  public static long length(long directory) {
    return Memory.getLong(directory + LENGTH);
  }

  public static int chunkCount(long directory) {
    return ChunkStore.chunksFor(length(directory));
  }

  private static int index(long offset) {
    return (int) (offset >>> CHUNK_SHIFT);
  }

  private static long idAddress(long directory, int index) {
    return directory + IDS + (long) index * Integer.BYTES;
  }

  /** The chunk at an index; {@link ChunkStore#HOLE} where nothing was written. */
  public static int chunk(long directory, int index) {
    assert index >= 0 && index < chunkCount(directory);
    return Memory.getInt(idAddress(directory, index));
  }

  // ---- making and dropping directories
  // -----------------------------------------------------------

  /**
   * Brings bytes into chunks of adjacent ids: those that arrived in chunks of their own are shared,
   * others are copied.
   *
   * @return the first chunk, held once for the caller, or 0 when exhausted
   */
  public int hold(long bytes, long length) {
    int count = ChunkStore.chunksFor(length);
    int first = chunks.contains(bytes) ? chunks.chunkAt(bytes) : 0;
    if (first != 0 && chunks.address(first) == bytes) {
      for (int i = 0; i < count; i++) {
        chunks.retain(first + i);
      }
      return first;
    }
    first = chunks.allocateRunFor(length);
    if (first != 0) {
      long target = chunks.address(first);
      for (long done = 0; done < length; done += STEP_BYTES) {
        Memory.copy(bytes + done, target + done, Math.min(STEP_BYTES, length - done));
      }
    }
    return first;
  }

  /** Lets go of what {@link #hold} has brought in. */
  public void releaseRun(int first, long length) {
    chunks.releaseRun(first, ChunkStore.chunksFor(length));
  }

  /** Makes a directory for the string in a run of chunks, whose references it takes over. */
  public static void fillDirectory(long directory, int first, long length) {
    Memory.putLong(directory + LENGTH, length);
    int count = ChunkStore.chunksFor(length);
    for (int i = 0; i < count; i++) {
      Memory.putInt(idAddress(directory, i), first + i);
    }
  }

  /** Makes a directory for the string whose first chunk this is and whose rest are holes. */
  public static void openDirectory(long directory, int firstChunk, long length) {
    Memory.fill(directory, directoryBytes(length), (byte) HOLE);
    Memory.putLong(directory + LENGTH, length);
    Memory.putInt(idAddress(directory, 0), firstChunk);
  }

  /** Gives a directory that has grown from {@code oldBytes} its new length, by holes. */
  public static void extend(long directory, int oldBytes, long newLength) {
    int added = directoryBytes(newLength) - oldBytes;
    if (added > 0) {
      Memory.fill(directory + oldBytes, added, (byte) HOLE);
    }
    Memory.putLong(directory + LENGTH, newLength);
  }

  /**
   * Makes the string shorter and gives back the chunks beyond; the directory may then be moved into
   * {@link #directoryBytes} of the new length.
   *
   * @return false when exhausted: only where the new end cuts a chunk that others hold
   */
  public boolean truncate(long directory, long newLength) {
    int oldCount = chunkCount(directory);
    assert newLength >= 0 && newLength <= length(directory);
    if (!clearTail(directory, newLength)) {
      return false;
    }
    int newCount = ChunkStore.chunksFor(newLength);
    if (newCount < oldCount) {
      chunks.releaseAll(idAddress(directory, newCount), oldCount - newCount);
    }
    Memory.putLong(directory + LENGTH, newLength);
    return true;
  }

  /**
   * Undoes {@link #extend} before anything was written beyond the old length, and cannot fail:
   * there ZERO TAIL holds already.
   */
  public void takeBack(long directory, long oldLength) {
    int oldCount = ChunkStore.chunksFor(oldLength);
    int added = chunkCount(directory) - oldCount;
    chunks.releaseAll(idAddress(directory, oldCount), added);
    // The record may keep room for them, which growing again takes for holes.
    Memory.fill(idAddress(directory, oldCount), (long) added * Integer.BYTES, (byte) HOLE);
    Memory.putLong(directory + LENGTH, oldLength);
  }

  /** Keeps ZERO TAIL for a shorter length. */
  private boolean clearTail(long directory, long newLength) {
    int bytes = (int) (newLength & OFFSET_MASK);
    int index = index(newLength);
    if (bytes == 0 || newLength == length(directory) || chunk(directory, index) == HOLE) {
      return true;
    }
    if (chunks.isShared(chunk(directory, index))) {
      return replaceChunk(directory, index, bytes) != 0;
    }
    long address = chunks.address(chunk(directory, index));
    Memory.fill(address + bytes, CHUNK_BYTES - bytes, (byte) 0);
    return true;
  }

  /** Shares all chunks with a copy of the directory. */
  public void retainAll(long directory) {
    chunks.retainAll(directory + IDS, chunkCount(directory));
  }

  /** Gives the directory's references back; it is dead then. */
  public void releaseAll(long directory) {
    chunks.releaseAll(directory + IDS, chunkCount(directory));
  }

  // ---- reading
  // -----------------------------------------------------------------------------------

  /** Where the byte at {@code offset} may be read; {@link #runLength} bytes follow it. */
  public long runAddress(long directory, long offset) {
    return chunks.address(chunk(directory, index(offset))) + (offset & OFFSET_MASK);
  }

  /** How many bytes from {@code offset} lie in the same chunk; 0 at or beyond the end. */
  public static long runLength(long directory, long offset) {
    long left = length(directory) - offset;
    return Math.max(0, Math.min(left, CHUNK_BYTES - (offset & OFFSET_MASK)));
  }

  /**
   * How many bytes from {@code offset} are adjacent in memory, at most {@code max}; only for
   * reading, since the chunks behind the first may be shared.
   */
  public static long spanLength(long directory, long offset, long max) {
    long end = Math.min(length(directory) - offset, max);
    long span = runLength(directory, offset);
    int index = index(offset);
    while (span < end && chunk(directory, index + 1) == chunk(directory, index) + 1) {
      span += CHUNK_BYTES;
      index++;
    }
    return Math.max(0, Math.min(span, end));
  }

  /** The chunk behind {@code offset}, held once more for a reader that outlives the unit. */
  public int pin(long directory, long offset) {
    int chunk = chunk(directory, index(offset));
    chunks.retain(chunk);
    return chunk;
  }

  /** Copies a range of the string to other memory. */
  public void read(long directory, long offset, long target, long bytes) {
    assert offset >= 0 && bytes >= 0 && offset + bytes <= length(directory);
    long done = 0;
    while (done < bytes) {
      long run = Math.min(runLength(directory, offset + done), bytes - done);
      Memory.copy(runAddress(directory, offset + done), target + done, run);
      done += run;
    }
  }

  /** The bytes of all chunks, holes left out, shared ones included. */
  public long chunkBytes(long directory) {
    int count = chunkCount(directory);
    long bytes = 0;
    for (int i = 0; i < count; i++) {
      bytes += chunk(directory, i) == HOLE ? 0 : CHUNK_BYTES;
    }
    return bytes;
  }

  // ---- writing
  // -----------------------------------------------------------------------------------

  /**
   * Where the bytes from {@code offset} may be overwritten, for {@link #runLength} of them: a hole
   * gets memory, a shared chunk is copied.
   *
   * @return 0 when exhausted
   */
  public long writableRun(long directory, long offset) {
    int index = index(offset);
    int chunk = chunk(directory, index);
    long address =
        chunks.isShared(chunk)
            ? replaceChunk(directory, index, CHUNK_BYTES)
            : chunks.address(chunk);
    return address == 0 ? 0 : address + (offset & OFFSET_MASK);
  }

  /** Puts a copy of a chunk's first bytes, with zeros behind them, in its place. */
  private long replaceChunk(long directory, int index, int bytes) {
    int old = chunk(directory, index);
    int copy = chunks.allocate();
    if (copy == 0) {
      return 0;
    }
    if (old != HOLE) {
      Memory.copy(chunks.address(old), chunks.address(copy), bytes);
    }
    Memory.putInt(idAddress(directory, index), copy);
    chunks.release(old);
    return chunks.address(copy);
  }

  /** Lets a range be overwritten, through {@link #runAddress}; false when exhausted. */
  public boolean makeWritable(long directory, long offset, long bytes) {
    for (long at = offset; at < offset + bytes; at = (at | OFFSET_MASK) + 1) {
      if (writableRun(directory, at) == 0) {
        return false;
      }
    }
    return true;
  }

  /** Puts chunks of adjacent ids, which the caller goes on to hold, in the place of others. */
  public void adopt(long directory, int index, int first, int count) {
    assert index >= 0 && index + count <= chunkCount(directory);
    chunks.releaseAll(idAddress(directory, index), count);
    for (int i = 0; i < count; i++) {
      chunks.retain(first + i);
      Memory.putInt(idAddress(directory, index + i), first + i);
    }
  }

  /** Overwrites a range within the string; false when exhausted. */
  public boolean write(long directory, long offset, long source, long bytes) {
    assert offset >= 0 && bytes >= 0 && offset + bytes <= length(directory);
    // First all the memory, then the bytes: there is no half-written range.
    if (!makeWritable(directory, offset, bytes)) {
      return false;
    }
    long done = 0;
    while (done < bytes) {
      long run = Math.min(runLength(directory, offset + done), bytes - done);
      Memory.copy(source + done, runAddress(directory, offset + done), run);
      done += run;
    }
    return true;
  }
}
