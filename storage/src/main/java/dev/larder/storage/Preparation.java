package dev.larder.storage;

import dev.larder.storage.memory.VirtualMemory;
import dev.larder.storage.table.KeyHash;

/** What the first keyspace of a process waits for, for who has a thread to do it earlier. */
public final class Preparation {
  private Preparation() {}

  /** Has system calls linked and seeds chosen, by using them. */
  public static void run() {
    long address = VirtualMemory.reserve(VirtualMemory.ALIGNMENT_BYTES);
    if (address != 0) {
      KeyHash.hash(address, Long.BYTES);
      VirtualMemory.release(address, VirtualMemory.ALIGNMENT_BYTES);
    }
  }
}
