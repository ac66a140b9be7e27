package dev.larder.storage.memory;

import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;

/** Which blocks of an arena are allocated; kept only with assertions on. */
final class LiveBlocks {
  private final Map<Integer, BitSet> byPage = new HashMap<>();

  boolean isLive(int page, int block) {
    BitSet live = byPage.get(page);
    return live != null && live.get(block);
  }

  boolean add(int page, int block) {
    if (isLive(page, block)) {
      throw new AssertionError("block allocated twice");
    }
    byPage.computeIfAbsent(page, p -> new BitSet()).set(block);
    return true;
  }

  boolean remove(int page, int block) {
    BitSet live = byPage.get(page);
    if (live == null || !live.get(block)) {
      throw new AssertionError("block freed twice in page " + page);
    }
    live.clear(block);
    return true;
  }
}
