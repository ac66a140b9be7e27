package dev.larder.storage.rdb;

import dev.larder.storage.memory.Memory;

/** A file in an array, read in pieces of some size. */
final class ByteSource implements RdbSource {
  private final byte[] bytes;
  private final int mostAtOnce;
  private int position;

  ByteSource(byte[] bytes, int mostAtOnce) {
    this.bytes = bytes;
    this.mostAtOnce = mostAtOnce;
  }

  @Override
  public int read(long address, int most) {
    if (position == bytes.length) {
      return -1;
    }
    int count = Math.min(Math.min(most, mostAtOnce), bytes.length - position);
    Memory.copyFromArray(bytes, position, address, count);
    position += count;
    return count;
  }

  @Override
  public long size() {
    return bytes.length;
  }
}
