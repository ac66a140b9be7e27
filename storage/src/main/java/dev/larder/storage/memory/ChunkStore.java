package dev.larder.storage.memory;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.util.concurrent.locks.ReentrantLock;

/*
 * Problem. Values of up to 512 MB that arrive while no shard is held, are shared by copies and by
 * replies on their way out, and must go without anybody waiting for it.
 *
 * Idea. One reservation of address space in chunks of 64 KiB. A chunk's id is its index; it counts
 * its references, and is given back to the system some time after the last one. An argument streams
 * into a run of adjacent chunks: contiguous memory while it is an argument, a sequence of chunk
 * ids once it is a value.
 *
 *   chunk 0 | 1 2 3 4 5 6 | 7 | 8 9 | 10 ...            top: nothing above was ever used
 *   zeros   | a run       | - | dirty| never used
 *
 *   CLEAN: an allocated chunk is all zeros. Freed chunks are dirty until a sweep has returned them
 *   to the system; allocation takes clean ones, of which there always are, as long as the
 *   reservation is larger than what is in use. Only who is going to write all of it gets dirty
 *   ones, and prefers them: memory fresh from the system costs a page fault each 4 KiB, which on
 *   a virtual machine may be some of the host's, too.
 *   ZERO CHUNK: chunk 0 is never written and stands for any hole; it is not counted.
 *   OWNED: who holds a reference may take more for others. So a chunk with one reference belongs to
 *   its holder alone, who may write to it.
 *
 * Concurrency. Any thread. Counts are changed by atomic adds; a lock guards the bitmaps, is a leaf,
 * and is held for a search or for up to 256 releases, never over a system call.
 *
 * Cost. Large values only: a lock and a bitmap search per allocation, an atomic add per reference.
 * A chunk takes 4 bytes and 2 bits besides, resident only where chunks have been used.
 */

/** Reference-counted chunks of 64 KiB for large values; thread-safe. */
public final class ChunkStore implements AutoCloseable {
  public static final int CHUNK_SHIFT = 16;
  public static final int CHUNK_BYTES = 1 << CHUNK_SHIFT;

  /** Stands for 64 KiB of zeros that nobody may write. */
  public static final int HOLE = 0;

  /** At most 1 MiB goes back to the system in one call, which holds a lock of the kernel's. */
  private static final int SWEEP_STEP = 16;

  /** No system has smaller ones. */
  private static final long PAGE_BYTES = 4096;

