package dev.larder.storage;

import dev.larder.storage.disk.DiskFile;
import dev.larder.storage.disk.DiskFolder;
import dev.larder.storage.memory.ChunkStore;
import dev.larder.storage.memory.GrowableMemory;
import dev.larder.storage.memory.Memory;
import dev.larder.storage.rdb.DiskSink;
import java.io.IOException;

/** What was set aside from a snapshot, in a file that nobody needs afterwards. */
final class SnapshotAside {
  /** Read at once, at multiples of this, as files that pass the system's cache want it. */
  private static final int BLOCK_BYTES = 256 * 1024;

  private final DiskFolder folder;
  private final String name;
  private final DiskFile file;
  private final DiskSink sink;

  /** A frame's head. */
  private final GrowableMemory head;

  private final GrowableMemory block;
  private long bytes;

  /** How far it was taken back. */
  private long taken;

  /** How much of the frame's head there is, and what is left of the frame behind it. */
  private int headBytes;

  private long left;
  private int database;
  private int version;

  /** Takes back pieces in the order in which they were added. */
  interface Taker {
    void take(int database, long address, long bytes, int version) throws IOException;
  }

  SnapshotAside(DiskFolder folder, String name, ChunkStore chunks, SnapshotPace pace)
      throws IOException {
    this.folder = folder;
    this.name = name;
    this.head = new GrowableMemory(chunks);
    this.block = new GrowableMemory(chunks);
    if (!head.ensure(ShardSnapshot.FRAME_BYTES, 0) || !block.ensure(BLOCK_BYTES, 0)) {
      throw new IOException("no memory to set entries aside with");
    }
    this.file = folder.createUncached(name);
    this.sink = new DiskSink(file, chunks, pace::pause);
  }

  void add(int number, long source, long length, int needed) throws IOException {
    Memory.putInt(head.address(), number);
    Memory.putInt(head.address() + 4, needed);
    Memory.putLong(head.address() + 8, length);
    sink.append(head.address(), ShardSnapshot.FRAME_BYTES);
    sink.append(source, length);
    bytes += ShardSnapshot.FRAME_BYTES + length;
  }

  /**
   * Hands some bytes on, and removes the file behind the last ones. Nothing is added any more.
   *
   * @return whether there are more
   */
  boolean takeBack(Taker taker) throws IOException {
    if (taken == 0) {
      sink.flush();
    }
    // The whole block even at the end of the file, since that is aligned.
    int read = file.readFully(Memory.view(block.address(), BLOCK_BYTES), taken);
    if (read < Math.min(BLOCK_BYTES, bytes - taken)) {
      throw new IOException(name + " is shorter than what was written to it");
    }
    for (int at = 0; at < read; ) {
      at += left == 0 ? takeHead(at, read - at) : take(at, read - at, taker);
    }
    taken += read;
    boolean isMore = taken < bytes;
    if (!isMore) {
      remove();
    }
    return isMore;
  }

  /** Takes what there is of a frame's head; returns how many bytes. */
  private int takeHead(int at, int most) {
    int part = Math.min(most, ShardSnapshot.FRAME_BYTES - headBytes);
    Memory.copy(block.address() + at, head.address() + headBytes, part);
    headBytes += part;
    if (headBytes == ShardSnapshot.FRAME_BYTES) {
      headBytes = 0;
      database = Memory.getInt(head.address());
      version = Memory.getInt(head.address() + 4);
      left = Memory.getLong(head.address() + 8);
    }
    return part;
  }

  /** Hands on what there is of a frame; returns how many bytes. */
  private int take(int at, int most, Taker taker) throws IOException {
    int part = (int) Math.min(left, most);
    taker.take(database, block.address() + at, part, version);
    left -= part;
    return part;
  }

  void remove() throws IOException {
    sink.close();
    head.shrink();
    block.shrink();
    file.close();
    folder.delete(name);
  }
}
