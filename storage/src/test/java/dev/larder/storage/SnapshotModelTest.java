package dev.larder.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * A snapshot is exactly what there was at the cut, whatever happens until it has seen everything:
 * the writers run between its slices, on the same thread, so that a seed tells all.
 */
@Tag("slow")
class SnapshotModelTest {
  private static final long SEED = Long.getLong("seed", System.nanoTime());
  private static final int SNAPSHOTS = Integer.getInteger("snapshots", 4);

  private final Random random = new Random(SEED);

  /** Runs writers between slices of a few entries. */
  private final class Pace implements SnapshotPace {
    private final SnapshotWriters writers;
    private final int entries;
    private final int changes;
    private Runnable between = () -> {};

    Pace(SnapshotWriters writers, int entries, int changes) {
      this.writers = writers;
      this.entries = entries;
      this.changes = changes;
    }

    @Override
    public void begin() {}

    @Override
    public boolean isOver() {
      return random.nextInt(entries) == 0;
    }

    @Override
    public void pause() {
      for (int i = random.nextInt(changes); i > 0; i--) {
        writers.step();
      }
      between.run();
    }

    @Override
    public void await() {
      // The thread that gives memory back has a shard now and then.
      Thread.onSpinWait();
    }
  }

  @Test
  void isWhatThereWasAtTheCut() throws IOException {
    try (TestKeyspace keys = new TestKeyspace(2, Journal.NONE)) {
      keys.keyspace.limits().hashMaxListpackEntries(64);
      SnapshotWriters writers = new SnapshotWriters(keys, random);
      for (int i = 0; i < SNAPSHOTS; i++) {
        for (int k = random.nextInt(300); k > 0; k--) {
          writers.step();
        }
        check(keys, new Pace(writers, 1 + random.nextInt(100), 1 + random.nextInt(30)));
        keys.validate();
      }
    } catch (Throwable t) {
      throw new AssertionError("seed " + SEED, t);
    }
  }

  private void check(TestKeyspace keys, Pace pace) throws IOException {
    SnapshotContent expected = new SnapshotContent();
    SnapshotContent written = new SnapshotContent();
    boolean fails = random.nextInt(8) == 0;
    boolean aborts = random.nextInt(8) == 0;
    written.failAfter = fails ? random.nextInt(100_000) : Long.MAX_VALUE;
    Snapshot snapshot = keys.keyspace.newSnapshot(written, pace, () -> expected.capture(keys));
    assertThat(keys.keyspace.newSnapshot(written, pace, () -> {})).isNull();
    if (aborts) {
      pace.between =
          () -> {
            if (random.nextInt(20) == 0) {
              snapshot.abort();
            }
          };
    }
    boolean isWhole = false;
    try {
      isWhole = snapshot.run();
    } catch (IOException e) {
      assertThat(fails).isTrue();
      assertThat(e).hasMessage("the disk is full");
    }
    assertThat(isWhole || fails || aborts).isTrue();
    assertThat(written.isFinished).isEqualTo(isWhole);
    assertThat(written.isAbandoned).isNotEqualTo(isWhole);
    if (isWhole) {
      written.parse(expected);
      compare(expected, written);
      assertThat(snapshot.sizes().keys()).isEqualTo(expected.entries.size());
    }
  }

  private static void compare(SnapshotContent expected, SnapshotContent written) {
    TreeSet<String> missing = new TreeSet<>(expected.entries.keySet());
    missing.removeAll(written.entries.keySet());
    TreeMap<String, String> other = new TreeMap<>(written.entries);
    other.entrySet().removeAll(expected.entries.entrySet());
    assertThat(missing).as("missing").isEmpty();
    for (var entry : other.entrySet()) {
      assertThat(cut(entry.getValue()))
          .as(entry.getKey())
          .isEqualTo(cut(expected.entries.getOrDefault(entry.getKey(), "nothing")));
    }
    assertThat(other.keySet()).as("other").isEmpty();
  }

  private static String cut(String text) {
    return text.length() > 2000 ? text.substring(0, 2000) + text.length() : text;
  }

  @Test
  void anExclusiveOneSeesAllWithoutGivingAShardUp() throws IOException {
    try (TestKeyspace keys = new TestKeyspace(2, Journal.NONE)) {
      SnapshotWriters writers = new SnapshotWriters(keys, random);
      for (int i = 0; i < 500; i++) {
        writers.step();
      }
      SnapshotContent expected = new SnapshotContent();
      SnapshotContent written = new SnapshotContent();
      Pace pace = new Pace(writers, 10, 1);
      Snapshot snapshot = keys.keyspace.newSnapshot(written, pace, () -> expected.capture(keys));
      pace.between =
          () -> {
            keys.unit.begin(0);
            assertThat(keys.unit.acquire(keys.keyspace.shard(0))).isFalse();
          };
      snapshot.exclusive();
      assertThat(snapshot.run()).isTrue();
      written.parse(expected);
      compare(expected, written);
    } catch (Throwable t) {
      throw new AssertionError("seed " + SEED, t);
    }
  }

  @Test
  void waitsForWhoeverChangesAKeyInSlices() throws IOException {
    try (TestKeyspace keys = new TestKeyspace(2, Journal.NONE)) {
      keys.set(0, "key", new byte[10], -1, 0);
      Shard shard = keys.at("key", 0);
      Lease lease = shard.leases().take(0, 1, keys.scratch(), 0, 0, true, () -> {});
      keys.unit.releaseAll();
      SnapshotContent written = new SnapshotContent();
      int[] waits = new int[1];
      SnapshotPace pace =
          new SnapshotPace() {
            @Override
            public void begin() {}

            @Override
            public boolean isOver() {
              return false;
            }

            @Override
            public void pause() {}

            @Override
            public void await() {
              if (++waits[0] == 3) {
                lease.end();
              }
            }
          };
      assertThat(keys.keyspace.newSnapshot(written, pace, () -> {}).run()).isTrue();
      assertThat(waits[0]).isEqualTo(3);
    }
  }

  @Test
  void aTargetThatFailsAtOnceIsAbandoned() {
    try (TestKeyspace keys = new TestKeyspace(2, Journal.NONE)) {
      SnapshotWriters writers = new SnapshotWriters(keys, random);
      keys.set(0, "key", new byte[10], -1, 0);
      SnapshotContent written = new SnapshotContent();
      written.failAfter = 0;
      Snapshot snapshot = keys.keyspace.newSnapshot(written, new Pace(writers, 10, 10), () -> {});
      assertThatThrownBy(snapshot::run).isInstanceOf(IOException.class);
      assertThat(written.isAbandoned).isTrue();
    }
  }
}