  private static final int RELEASE_BATCH = 256;
  private static final int MIN_CHUNKS = 1024;
  private static final MemorySegment ALL = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);
  private static final VarHandle COUNT = ValueLayout.JAVA_INT.varHandle();

  private final long base;
  private final int chunks;
  private final long counts;
  private final long metaBytes;
  private final ChunkMap map;
  private final ReentrantLock lock = new ReentrantLock();

  private volatile long limitChunks;

  // Guarded by the lock for writing; read without it for statistics.
  private volatile int allocated;
  private volatile int dirty;
  private int cleaning;
  private int top = 1;
  private int cursor = 1;
  private int sweepCursor = 1;

  private ChunkStore(long base, int chunks) {
    this.base = base;
    this.chunks = chunks;
    long countBytes = (long) chunks * Integer.BYTES;
    this.metaBytes = countBytes + ChunkMap.bytes(chunks);
    this.counts = VirtualMemory.reserve(metaBytes);
    if (counts == 0) {
      VirtualMemory.release(base, reservedBytes());
      throw new OutOfAddressSpaceException(metaBytes);
    }
    this.map = new ChunkMap(counts + countBytes, chunks);
    this.limitChunks = chunks;
    map.markUsed(HOLE, 1);
  }

  /**
   * Reserves a store of {@code maxBytes}, or of the largest half, quarter … that the system grants.
   *
   * @throws OutOfAddressSpaceException if not even 64 MiB are to be had
   */
  public static ChunkStore reserve(long maxBytes) {
    long most = Math.min(maxBytes >>> CHUNK_SHIFT, 1 << 30);
    for (long chunks = Math.max(most, MIN_CHUNKS) & -Long.SIZE;
        ;
        chunks = chunks / 2 & -Long.SIZE) {
      long base = VirtualMemory.reserve(chunks << CHUNK_SHIFT);
      if (base != 0) {
        return new ChunkStore(base, (int) chunks);
      }
      if (chunks / 2 < MIN_CHUNKS) {
        throw new OutOfAddressSpaceException(chunks << CHUNK_SHIFT);
      }
    }
  }

  /** Gives the address space back; nobody may hold a chunk any more. */
  @Override
  public void close() {
    VirtualMemory.release(base, reservedBytes());
    VirtualMemory.release(counts, metaBytes);
  }

  /** The number of chunks that {@code bytes} take. */
  public static int chunksFor(long bytes) {
    return (int) (bytes + CHUNK_BYTES - 1 >>> CHUNK_SHIFT);
  }

  public long reservedBytes() {
    return (long) chunks << CHUNK_SHIFT;
  }

  /** What a chunk takes. */
  public long chunkBytes() {
    return CHUNK_BYTES;
  }

  /** Bytes in chunks that somebody holds. */
  public long allocatedBytes() {
    return (long) allocated << CHUNK_SHIFT;
  }

  /** Bytes in free chunks that still hold memory: what a sweep would give back. */
  public long dirtyBytes() {
    return (long) dirty << CHUNK_SHIFT;
  }

  /** Lets allocations fail that would take more than this in all. */
  public void limitBytes(long bytes) {
    limitChunks = Math.min(bytes >>> CHUNK_SHIFT, chunks);
  }

  public long address(int chunk) {
    return base + ((chunk & 0xFFFF_FFFFL) << CHUNK_SHIFT);
  }

  /** The chunk that holds an address inside the store. */
  public int chunkAt(long address) {
    assert contains(address);
    return (int) (address - base >>> CHUNK_SHIFT);
  }

  public boolean contains(long address) {
    return address >= base && address < base + reservedBytes();
  }

  /**
   * Allocates one chunk of zeros with one reference.
   *
   * @return its id, or 0 when the limit is reached
   */
  public int allocate() {
    return allocateRun(1);
  }

  /**
   * Allocates adjacent chunks of zeros, each with one reference; released one by one or together.
   *
   * @return the first one's id, or 0 when the limit or the reservation is exhausted
   */
  public int allocateRun(int count) {
    assert count > 0;
    int first;
    boolean clean = true;
    lock.lock();
    try {
      if (allocated + (long) count > limitChunks) {
        return 0;
      }
      first = findClean(count);
      if (first < 0) {
        first = map.findFree(1, chunks, count);
        if (first < 0) {
          return 0;
        }
        clean = false;
      }
      take(first, count);
    } finally {
      lock.unlock();
    }
    if (!clean) {
      for (int i = 0; i < count; i += SWEEP_STEP) {
        decommit(first + i, Math.min(SWEEP_STEP, count - i));
      }
    }
    startCounts(first, count);
    return first;
  }

  /**
   * Allocates adjacent chunks, each with one reference, for content that the caller writes whole
   * before anybody reads it; what follows it in the last chunk is zeros.
   *
   * @param bytes the content's length, at least 1
   * @return the first one's id, or 0 when the limit or the reservation is exhausted
   */
  public int allocateRunFor(long bytes) {
    int count = chunksFor(bytes);
    int first = -1;
    boolean clean = true;
    lock.lock();
    try {
      if (dirty > 0 && allocated + (long) count <= limitChunks) {
        first = map.findFree(Math.max(1, map.findDirty(1, top)), chunks, count);
        if (first > 0) {
          clean = !map.isDirty(first + count - 1);
          take(first, count);
        }
      }
    } finally {
      lock.unlock();
    }
    if (first < 0) {
      return allocateRun(count);
    }
    if (!clean) {
      clear(address(first) + bytes, address(first + count));
    }
    startCounts(first, count);
    return first;
  }

  /** Makes a range within a chunk zeros, without keeping memory for them. */
  private static void clear(long from, long end) {
    long pages = Math.min(from + PAGE_BYTES - 1 & -PAGE_BYTES, end);
    if (pages < end && VirtualMemory.decommit(pages, end - pages)) {
      Memory.fill(from, pages - from, (byte) 0);
    } else {
      Memory.fill(from, end - from, (byte) 0);
    }
  }

  private void take(int first, int count) {
    assert lock.isHeldByCurrentThread();
    dirty = dirty - map.countDirty(first, count);
    map.markUsed(first, count);
    allocated = allocated + count;
    top = Math.max(top, first + count);
    cursor = first + count;
  }

  /** Gives new chunks one reference each; they are still the caller's alone. */
  private void startCounts(int first, int count) {
    long address = countAddress(first);
    Memory.putInt(address, 1);
    // By doubling: a loop over 8192 counts would take milliseconds before it is compiled.
    for (int done = 1; done < count; done *= 2) {
      int step = Math.min(done, count - done);
      Memory.copy(address, countAddress(first + done), (long) step * Integer.BYTES);
    }
  }

  /** Next fit below the top, so that holes are used before new address space. */
  private int findClean(int count) {
    int first = map.findClean(cursor, top, count);
    if (first < 0) {
      first = map.findClean(1, Math.min(top, cursor + count), count);
    }
    if (first < 0 && top + (long) count <= chunks) {
      first = top;
    }
    // The last resort crosses the top.
    return first < 0 ? map.findClean(1, chunks, count) : first;
  }

  private long countAddress(int chunk) {
    return counts + (long) chunk * Integer.BYTES;
  }

  /** Takes one more reference; the caller holds one. */
  public void retain(int chunk) {
    if (chunk != HOLE) {
      int before = (int) COUNT.getAndAdd(ALL, countAddress(chunk), 1);
      assert before > 0 : "retain of free chunk " + chunk;
    }
  }

  /** Gives one reference back; the last one frees the chunk. */
  public void release(int chunk) {
    if (dropReference(chunk)) {
      lock.lock();
      try {
        free(chunk, 1);
      } finally {
        lock.unlock();
      }
    }
  }

  /** Whether that was the last reference. */
  private boolean dropReference(int chunk) {
    if (chunk == HOLE) {
      return false;
    }
    long address = countAddress(chunk);
    if ((int) COUNT.getAcquire(ALL, address) == 1) {
      // Nobody else holds it, so nobody else can take one: no atomic needed (OWNED).
      COUNT.set(ALL, address, 0);
      return true;
    }
    int before = (int) COUNT.getAndAdd(ALL, address, -1);
    assert before > 0 : "release of free chunk " + chunk;
    return before == 1;
  }

  private void free(int first, int count) {
    assert lock.isHeldByCurrentThread();
    map.markDirty(first, count);
    allocated = allocated - count;
    dirty = dirty + count;
  }

  /** Releases {@code count} adjacent chunks: an argument that did not become a value. */
  public void releaseRun(int first, int count) {
    for (int start = 0; start < count; start += RELEASE_BATCH) {
      int end = Math.min(start + RELEASE_BATCH, count);
      lock.lock();
      try {
        for (int i = start; i < end; i++) {
          if (dropReference(first + i)) {
            free(first + i, 1);
          }
        }
      } finally {
        lock.unlock();
      }
    }
  }

  /** Takes one more reference to each of {@code count} chunks, whose ids stand at {@code ids}. */
  public void retainAll(long ids, int count) {
    for (int i = 0; i < count; i++) {
      retain(Memory.getInt(ids + (long) i * Integer.BYTES));
    }
  }

  /** Releases each of {@code count} chunks, whose ids stand at {@code ids}. */
  public void releaseAll(long ids, int count) {
    for (int start = 0; start < count; start += RELEASE_BATCH) {
      int end = Math.min(start + RELEASE_BATCH, count);
      lock.lock();
      try {
        releaseBatch(ids, start, end);
      } finally {
        lock.unlock();
      }
    }
  }

  /** Frees runs of adjacent chunks together: what was an argument mostly is one. */
  private void releaseBatch(long ids, int start, int end) {
    int runFirst = 0;
    int runCount = 0;
    for (int i = start; i < end; i++) {
      int chunk = Memory.getInt(ids + (long) i * Integer.BYTES);
      if (!dropReference(chunk)) {
        continue;
      }
      if (chunk == runFirst + runCount && runCount > 0) {
        runCount++;
      } else {
        if (runCount > 0) {
          free(runFirst, runCount);
        }
        runFirst = chunk;
        runCount = 1;
      }
    }
    if (runCount > 0) {
      free(runFirst, runCount);
    }
  }

  /** Whether a holder must copy the chunk before writing: others hold it too, or it is a hole. */
  public boolean isShared(int chunk) {
    return chunk == HOLE || (int) COUNT.getAcquire(ALL, countAddress(chunk)) > 1;
  }

  /**
   * Returns up to {@code maxChunks} freed chunks to the system, in steps of at most 1 MiB; for a
   * housekeeping thread, which may be several.
   *
   * @return how many were returned; 0 when none is dirty
   */
  public int sweep(int maxChunks) {
    int swept = 0;
    while (swept < maxChunks && dirty > 0) {
      int step = sweepStep(Math.min(SWEEP_STEP, maxChunks - swept));
      if (step == 0) {
        break;
      }
      swept += step;
    }
    return swept;
  }

  private int sweepStep(int max) {
    int first;
    int count;
    lock.lock();
    try {
      first = map.findDirty(sweepCursor, top);
      if (first < 0) {
        first = map.findDirty(1, top);
      }
      if (first < 0) {
        return 0;
      }
      count = map.dirtyRun(first, Math.min(max, top - first));
      // Counted as used while it is being cleaned, so that nobody takes it.
      map.markUsed(first, count);
      dirty = dirty - count;
      cleaning += count;
      sweepCursor = first + count;
    } finally {
      lock.unlock();
    }
    decommit(first, count);
    lock.lock();
    try {
      map.markClean(first, count);
      cleaning -= count;
      if (allocated == 0 && dirty == 0 && cleaning == 0) {
        top = 1;
        cursor = 1;
        sweepCursor = 1;
      }
    } finally {
      lock.unlock();
    }
    return count;
  }

  private void decommit(int first, int count) {
    VirtualMemory.decommit(address(first), (long) count << CHUNK_SHIFT);
  }

  /** Checks bitmaps, counts and accounting while nobody else uses the store; for tests. */
  public void validate() {
    int used = 0;
    int dirtyFound = 0;
    for (int i = 1; i < chunks; i++) {
      int references = (int) COUNT.getAcquire(ALL, countAddress(i));
      require(references >= 0 && map.isUsed(i) == references > 0, "references of chunk " + i);
      require(!(map.isUsed(i) && map.isDirty(i)), "used and dirty: chunk " + i);
      require(i < top || (!map.isUsed(i) && !map.isDirty(i)), "above the top: chunk " + i);
      used += map.isUsed(i) ? 1 : 0;
      dirtyFound += map.isDirty(i) ? 1 : 0;
    }
    require(cleaning == 0, "a sweep is under way");
    require(used == allocated, "allocated: found " + used + ", counted " + allocated);
    require(dirtyFound == dirty, "dirty: found " + dirtyFound + ", counted " + dirty);
    long zeros = address(HOLE);
    for (int i = 0; i < CHUNK_BYTES; i += Long.BYTES) {
      require(Memory.getLong(zeros + i) == 0, "ZERO CHUNK was written at " + i);
    }
  }

  private static void require(boolean holds, String what) {
    if (!holds) {
      throw new AssertionError("chunk store: " + what);
    }
  }
}
