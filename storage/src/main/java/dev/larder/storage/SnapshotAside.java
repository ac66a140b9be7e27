package dev.larder.storage;

import dev.larder.storage.disk.DiskFile;
import dev.larder.storage.disk.DiskFolder;
import dev.larder.storage.memory.ChunkStore;
import dev.larder.storage.memory.Memory;
import dev.larder.storage.rdb.DiskSink;
import java.io.IOException;
import java.nio.ByteBuffer;

/** What was set aside from a snapshot, in a file that nobody needs afterwards. */
final class SnapshotAside {
  private static final int BUFFER_BYTES = ChunkStore.CHUNK_BYTES;
  private static final int BYTES_AT_ONCE = 256 * 1024;

  private final DiskFolder folder;
  private final String name;
  private final ChunkStore chunks;
  private final DiskFile file;
  private final DiskSink sink;
  private final int chunk;
  private final long address;
  private long bytes;

  /** How far it was taken back, and what is left of the frame there. */
  private long taken;

  private long left;
  private int database;
  private int version;

  /** Takes back pieces in the order in which they were added. */
  interface Taker {
    void take(int database, long address, long bytes, int version) throws IOException;
  }

  SnapshotAside(DiskFolder folder, String name, ChunkStore chunks) throws IOException {
    this.folder = folder;
    this.name = name;
    this.chunks = chunks;
    this.chunk = chunks.allocate();
    if (chunk == 0) {
      throw new IOException("no memory to set entries aside with");
    }
    this.address = chunks.address(chunk);
    this.file = folder.create(name);
    this.sink = new DiskSink(file, chunks);
  }

  void add(int number, long source, long length, int needed) throws IOException {
    Memory.putInt(address, number);
    Memory.putInt(address + 4, needed);
    Memory.putLong(address + 8, length);
    sink.append(address, ShardSnapshot.FRAME_BYTES);
    sink.append(source, length);
    bytes += ShardSnapshot.FRAME_BYTES + length;
  }

  /**
   * Hands some bytes on, and removes the file behind the last ones. Nothing is added any more.
   *
   * @return whether there are more
   */
  boolean takeBack(Taker taker) throws IOException {
    sink.flush();
    long end = Math.min(bytes, taken + BYTES_AT_ONCE);
    while (taken < end) {
      if (left == 0) {
        read(taken, ShardSnapshot.FRAME_BYTES);
        database = Memory.getInt(address);
        version = Memory.getInt(address + 4);
        left = Memory.getLong(address + 8);
        taken += ShardSnapshot.FRAME_BYTES;
      }
      int part = (int) Math.min(left, BUFFER_BYTES);
      read(taken, part);
      taker.take(database, address, part, version);
      taken += part;
      left -= part;
    }
    boolean isMore = taken < bytes;
    if (!isMore) {
      remove();
    }
    return isMore;
  }

  private void read(long from, int length) throws IOException {
    ByteBuffer buffer = Memory.view(address, length);
    while (buffer.hasRemaining()) {
      if (file.read(buffer, from + buffer.position()) < 0) {
        throw new IOException(name + " is shorter than what was written to it");
      }
    }
  }

  void remove() throws IOException {
    sink.close();
    chunks.release(chunk);
    file.close();
    folder.delete(name);
  }
}
