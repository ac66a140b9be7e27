package dev.larder.storage;

import dev.larder.storage.memory.ChunkStore;
import dev.larder.storage.memory.Memory;
import java.util.Arrays;

/**
 * Bytes that are gathered first and read once, in order, later: a reply whose length comes before
 * it, from shards that are not owned all at once. The first bytes lie on the heap, all others in
 * chunks outside of it, which count as used memory and are given back as they are read. Used by one
 * thread at a time; {@link #close} must follow.
 */
public final class Spool implements AutoCloseable {
  private static final int FIRST_BYTES = 512;
  private static final int HEAP_BYTES = 16 * 1024;

  private final ChunkStore store;

  /** How many bytes lie on the heap before any chunk is taken. */
  private final int heapBytes;

  private byte[] head;

  /**
   * Chunks in order, of which {@code chunkCount} are there and the first {@code freed} are gone.
   */
  private int[] chunks = new int[0];

  private int chunkCount;
  private int freed;
  private long written;
  private long read;

  public Spool(Keyspace keyspace) {
    this(keyspace, HEAP_BYTES);
  }

  private Spool(Keyspace keyspace, int heapBytes) {
    this.store = keyspace.large();
    this.heapBytes = heapBytes;
    this.head = new byte[Math.min(FIRST_BYTES, heapBytes)];
  }

  /** One with nothing on the heap, for where many of them come and go. */
  static Spool inChunks(Keyspace keyspace) {
    return new Spool(keyspace, 0);
  }

  /** Bytes that have been appended and not been read. */
  public long remaining() {
    return written - read;
  }

  /**
   * Appends bytes of an address.
   *
   * @return false when memory is exhausted: then some may have been appended, and the spool is only
   *     good for closing
   */
  public boolean append(long address, int bytes) {
    int done = 0;
    while (done < bytes) {
      int run = room(bytes - done);
      if (run == 0) {
        return false;
      }
      if (written < heapBytes) {
        Memory.copyToArray(address + done, head, (int) written, run);
      } else {
        Memory.copy(address + done, chunkAddress(written), run);
      }
      written += run;
      done += run;
    }
    return true;
  }

  /** Appends the first bytes of an array; see {@link #append(long, int)}. */
  public boolean append(byte[] source, int bytes) {
    int done = 0;
    while (done < bytes) {
      int run = room(bytes - done);
      if (run == 0) {
        return false;
      }
      if (written < heapBytes) {
        System.arraycopy(source, done, head, (int) written, run);
      } else {
        Memory.copyFromArray(source, done, chunkAddress(written), run);
      }
      written += run;
      done += run;
    }
    return true;
  }

  /** Moves the next bytes, at most {@link #remaining}, to an address. */
  public void read(long target, int bytes) {
    assert bytes <= remaining();
    int done = 0;
    while (done < bytes) {
      int run = Math.min(bytes - done, runAt(read));
      if (read < heapBytes) {
        Memory.copyFromArray(head, (int) read, target + done, run);
      } else {
        Memory.copy(chunkAddress(read), target + done, run);
      }
      read += run;
      done += run;
      if (freed < chunkIndex(read)) {
        store.release(chunks[freed++]);
      }
    }
  }

  /** Forgets what was not read and gives the memory back; a second call does nothing. */
  @Override
  public void close() {
    while (freed < chunkCount) {
      store.release(chunks[freed++]);
    }
    read = written;
  }

  /** Makes room for some of these bytes at the end; returns how many, 0 for none. */
  private int room(int bytes) {
    if (written < heapBytes) {
      long needed = Math.min(written + bytes, heapBytes);
      if (needed > head.length) {
        head = Arrays.copyOf(head, (int) Math.min(Math.max(needed, 2L * head.length), heapBytes));
      }
    } else if (chunkIndex(written) == chunkCount && !addChunk()) {
      return 0;
    }
    return Math.min(bytes, runAt(written));
  }

  private boolean addChunk() {
    // Written before it is read, so it need not be zeros.
    int chunk = store.allocateRunFor(ChunkStore.CHUNK_BYTES);
    if (chunk == 0) {
      return false;
    }
    if (chunkCount == chunks.length) {
      chunks = Arrays.copyOf(chunks, Math.max(8, 2 * chunkCount));
    }
    chunks[chunkCount++] = chunk;
    return true;
  }

  /** How many bytes from an offset on are adjacent. */
  private int runAt(long offset) {
    return offset < heapBytes
        ? heapBytes - (int) offset
        : ChunkStore.CHUNK_BYTES - (int) ((offset - heapBytes) % ChunkStore.CHUNK_BYTES);
  }

  /** The chunks that end before an offset. */
  private int chunkIndex(long offset) {
    return offset < heapBytes ? 0 : (int) ((offset - heapBytes) / ChunkStore.CHUNK_BYTES);
  }

  private long chunkAddress(long offset) {
    return store.address(chunks[chunkIndex(offset)])
        + (offset - heapBytes) % ChunkStore.CHUNK_BYTES;
  }
}
