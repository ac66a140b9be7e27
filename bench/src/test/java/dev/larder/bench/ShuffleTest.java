package dev.larder.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.BitSet;
import org.junit.jupiter.api.Test;

class ShuffleTest {
  @Test
  void visitsEverythingOnceAndKnowsWhen() {
    for (long count : new long[] {1, 2, 7, 20, 100, 1_000, 100_000}) {
      Shuffle shuffle = new Shuffle(count);
      BitSet seen = new BitSet();
      for (long i = 0; i < count; i++) {
        long number = shuffle.at(i);
        assertThat(number).isBetween(0L, count - 1);
        assertThat(shuffle.positionOf(number)).isEqualTo(i);
        seen.set((int) number);
      }
      assertThat(seen.cardinality()).isEqualTo((int) count);
    }
  }

  @Test
  void takesFromEveryStretchAboutItsShare() {
    for (int stretches : new int[] {1_000, 5_000, 20_000, 100_000}) {
      KeySource source = KeySource.shuffled(20L * stretches);
      int[] taken = new int[stretches];
      for (int i = 0; i < 10 * stretches; i++) {
        taken[(int) (source.next() / 20)]++;
      }
      assertThat(Arrays.stream(taken).min().orElse(0)).isGreaterThan(5);
      assertThat(Arrays.stream(taken).max().orElse(0)).isLessThan(15);
    }
  }

  @Test
  void refusesProductsThatWouldOverflow() {
    assertThatThrownBy(() -> new Shuffle(1L << 32)).isInstanceOf(IllegalArgumentException.class);
  }
}
