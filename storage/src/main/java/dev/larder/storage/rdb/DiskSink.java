package dev.larder.storage.rdb;

import dev.larder.storage.disk.DiskFile;
import dev.larder.storage.memory.ChunkStore;
import dev.larder.storage.memory.GrowableMemory;
import dev.larder.storage.memory.Memory;
import java.io.IOException;

/**
 * A new file on a disk. What is appended is gathered; {@link #finish} writes and forces the rest.
 * From time to time the file is forced on the way, so that the end need not wait long, and the disk
 * has not much to do at once.
 */
public final class DiskSink implements RdbSink, AutoCloseable {
  private static final int BUFFER_BYTES = 256 * 1024;
  private static final long FORCE_BYTES = 8 << 20;

  private final DiskFile file;
  private final Runnable pause;
  private final GrowableMemory buffer;
  private int gathered;
  private long written;
  private long forced;

  /**
   * @param chunks for what is gathered
   * @param pause called before what takes some time
   */
  public DiskSink(DiskFile file, ChunkStore chunks, Runnable pause) throws IOException {
    this.file = file;
    this.pause = pause;
    this.buffer = new GrowableMemory(chunks);
    if (!buffer.ensure(BUFFER_BYTES, 0)) {
      throw new IOException("no memory to write the file with");
    }
  }

  @Override
  public void append(long address, long bytes) throws IOException {
    for (long done = 0; done < bytes; ) {
      int part = (int) Math.min(bytes - done, BUFFER_BYTES - gathered);
      Memory.copy(address + done, buffer.address() + gathered, part);
      gathered += part;
      done += part;
      if (gathered == BUFFER_BYTES) {
        flush();
      }
    }
  }

  /** Writes what was gathered. */
  public void flush() throws IOException {
    int piece = Math.min(file.pieceBytes(), BUFFER_BYTES);
    for (int done = 0; done < gathered; done += piece) {
      pause.run();
      int part = Math.min(piece, gathered - done);
      file.writeFully(Memory.view(buffer.address() + done, part), written + done);
    }
    written += gathered;
    gathered = 0;
    if (written - forced >= FORCE_BYTES) {
      pause.run();
      forced = written;
      file.force();
    }
  }

  @Override
  public void replaceHead(long address, int bytes) throws IOException {
    flush();
    file.writeFully(Memory.view(address, bytes), 0);
  }

  /** Makes all that was appended durable. */
  public void finish() throws IOException {
    flush();
    file.force();
  }

  /** Gives memory back; the file is the caller's. */
  @Override
  public void close() {
    buffer.shrink();
  }
}
