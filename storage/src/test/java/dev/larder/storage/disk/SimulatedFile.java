package dev.larder.storage.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.NonWritableChannelException;

/** An open file of a {@link SimulatedDisk}. */
final class SimulatedFile implements DiskFile {
  private final SimulatedDisk disk;
  private final SimulatedContent content;
  private final String name;
  private final String path;
  private final boolean writable;
  private volatile boolean closed;

  SimulatedFile(
      SimulatedDisk disk, SimulatedContent content, String name, String path, boolean writable) {
    this.disk = disk;
    this.content = content;
    this.name = name;
    this.path = path;
    this.writable = writable;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public long length() throws IOException {
    synchronized (disk) {
      check(false);
      return content.length();
    }
  }

  @Override
  public int write(ByteBuffer source, long position) throws IOException {
    check(true);
    return disk.write(content, path, source, position);
  }

  @Override
  public int read(ByteBuffer target, long position) throws IOException {
    synchronized (disk) {
      check(false);
      return content.read(target, (int) Math.min(position, Integer.MAX_VALUE));
    }
  }

  @Override
  public void truncate(long length) throws IOException {
    synchronized (disk) {
      check(true);
      disk.operate("truncate", path, length, 0);
      content.truncate((int) Math.min(length, Integer.MAX_VALUE));
    }
  }

  @Override
  public void force() throws IOException {
    check(false);
    disk.force(content, path);
  }

  @Override
  public void close() {
    closed = true;
  }

  private void check(boolean toWrite) throws IOException {
    if (closed) {
      throw new ClosedChannelException();
    }
    if (toWrite && !writable) {
      throw new NonWritableChannelException();
    }
    disk.checkPower();
  }
}
