package dev.larder.storage;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.storage.disk.DiskFolder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What changes while a long entry is half written is set aside, and is in the file all the same.
 */
class RdbSnapshotFileTest {
  private static final long NOW = 1000;
  private static final String NAME = "dump.rdb";
  private static final int FIELDS = 20_000;
  private static final int STRINGS = 700;
  private static final int STRING_BYTES = 30_000;

  private final Random random = new Random(1);

  @TempDir Path folder;

  @Test
  void holdsWhatWasSetAside() throws Exception {
    try (TestKeyspace keys = new TestKeyspace(1, Journal.NONE);
        TestKeyspace loaded = new TestKeyspace(2, Journal.NONE)) {
      for (int i = 0; i < FIELDS; i++) {
        touch(keys, i);
      }
      overwrite(keys);
      SnapshotContent expected = new SnapshotContent();
      boolean[] wasAside = new boolean[1];
      boolean[] isResumed = new boolean[1];
      int[] pauses = new int[1];
      SnapshotPace pace =
          new PausingPace(() -> {
            if (++pauses[0] == 1) {
              touch(keys, 1);
            } else if (pauses[0] == 3) {
              assertThat(keys.keyspace.hold()).isNull();
              overwrite(keys);
              Lease hold = keys.keyspace.hold();
              hold.park(() -> isResumed[0] = true);
              assertThat(isResumed[0]).isFalse();
              assertThat(snapshot(keys).isBehind()).isTrue();
            }
            wasAside[0] |= Files.exists(folder.resolve("temporary.aside"));
          });
      DiskFolder disk = DiskFolder.at(folder);
      RdbSnapshotFile file =
          new RdbSnapshotFile(
              keys.keyspace, disk, NAME, "temporary", true, Map.of("redis-ver", "8.0.0"));
      Snapshot snapshot = keys.keyspace.newSnapshot(file, pace, () -> expected.capture(keys));
      assertThat(snapshot.run()).isTrue();
      assertThat(wasAside[0]).isTrue();
      assertThat(isResumed[0]).isTrue();
      assertThat(keys.keyspace.hold()).isNull();
      assertThat(disk.files()).containsExactly(NAME);
      RdbFiles.load(loaded.keyspace, disk, NAME, 1, NOW);
      SnapshotContent written = new SnapshotContent();
      loaded.withAllShards(() -> written.capture(loaded));
      assertThat(written.entries.keySet()).isEqualTo(expected.entries.keySet());
      assertThat(written.entries.equals(expected.entries)).isTrue();
    }
  }

  private static Snapshot snapshot(TestKeyspace keys) {
    return requireNonNull(keys.keyspace.snapshot());
  }

  private void touch(TestKeyspace keys, int field) {
    HashValue hash = keys.hash(0, "hash", NOW);
    byte[] name = ("field-" + field).getBytes();
    byte[] value = Integer.toString(random.nextInt()).getBytes();
    long nameAt = keys.text(0, name);
    hash.set(nameAt, name.length, keys.text(1, value), value.length, HashValue.NO_DEADLINE);
    keys.unit.releaseAll();
  }

  private void overwrite(TestKeyspace keys) {
    for (int i = 0; i < STRINGS; i++) {
      byte[] bytes = new byte[STRING_BYTES];
      random.nextBytes(bytes);
      keys.set(0, "string-" + i, bytes, -1, NOW);
    }
  }
}
