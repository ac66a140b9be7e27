package dev.larder.storage.evict;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.storage.memory.VirtualMemory;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class MiniatureTest {
  private static final long SEED = Long.getLong("seed", System.nanoTime());
  private static final int MOST = 500;

  private final Random random = new Random(SEED);
  private final long memory = VirtualMemory.reserve(Miniature.bytes(MOST));
  private final Miniature miniature = new Miniature(memory, MOST);

  @AfterEach
  void close() {
    miniature.close();
    VirtualMemory.release(memory, Miniature.bytes(MOST));
  }

  /** As ids are: any upper half, a lower half below a threshold. */
  private static long id(int key) {
    return key * 0x9E37_79B9_7F4A_7C15L & ~0xFFFF_FFFFL | key * 1000L & 0xFFFF_FFFFL;
  }

  private int randomKey() {
    return (int) (2000 * Math.pow(random.nextDouble(), 2));
  }

  @Test
  void isALeastRecentlyUsedCache() {
    int capacity = 300;
    Map<Integer, Boolean> model = new LinkedHashMap<>(16, 0.75f, true);
    miniature.clear(false);
    miniature.capacity(capacity, 0);
    for (int i = 0; i < 20_000; i++) {
      int key = randomKey();
      int slot = miniature.find(id(key), 0);
      assertThat(slot != Miniature.NONE).as("seed " + SEED).isEqualTo(model.containsKey(key));
      if (random.nextInt(10) == 0) {
        model.remove(key);
        if (slot != Miniature.NONE) {
          miniature.remove(slot);
        }
      } else if (slot != Miniature.NONE) {
        miniature.use(slot);
        model.get(key);
      } else {
        miniature.insert(id(key), -1);
        if (model.size() == capacity) {
          model.remove(model.keySet().iterator().next());
        }
        model.put(key, true);
      }
      assertThat(miniature.count()).isEqualTo(model.size());
    }
    miniature.validate();
  }

  @Test
  void underS3ScansDoNotPushOutWhatIsUsed() {
    miniature.clear(true);
    miniature.capacity(200, 10);
    int hits = 0;
    int asked = 0;
    for (int i = 0; i < 40_000; i++) {
      boolean isScan = i % 2 == 0;
      int key = isScan ? 10_000 + i : random.nextInt(150);
      int slot = miniature.find(id(key), 0);
      if (!isScan && i > 10_000) {
        asked++;
        hits += slot != Miniature.NONE ? 1 : 0;
      }
      if (slot != Miniature.NONE) {
        miniature.use(slot);
      } else {
        miniature.insert(id(key), -1);
      }
    }
    assertThat(miniature.count()).isEqualTo(200);
    miniature.validate();
    assertThat(hits / (double) asked).as("seed " + SEED).isGreaterThan(0.95);
  }

  @Test
  void keepsCountInAnyCase() {
    boolean isS3 = random.nextBoolean();
    miniature.clear(isS3);
    miniature.capacity(MOST, 10);
    for (int i = 0; i < 60_000; i++) {
      long now = i;
      switch (random.nextInt(2000)) {
        case 0 -> miniature.capacity(1 + random.nextInt(2 * MOST), random.nextInt(31));
        case 1 -> miniature.trim(random.nextInt(100));
        case 2 -> miniature.keepBelow(random.nextInt(2_000_000));
        case 3 -> miniature.validate();
        default -> {
          long id = id(randomKey());
          int slot = miniature.find(id, now);
          if (slot == Miniature.NONE) {
            miniature.insert(id, random.nextInt(3) == 0 ? now + random.nextInt(5000) : -1);
          } else if (random.nextInt(20) == 0) {
            miniature.remove(slot);
          } else {
            miniature.use(slot);
          }
        }
      }
      if (miniature.count() < 0 || miniature.count() > MOST) {
        throw new AssertionError(miniature.count() + " keys; seed " + SEED);
      }
    }
    miniature.validate();
  }

  @Test
  void whatHasExpiredGoesByItself() {
    miniature.clear(false);
    miniature.capacity(MOST, 0);
    for (int key = 0; key < 400; key++) {
      miniature.insert(id(key), key % 2 == 0 ? 1000 : -1);
    }
    assertThat(miniature.find(id(2), 1000)).isNotEqualTo(Miniature.NONE);
    assertThat(miniature.find(id(2), 1001)).isEqualTo(Miniature.NONE);
    for (int i = 0; i < 400; i++) {
      miniature.find(id(1), 1001);
    }
    assertThat(miniature.count()).isEqualTo(200);
    assertThat(miniature.hasEvicted()).isFalse();
    miniature.validate();
  }
}
