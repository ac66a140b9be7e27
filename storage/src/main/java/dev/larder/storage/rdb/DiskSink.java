package dev.larder.storage.rdb;

import dev.larder.storage.disk.DiskFile;
import dev.larder.storage.memory.ChunkStore;
import dev.larder.storage.memory.GrowableMemory;
import dev.larder.storage.memory.Memory;
import java.io.IOException;

/**
 * A new file on a disk. What is appended is gathered; {@link #finish} writes and forces the rest.
 * From time to time the file is forced on the way, so that the end need not wait long.
 */
public final class DiskSink implements RdbSink, AutoCloseable {
  private static final int BUFFER_BYTES = 256 * 1024;
  private static final long FORCE_BYTES = 32 << 20;

  private final DiskFile file;
  private final GrowableMemory buffer;
  private int gathered;
  private long written;
  private long forced;

  /**
   * @param chunks for what is gathered
   */
  public DiskSink(DiskFile file, ChunkStore chunks) throws IOException {
    this.file = file;
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
    file.writeFully(Memory.view(buffer.address(), gathered), written);
    written += gathered;
    gathered = 0;
    if (written - forced >= FORCE_BYTES) {
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
