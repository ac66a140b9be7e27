package dev.larder.storage.memory;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * One contiguous piece of memory that grows: a few KiB of its own, which it keeps, and beyond that
 * a run of chunks, which counts as used memory until {@link #shrink}. So short content costs no
 * allocation. Used by one thread at a time; addresses hold until the next {@link #ensure} or {@link
 * #shrink}.
 */
public final class GrowableMemory {
  /** Content up to this takes no chunk. */
  public static final int KEPT_BYTES = 4096;

  /** Copies go in steps of at most 1 MiB, so that no safepoint waits long for one. */
  private static final int STEP_BYTES = 1 << 20;

  private final ChunkStore chunks;

  /** Owns the memory that is kept; made when it is first needed. */
  private @Nullable ByteBuffer kept;

  private long address;
  private long capacity;
  private int firstChunk;

  public GrowableMemory(ChunkStore chunks) {
    this.chunks = chunks;
  }

  /** Where the memory begins. */
  public long address() {
    return address;
  }

  /** How many bytes there are. */
  public long capacity() {
    return capacity;
  }

  /**
   * Makes room for at least so many bytes, of which the first {@code used} keep their content.
   *
   * @return false when memory is exhausted and nothing has changed
   */
  public boolean ensure(long bytes, long used) {
    assert used <= capacity;
    if (bytes <= capacity) {
      return true;
    }
    if (bytes <= KEPT_BYTES) {
      useKept();
      return true;
    }
    if (bytes > chunks.reservedBytes()) {
      return false;
    }
    // By doubling, so that the copying stays linear; what is left of the limit may be less.
    int needed = ChunkStore.chunksFor(bytes);
    int count = (int) Math.max(needed, Math.min(2L * runChunks(), Integer.MAX_VALUE));
    int run = allocate(count);
    if (run == 0 && count > needed) {
      count = needed;
      run = allocate(count);
    }
    if (run == 0) {
      return false;
    }
    long moved = chunks.address(run);
    for (long done = 0; done < used; done += STEP_BYTES) {
      Memory.copy(address + done, moved + done, Math.min(STEP_BYTES, used - done));
    }
    releaseRun();
    firstChunk = run;
    address = moved;
    capacity = (long) count << ChunkStore.CHUNK_SHIFT;
    return true;
  }

  /** Of any content: who reads it has written it. */
  private int allocate(int count) {
    return chunks.allocateRunFor((long) count << ChunkStore.CHUNK_SHIFT);
  }

  /** Gives back what exceeds the kept bytes; the content is lost. */
  public void shrink() {
    if (firstChunk != 0) {
      releaseRun();
      firstChunk = 0;
      address = 0;
      capacity = 0;
    }
  }

  private void useKept() {
    ByteBuffer memory = kept;
    if (memory == null) {
      memory = ByteBuffer.allocateDirect(KEPT_BYTES);
      kept = memory;
    }
    address = Memory.addressOf(memory);
    capacity = KEPT_BYTES;
  }

  private int runChunks() {
    return firstChunk == 0 ? 0 : ChunkStore.chunksFor(capacity);
  }

  private void releaseRun() {
    if (firstChunk != 0) {
      chunks.releaseRun(firstChunk, runChunks());
    }
  }
}
