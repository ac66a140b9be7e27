package dev.larder.storage.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/** An open file of the machine's file system. */
final class ChannelFile implements DiskFile {
  private final String name;
  private final FileChannel channel;

  ChannelFile(String name, FileChannel channel) {
    this.name = name;
    this.channel = channel;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public long length() throws IOException {
    return channel.size();
  }

  @Override
  public int write(ByteBuffer source, long position) throws IOException {
    return channel.write(source, position);
  }

  @Override
  public int read(ByteBuffer target, long position) throws IOException {
    return channel.read(target, position);
  }

  @Override
  public void truncate(long length) throws IOException {
    channel.truncate(length);
  }

  @Override
  public void force() throws IOException {
    channel.force(false);
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
