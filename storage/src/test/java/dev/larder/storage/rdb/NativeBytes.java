package dev.larder.storage.rdb;

import dev.larder.storage.memory.Memory;
import dev.larder.storage.memory.VirtualMemory;

/** Off-heap memory for a test's bytes. */
final class NativeBytes implements AutoCloseable {
  private final long region;
  private final int capacity;

  NativeBytes(int capacity) {
    this.capacity = capacity;
    region = VirtualMemory.reserve(capacity);
  }

  /** Puts bytes to the very end of the memory; where they begin. */
  long put(byte[] bytes) {
    long address = region + capacity - bytes.length;
    Memory.copyFromArray(bytes, 0, address, bytes.length);
    return address;
  }

  long address() {
    return region;
  }

  static byte[] read(long address, long bytes) {
    byte[] array = new byte[(int) bytes];
    Memory.copyToArray(address, array, 0, array.length);
    return array;
  }

  @Override
  public void close() {
    VirtualMemory.release(region, capacity);
  }
}
