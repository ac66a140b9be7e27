package dev.larder.storage.type;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.storage.memory.Arena;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Random additions and removals against a tree set. */
final class IntsetModelTest {
  private static final int MAX_ELEMENTS = 200;

  private final long seed = Long.getLong("seed", System.identityHashCode(this) * 31L + 13);
  private final Random random = new Random(seed);
  private final Arena arena = EdgeBlock.arena();
  private final EdgeBlock block = new EdgeBlock(arena, 64 << 10);
  private final TreeSet<Long> model = new TreeSet<>();
  private long set;

  @AfterEach
  void close() {
    arena.close();
  }

  @Test
  void randomOperations() {
    System.getLogger("test").log(System.Logger.Level.INFO, "-Dseed=" + seed);
    for (int round = 0; round < 60; round++) {
      model.clear();
      set = block.place(Intset.HEADER_BYTES, true);
      Intset.writeEmpty(set);
      for (int step = 0; step < 200; step++) {
        int bits = 8 + Math.min(56, random.nextInt(step + 1));
        long value = random.nextLong() >> (Long.SIZE - bits);
        if (random.nextInt(4) == 0 || model.size() == MAX_ELEMENTS) {
          remove(model.isEmpty() || random.nextInt(4) == 0 ? value : present(value));
        } else {
          add(random.nextInt(8) == 0 && !model.isEmpty() ? present(value) : value);
        }
      }
      check();
    }
  }

  private long present(long near) {
    Long floor = model.floor(near);
    return floor == null ? model.first() : floor;
  }

  private void add(long value) {
    int bytes = Intset.bytes(set);
    int bytesAfter = Intset.bytesAfterAdd(set, value);
    set = block.move(set, bytes, bytesAfter, random.nextBoolean());
    boolean added = model.add(value);
    assertThat(Intset.add(set, value)).as("seed %d", seed).isEqualTo(added);
    assertThat(Intset.bytes(set)).isEqualTo(added ? bytesAfter : bytes);
    assertThat(Intset.find(set, value)).isEqualTo(model.headSet(value).size());
  }

  private void remove(long value) {
    assertThat(Intset.remove(set, value)).as("seed %d", seed).isEqualTo(model.remove(value));
    assertThat(Intset.find(set, value)).isEqualTo(-1 - model.headSet(value).size());
  }

  private void check() {
    int bytes = Intset.bytes(set);
    set = block.move(set, bytes, bytes, true);
    assertThat(Intset.validate(set, bytes)).as("seed %d", seed).isTrue();
    assertThat(Intset.count(set)).isEqualTo(model.size());
    int index = 0;
    for (long value : model) {
      assertThat(Intset.find(set, value)).isEqualTo(index);
      assertThat(Intset.get(set, index++)).isEqualTo(value);
    }
    if (!model.isEmpty()) {
      assertThat(Intset.min(set)).isEqualTo(model.first());
      assertThat(Intset.max(set)).isEqualTo(model.last());
    }
  }
}
