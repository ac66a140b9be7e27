package dev.larder.storage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.storage.LargeValues.Kind;
import dev.larder.storage.Restore.Finding;
import dev.larder.storage.memory.Arena;
import dev.larder.storage.memory.VirtualMemory;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Collections are copied, dumped and restored in slices, or given up between any two of them. */
@Tag("slow")
class SlicedValuesTest {
  private static final long SEED = Long.getLong("seed", System.nanoTime());
  private static final long NOW = 1_000_000;
  private static final int ELEMENTS = 1500;
  private static final int FILLING_BYTES = 1 << 16;
  private static final int PAYLOAD_BYTES = 1 << 24;
  private static final long PAYLOAD = VirtualMemory.reserve(PAYLOAD_BYTES);

  private final Random random = new Random(SEED);
  private final TestKeyspace keys = new TestKeyspace(2, Journal.NONE, 1L << 28);
  private final LargeValues values = new LargeValues(keys, random, NOW);
  private final String source = inShard(0, 0);
  private final String near = inShard(0, 1);
  private final String far = inShard(1, 0);
  private final String busy = inShard(0, 2);

  SlicedValuesTest() {
    System.out.println("-Dseed=" + SEED);
  }

  @AfterEach
  void close() {
    keys.close();
  }

  private String inShard(int index, int skipped) {
    int left = skipped;
    for (int i = 0; ; i++) {
      String name = "key" + i;
      if (keys.shardOf(name).index() == index && left-- == 0) {
        return name;
      }
    }
  }

  private void make(Kind kind, String name, int elements) {
    values.make(kind, name, elements);
    keys.unit.releaseAll();
  }

  /** Somebody else works in the shard, with the same views. */
  private void disturb() {
    make(Kind.values()[random.nextInt(Kind.values().length)], busy, 1 + random.nextInt(200));
    keys.remove(0, busy, NOW);
  }

  private int someSteps() {
    return random.nextInt(40) == 0 ? 1 : 1 + random.nextInt(400);
  }

  // ---- copies

  /** Copies slice by slice, up to so many of them; null if it is complete before. */
  private StagedCopy stage(String target, int slices) {
    StagedCopy copy = keys.stage(0, source, target, NOW);
    for (int i = 0; i < slices; i++) {
      Progress progress = copy.step(someSteps());
      if (progress == Progress.DONE) {
        assertThat(copy.install(keys.unit)).isNotZero();
        copy.close();
        copy = null;
        break;
      }
      assertThat(progress).isEqualTo(Progress.MORE);
      if (random.nextInt(5) == 0) {
        keys.unit.releaseAll();
        disturb();
        keys.own(source, target, NOW);
      }
    }
    keys.unit.releaseAll();
    return copy;
  }

  @ParameterizedTest
  @EnumSource
  void copiesAreEqual(Kind kind) {
    make(kind, source, ELEMENTS);
    keys.expire(0, source, NOW + 50_000, NOW);
    keys.set(0, near, new byte[50], NOW + 1, NOW);
    make(Kind.VOLATILE_HASH, far, 1500);
    for (String target : new String[] {near, far}) {
      assertThat(stage(target, Integer.MAX_VALUE)).isNull();
      assertThat(values.content(target)).isEqualTo(values.content(source));
      assertThat(keys.deadline(0, target, NOW)).isEqualTo(NOW + 50_000);
    }
    keys.remove(0, source, NOW);
    assertThat(values.content(near)).isEqualTo(values.content(far));
  }

  @ParameterizedTest
  @EnumSource
  void whatIsGivenUpLeavesNothing(Kind kind) {
    make(kind, source, ELEMENTS);
    long before = usedBytes();
    for (int slices : new int[] {0, 1, 3, 10}) {
      giveUp(near, slices);
      giveUp(far, slices);
      assertThat(usedBytes()).isEqualTo(before);
    }
    assertThat(keys.remove(0, near, NOW)).isFalse();
  }

  /** Begins a copy, of which so many of the smallest slices are not all. */
  private void giveUp(String target, int slices) {
    try (StagedCopy copy = keys.stage(0, source, target, NOW)) {
      for (int i = 0; i < slices; i++) {
        assertThat(copy.step(1)).isEqualTo(Progress.MORE);
      }
      keys.unit.releaseAll();
    }
  }

  /** Of both arenas, when all is freed that is to be freed in slices. */
  private long usedBytes() {
    while (keys.keyspace.housekeep(keys.unit, 0, 1, NOW, 1_000_000_000) == 0) {
      // Until nothing is left.
    }
    return keys.shardOf(near).arena.usedBytes() + keys.shardOf(far).arena.usedBytes();
  }

  @ParameterizedTest
  @EnumSource
  void copiesStopWhenMemoryIsExhausted(Kind kind) {
    make(kind, source, 4 * ELEMENTS);
    long before = usedBytes();
    Arena arena = keys.shardOf(near).arena;
    List<Integer> filling = new ArrayList<>();
    while (arena.hasRoom(FILLING_BYTES)) {
      filling.add(arena.allocate(FILLING_BYTES));
    }
    arena.free(filling.removeLast());
    try (StagedCopy copy = keys.stage(0, source, near, NOW)) {
      Progress progress = Progress.MORE;
      while (progress == Progress.MORE) {
        progress = copy.step(100);
      }
      assertThat(progress).isEqualTo(Progress.MEMORY_EXHAUSTED);
    }
    keys.unit.releaseAll();
    filling.forEach(arena::free);
    assertThat(usedBytes()).isEqualTo(before);
  }

