package dev.larder.storage.memory;

import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Holds every raw access against the live blocks of the arenas; used only with assertions on.
 *
 * <p>An address inside an arena must lie in one live block, with its whole length. Addresses
 * outside every arena (network buffers, chunks) are not judged.
 */
final class BlockChecker {
  private static final CopyOnWriteArrayList<Arena> ARENAS = new CopyOnWriteArrayList<>();

  private BlockChecker() {}

  static boolean register(Arena arena) {
    ARENAS.add(arena);
    return true;
  }

  static boolean unregister(Arena arena) {
    ARENAS.remove(arena);
    return true;
  }

  static boolean check(long address, long bytes) {
    if (bytes < 0) {
      throw new AssertionError("negative length " + bytes);
    }
    if (bytes == 0) {
      return true; // nothing is accessed; the address may be the end of a block
    }
    Arena last = LAST.get()[0];
    if (last != null && last.contains(address)) {
      return last.checkAccess(address, bytes);
    }
    for (Arena arena : ARENAS) {
      if (arena.contains(address)) {
        LAST.get()[0] = arena;
        return arena.checkAccess(address, bytes);
      }
    }
    return true;
  }

  private static final ThreadLocal<Arena[]> LAST = ThreadLocal.withInitial(() -> new Arena[1]);
}
