package dev.larder.storage.rdb;

import dev.larder.storage.disk.DiskFile;
import dev.larder.storage.memory.Memory;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * A new file on a disk. What is appended is gathered; {@link #finish} writes and forces the rest.
 * From time to time the file is forced on the way, so that the end need not wait long.
 */
public final class DiskSink implements RdbSink {
  private static final int BUFFER_BYTES = 256 * 1024;
  private static final long FORCE_BYTES = 32 << 20;

  private final DiskFile file;
  private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
  private final long bufferAddress = Memory.addressOf(buffer);
  private int gathered;
  private long written;
  private long forced;

  public DiskSink(DiskFile file) {
    this.file = file;
  }

  @Override
  public void append(long address, long bytes) throws IOException {
    for (long done = 0; done < bytes; ) {
      int part = (int) Math.min(bytes - done, BUFFER_BYTES - gathered);
      Memory.copy(address + done, bufferAddress + gathered, part);
      gathered += part;
      done += part;
      if (gathered == BUFFER_BYTES) {
        flush();
      }
    }
  }

  /** Writes what was gathered. */
  public void flush() throws IOException {
    file.writeFully(buffer.clear().limit(gathered), written);
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
}