  @Test
  void shortValuesAreNotSliced() {
    for (Kind kind : Kind.values()) {
      values.make(kind, source, 10);
      long entry = keys.find(keys.shardOf(source), 0);
      assertThat(EntryTransfer.isLong(keys.shardOf(source), entry)).isFalse();
      keys.unit.releaseAll();
      values.make(kind, source, ELEMENTS);
      entry = keys.find(keys.shardOf(source), 0);
      assertThat(EntryTransfer.isLong(keys.shardOf(source), entry)).isTrue();
      keys.unit.releaseAll();
    }
  }

  // ---- payloads

  private byte[] dump(String name, boolean isSliced) {
    Shard shard = keys.at(name, NOW);
    long entry = keys.find(shard, 0);
    if (!isSliced) {
      Dump dump = keys.unit.dump();
      assertThat(dump.write(shard, entry)).isTrue();
      byte[] payload = Bytes.toArray(dump.address(), (int) dump.length());
      dump.clear();
      keys.unit.releaseAll();
      return payload;
    }
    StagedDump dump = StagedDump.of(keys.unit, shard, entry);
    Progress progress = Progress.MORE;
    while (progress == Progress.MORE) {
      progress = dump.step(someSteps());
      if (random.nextInt(5) == 0) {
        keys.unit.releaseAll();
        disturb();
        keys.at(name, NOW);
      }
    }
    keys.unit.releaseAll();
    assertThat(progress).isEqualTo(Progress.DONE);
    try (DumpStream stream = dump.payload()) {
      byte[] payload = new byte[(int) stream.length()];
      for (int done = 0; done < payload.length; ) {
        int part = Math.min(payload.length - done, 1 + random.nextInt(100_000));
        stream.read(keys.scratch(), part);
        System.arraycopy(Bytes.toArray(keys.scratch(), part), 0, payload, done, part);
        done += part;
      }
      return payload;
    }
  }

  @ParameterizedTest
  @EnumSource
  void payloadsAreThoseOfOnePiece(Kind kind) {
    for (int elements : new int[] {3, ELEMENTS}) {
      make(kind, source, elements);
      assertThat(dump(source, true)).isEqualTo(dump(source, false));
      assertThat(keys.keyspace.large().allocatedBytes()).isZero();
    }
  }

  /** Finds a payload to be sound, in slices. */
  private Restore begin(byte[] payload) {
    assertThat(payload.length).isLessThan(PAYLOAD_BYTES);
    Bytes.fromArray(payload, 0, PAYLOAD, payload.length);
    Restore restore = new Restore(keys.keyspace);
    restore.begin(PAYLOAD, payload.length);
    Finding finding = null;
    while (finding == null) {
      finding = restore.prepare(1000);
    }
    assertThat(finding).isEqualTo(Finding.SOUND);
    return restore;
  }

  /** Builds in slices, up to so many of them; whether it is complete. */
  private boolean build(Restore restore, String name, int slices) {
    keys.beginBuild(restore, name, NOW + 9_000, NOW);
    Progress progress = Progress.MORE;
    for (int i = 0; i < slices && progress == Progress.MORE; i++) {
      keys.at(name, NOW);
      progress = restore.step(1 + random.nextInt(20_000));
      keys.unit.releaseAll();
      if (random.nextInt(5) == 0) {
        disturb();
      }
    }
    return progress == Progress.DONE;
  }

  @ParameterizedTest
  @EnumSource
  void payloadsAreRestored(Kind kind) {
    make(kind, source, ELEMENTS);
    byte[] payload = dump(source, true);
    make(Kind.VOLATILE_HASH, far, 500);
    for (String target : new String[] {near, far}) {
      try (Restore restore = begin(payload)) {
        assertThat(build(restore, target, Integer.MAX_VALUE)).isTrue();
        keys.at(target, NOW);
        assertThat(restore.install()).isNotZero();
        keys.unit.releaseAll();
      }
      assertThat(values.content(target)).isEqualTo(values.content(source));
      assertThat(keys.deadline(0, target, NOW)).isEqualTo(NOW + 9_000);
    }
  }

  @ParameterizedTest
  @EnumSource
  void whatIsNotRestoredToTheEndLeavesNothing(Kind kind) {
    make(kind, source, ELEMENTS);
    byte[] payload = dump(source, false);
    keys.set(0, near, new byte[3], -1, NOW);
    long before = usedBytes();
    for (int slices : new int[] {0, 1, 2, Integer.MAX_VALUE}) {
      try (Restore restore = begin(payload)) {
        build(restore, near, slices);
      }
      assertThat(usedBytes()).isEqualTo(before);
      assertThat(keys.get(0, near, NOW)).isEqualTo(new byte[3]);
    }
    assertThat(keys.keyspace.large().allocatedBytes()).isZero();
  }
}
