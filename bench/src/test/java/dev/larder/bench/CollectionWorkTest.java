package dev.larder.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class CollectionWorkTest {
  private static Exchange exchange(Elements elements) {
    return TypeOperation.RPOP.exchange(elements);
  }

  @Test
  void whatUsesUpElementsIsLimitedAndTakesFromAllCollectionsAlike() {
    for (long keys : new long[] {1_000, 20_000, 100_000}) {
      Elements elements = new Elements(keys, 20);
      CollectionWork pop =
          new CollectionWork("pop", exchange(elements), elements, 16, 50, Filling.LIST);
      assertThat(pop.isLimited()).isTrue();
      assertThat(pop.limit()).isEqualTo(keys * 10);
      KeySource numbers = pop.numbers();
      int[] taken = new int[(int) keys];
      for (long i = 0; i < pop.limit(); i++) {
        taken[(int) elements.collection(numbers.next())]++;
      }
      assertThat(Arrays.stream(taken).min().orElse(0)).isGreaterThan(5);
      assertThat(Arrays.stream(taken).max().orElse(0)).isLessThan(15);
    }
  }

  @Test
  void otherWorkGoesOnForever() {
    Elements elements = new Elements(1_000, 20);
    CollectionWork work = new CollectionWork("get", exchange(elements), elements, 16, 50, null);
    assertThat(work.isLimited()).isFalse();
    KeySource first = work.numbers();
    KeySource second = work.numbers();
    for (int i = 0; i < 100; i++) {
      assertThat(first.next()).isEqualTo(second.next());
    }
  }
}
