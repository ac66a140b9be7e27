package dev.larder.storage.type;

import dev.larder.storage.memory.Arena;
import dev.larder.storage.memory.Memory;

/**
 * A block of an arena whose content is placed against one of its edges, so that the checker of
 * accesses catches whoever reads or writes a byte too far.
 */
final class EdgeBlock {
  private final long start;
  private final int blockBytes;

  EdgeBlock(Arena arena, int bytes) {
    int reference = arena.allocate(bytes);
    start = arena.address(reference);
    blockBytes = arena.blockBytesOf(reference);
  }

  static Arena arena() {
    Arena arena = Arena.reserve(64L << 20);
    if (arena == null) {
      throw new IllegalStateException("no address space for the test");
    }
    return arena;
  }

  /** Where content of so many bytes begins that lies against the start or the end. */
  long place(int bytes, boolean atEnd) {
    return atEnd ? start + blockBytes - bytes : start;
  }

  /** Moves content to where {@code newBytes} will lie against an edge. */
  long move(long address, int bytes, int newBytes, boolean atEnd) {
    long target = place(Math.max(bytes, newBytes), atEnd);
    Memory.copy(address, target, bytes);
    return target;
  }

  long put(byte[] content, boolean atEnd) {
    long address = place(content.length, atEnd);
    Memory.copyFromArray(content, 0, address, content.length);
    return address;
  }

  static byte[] read(long address, int bytes) {
    byte[] content = new byte[bytes];
    Memory.copyToArray(address, content, 0, bytes);
    return content;
  }
}
