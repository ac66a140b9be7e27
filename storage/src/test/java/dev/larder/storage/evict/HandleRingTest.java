package dev.larder.storage.evict;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Order and memory, in pages of all sizes. */
final class HandleRingTest {
  private static final int BATCH = 64;
  private static final int MANY = 150_000;

  /** Pages that are filled in part, or kept free, in bytes of the smallest. */
  private static final long FEW_BYTES = 4 * 64;

  private final HandleRing ring = new HandleRing(1 << 22);
  private final ArrayDeque<Integer> model = new ArrayDeque<>();
  private final Random random = new Random(5);
  private final int[] batch = new int[BATCH];
  private int nextHandle;

  @AfterEach
  void close() {
    ring.close();
  }

  private void push(int number) {
    for (int left = number; left > 0; left -= BATCH) {
      int step = Math.min(left, BATCH);
      for (int i = 0; i < step; i++) {
        batch[i] = nextHandle++;
        model.add(batch[i]);
      }
      assertThat(ring.push(batch, step)).isTrue();
    }
  }

  private void pop(int number) {
    for (int left = number; left > 0; ) {
      int taken = ring.pop(batch, Math.min(left, BATCH));
      if (taken == 0) {
        assertThat(model).isEmpty();
        return;
      }
      for (int i = 0; i < taken; i++) {
        int expected = model.remove();
        if (batch[i] != expected) {
          assertThat(batch[i]).isEqualTo(expected);
        }
      }
      left -= taken;
    }
  }

  /** Drops about one in so many handles of a page that may be rewritten. */
  private void rewrite(long from, int oneIn) {
    long place = ring.rewritable(from);
    if (place < 0) {
      return;
    }
    int[] page = new int[HandleRing.MAX_PAGE];
    int count = ring.copy(place, page);
    int kept = 0;
    for (int i = 0; i < count; i++) {
      if (random.nextInt(oneIn) == 0) {
        model.remove(page[i]);
      } else {
        page[kept++] = page[i];
      }
    }
    ring.rewrite(place, page, kept);
  }

  private void returnMemory() {
    int[] pages = new int[100];
    for (int taken = -1; taken != 0; ) {
      ring.compact();
      taken = ring.takeFree(pages);
      ring.decommit(pages, taken);
      ring.putClean(pages, taken);
    }
  }

  private void check() {
    List<Integer> found = new ArrayList<>();
    ring.forEach(found::add);
    // One by one, that would take minutes.
    assertThat(found.equals(new ArrayList<>(model))).isTrue();
    assertThat(ring.count()).isEqualTo(model.size());
  }

  private void checkMemory() {
    check();
    long most = model.size() * HandleRing.BYTES;
    // Free pages of an eighth, and three that are not full.
    most += most / 8 + Math.max(FEW_BYTES, 4L * HandleRing.BYTES * ring.page());
    assertThat(ring.bytes()).isLessThanOrEqualTo(most);
    assertThat(ring.page() == 16 || ring.page() <= model.size() / 16).isTrue();
  }

  @Test
  void pagesGrowAndShrinkWithTheRing() {
    assertThat(ring.bytes()).isZero();
    for (int size = 1; size < MANY; size *= 3) {
      push(size);
      returnMemory();
      checkMemory();
    }
    assertThat(ring.page()).isEqualTo(HandleRing.MAX_PAGE);
    while (!model.isEmpty()) {
      pop(model.size() / 3 + 1);
      returnMemory();
      checkMemory();
    }
    assertThat(ring.page()).isLessThan(HandleRing.MAX_PAGE);
    push(MANY);
    check();
  }

  @Test
  void anyOrderOfCalls() {
    for (int round = 0; round < 60; round++) {
      int size = 1 << random.nextInt(16);
      for (int i = 0; i < 20; i++) {
        switch (random.nextInt(5)) {
          case 0, 1 -> push(random.nextInt(size) + 1);
          case 2 -> pop(random.nextInt(size) + 1);
          case 3 -> rewrite(random.nextInt(100), 1 + random.nextInt(4));
          default -> returnMemory();
        }
      }
      check();
    }
  }

  /** The place of a page that was copied may be another one meanwhile. */
  @Test
  void whatWasCopiedBeforeTheRingWasIsNotRewritten() {
    push(200);
    long place = ring.rewritable(0);
    int[] page = new int[HandleRing.MAX_PAGE];
    assertThat(ring.copy(place, page)).isEqualTo(16);
    push(2_000);
    assertThat(ring.page()).isGreaterThan(16);
    ring.rewrite(place, page, 3);
    check();
  }

  @Test
  void clearedItTakesNothing() {
    push(MANY);
    ring.clear();
    model.clear();
    check();
    assertThat(ring.bytes()).isZero();
    push(1_000);
    check();
  }
}
