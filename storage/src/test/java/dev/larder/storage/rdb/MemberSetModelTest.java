package dev.larder.storage.rdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.larder.storage.memory.ChunkStore;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MemberSetModelTest {
  private static final long SEED = Long.getLong("seed", System.nanoTime());

  private final ChunkStore chunks = ChunkStore.reserve(256L << 20);
  private final MemberSet set = new MemberSet(chunks);

  @AfterEach
  void close() {
    set.clear();
    assertThat(chunks.allocatedBytes()).isZero();
    chunks.close();
  }

  @Test
  void knowsWhatItHasSeen() throws RdbException {
    Random random = new Random(SEED);
    for (int size : new int[] {0, 1, 100, 300, 5_000, 60_000}) {
      Set<Long> model = new HashSet<>();
      if (size != 5_000) {
        // Whether or not it is true.
        set.expect(random.nextInt(size + 1));
      }
      for (int i = 0; i < size; i++) {
        long member = random.nextInt(2 * size);
        assertThat(set.hasId(7, member)).as("seed %d", SEED).isEqualTo(model.contains(member));
        assertThat(set.addId(7, member)).as("seed %d", SEED).isEqualTo(model.add(member));
        assertThat(set.count()).isEqualTo(model.size());
      }
      for (long member = 0; member < 2 * size; member++) {
        assertThat(set.hasId(7, member)).isEqualTo(model.contains(member));
        assertThat(set.hasId(member, 7)).isEqualTo(member == 7 && model.contains(member));
      }
      set.clear();
      assertThat(set.hasId(7, 0)).isFalse();
    }
  }

  @Test
  void saysWhenMemoryIsExhausted() {
    chunks.limitBytes(3L * ChunkStore.CHUNK_BYTES);
    assertThatThrownBy(
            () -> {
              for (int i = 0; i < 1_000_000; i++) {
                set.addId(i, i);
              }
            })
        .satisfies(e -> assertThat(((RdbException) e).isOutOfMemory()).isTrue());
    chunks.limitBytes(chunks.reservedBytes());
  }
}
