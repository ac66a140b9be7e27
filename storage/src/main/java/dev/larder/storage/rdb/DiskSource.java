package dev.larder.storage.rdb;

import dev.larder.storage.disk.DiskFile;
import dev.larder.storage.memory.Memory;
import java.io.IOException;

/** The bytes of a file on a disk. */
public final class DiskSource implements RdbSource {
  private final DiskFile file;
  private final long size;
  private long position;

  public DiskSource(DiskFile file) throws IOException {
    this.file = file;
    this.size = file.length();
  }

  @Override
  public int read(long address, int bytes) throws IOException {
    int read = file.read(Memory.view(address, bytes), position);
    position += Math.max(read, 0);
    return read;
  }

  @Override
  public long size() {
    return size;
  }
}
