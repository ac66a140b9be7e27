package dev.larder.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class KeptKeysTest {
  private final KeptKeys kept = new KeptKeys();

  @Test
  void areThoseThatWereAdded() {
    Random random = new Random(1);
    for (int round = 0; round < 20; round++) {
      kept.clear();
      Set<Long> all = new HashSet<>();
      for (int i = 0; i < 1 << round % 14; i++) {
        // Alike in their lower halves, as hashes of one piece of hash space are in the upper ones.
        long hash = (long) random.nextInt(1 << 14) << 40;
        all.add(hash);
        kept.add(hash);
      }
      for (long i = 0; i < 1 << 14; i++) {
        assertThat(kept.contains(i << 40)).isEqualTo(all.contains(i << 40));
      }
    }
  }

  @Test
  void noneIsThereAfterClear() {
    kept.add(0);
    kept.add(7);
    assertThat(kept.contains(0)).isTrue();
    kept.clear();
    assertThat(kept.contains(0)).isFalse();
    assertThat(kept.contains(7)).isFalse();
  }
}
