package dev.larder.storage.table;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.storage.memory.Arena;
import dev.larder.storage.memory.Memory;
import dev.larder.storage.memory.VirtualMemory;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Random operations on a key table beside a heap map. */
final class KeyTableModelTest {
  private static final int SHARD_BITS = 6;
  private static final long SEED = Long.getLong("seed", System.nanoTime());

  private final Random random = new Random(SEED);
  private final Arena arena = newArena();
  private final KeyTable table = new KeyTable(arena, SHARD_BITS, KeyTable.newScratch());
  private final Map<String, Integer> model = new HashMap<>();
  private final long key = VirtualMemory.allocateForever(1 << 10, 8);
  private int keyLength;

  private static Arena newArena() {
    Arena arena = Arena.reserve(1L << 30);
    if (arena == null) {
      throw new IllegalStateException("no address space for the test");
    }
    return arena;
  }

  @AfterEach
  void close() {
    arena.close();
  }

  @Test
  void growsAndShrinksLikeAMap() {
    for (int round = 0; round < 6; round++) {
      int target = round % 2 == 0 ? 20_000 : 50;
      while (model.size() != target) {
        if (model.size() < target) {
          insert("key:" + random.nextInt(1_000_000));
        } else {
          remove(model.keySet().iterator().next());
        }
      }
      checkAll();
    }
  }

  @Test
  void mixesInsertsAndRemoves() {
    for (int i = 0; i < 100_000; i++) {
      String name = "k" + random.nextInt(5_000);
      if (random.nextBoolean()) {
        insert(name);
      } else {
        remove(name);
      }
      if (i % 5_000 == 0) {
        checkAll();
      }
    }
  }

  @Test
  void aWalkSeesWhatStaysWhileTheTableGrowsAndShrinks() {
    for (int i = 0; i < 3_000; i++) {
      insert("stays:" + i);
    }
    Set<String> seen = new HashSet<>();
    long position = 0;
    int step = 0;
    do {
      position = table.walk(position, reference -> seen.add(keyOf(reference)));
      for (int i = 0; i < 40; i++) {
        if (step < 300) {
          insert("grows:" + step * 40 + i);
        } else {
          remove("grows:" + (step - 300) * 40 + i);
        }
      }
      step++;
    } while (position != 0);
    assertThat(seen).as("seed %d", SEED).containsAll(range("stays:", 3_000));
  }

  /** As copies and restored values come: the first segments fill with hashes that are alike. */
  @Test
  void growsInTheOrderOfHashes() {
    List<String> names = new ArrayList<>(range("key:", 30_000));
    names.sort((a, b) -> Long.compareUnsigned(hashOf(a) << SHARD_BITS, hashOf(b) << SHARD_BITS));
    for (int i = 0; i < names.size(); i++) {
      insert(names.get(i));
      if (i % 1_000 == 0) {
        checkAll();
      }
    }
    checkAll();
    long ordered = table.indexBytes();
    for (int i = 0; i < names.size(); i++) {
      remove(names.get(i));
      if (i % 1_000 == 0) {
        checkAll();
      }
    }
    Collections.shuffle(names, random);
    names.forEach(this::insert);
    assertThat(ordered).isLessThan(2 * table.indexBytes());
  }

  @Test
  void isPreparedForAsManyEntriesAsCome() {
    for (long expected : new long[] {0, 690, 1_400, 20_000, 1_000_000}) {
      Arena fresh = newArena();
      KeyTable prepared = new KeyTable(fresh, SHARD_BITS, KeyTable.newScratch());
      prepared.expect(expected);
      long before = prepared.indexBytes();
      for (int i = 0; i < 20_000; i++) {
        assertThat(addTo(prepared, fresh, "key:" + i)).isTrue();
      }
      assertThat(prepared.validate()).isTrue();
      prepared.expect(1_000_000);
      assertThat(prepared.count()).isEqualTo(20_000);
      if (expected >= 20_000) {
        assertThat(prepared.indexBytes()).isLessThan(before + before / 4);
      }
      fresh.close();
    }
  }

  @Test
  void expectsNoMoreThanThereIsMemoryFor() {
    for (int room = 1; room < 40; room++) {
      Arena small = requireNonNull(Arena.reserve((long) room << 16));
      KeyTable crowded = new KeyTable(small, SHARD_BITS, KeyTable.newScratch());
      crowded.expect(1L << 40);
      assertThat(crowded.validate()).isTrue();
      small.close();
    }
  }

  @Test
  void withoutMemoryAnInsertIsRefusedAndTheTableIsSound() {
    List<String> names = new ArrayList<>(range("key:", 60_000));
    names.sort((a, b) -> Long.compareUnsigned(hashOf(a) << SHARD_BITS, hashOf(b) << SHARD_BITS));
    for (int room = 1; room < 40; room++) {
      Arena small = requireNonNull(Arena.reserve((long) room << 16));
      KeyTable crowded = new KeyTable(small, SHARD_BITS, KeyTable.newScratch());
      int count = 0;
      while (count < names.size() && addTo(crowded, small, names.get(count))) {
        count++;
      }
      assertThat(crowded.count()).isEqualTo(count);
      assertThat(crowded.validate()).isTrue();
      for (String name : names.subList(0, count)) {
        assertThat(crowded.find(hashOf(name), key, keyLength)).isNotZero();
      }
      small.close();
    }
  }

  private boolean addTo(KeyTable crowded, Arena small, String name) {
    long hash = hashOf(name);
    int reference = small.allocate(Record.bytes(keyLength, 8, false));
    if (reference == 0 || !crowded.reserve(hash)) {
      return false;
    }
    Record.writeHead(small.address(reference), 0, 0, -1, key, keyLength, 8);
    crowded.insert(hash, reference);
    return true;
  }

  @Test
  void drainingFreesEverything() {
    for (int i = 0; i < 10_000; i++) {
      insert("key:" + i);
    }
    while (table.drainSegment(arena::free)) {
      assertThat(table.count()).isLessThan(10_000);
    }
    assertThat(table.count()).isZero();
    assertThat(arena.usedBytes()).isZero();
  }

  private static Set<String> range(String prefix, int count) {
    Set<String> names = new HashSet<>();
    for (int i = 0; i < count; i++) {
      names.add(prefix + i);
    }
    return names;
  }

  private long hashOf(String name) {
    byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
    keyLength = bytes.length;
    Memory.copyFromArray(bytes, 0, key, keyLength);
    // All keys of one shard share the leading bits.
    return KeyHash.hash(key, keyLength);
  }

  private String keyOf(int reference) {
    long record = arena.address(reference);
    byte[] bytes = new byte[Record.keyLength(record)];
    Memory.copyToArray(Record.keyAddress(record), bytes, 0, bytes.length);
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private void insert(String name) {
    if (model.containsKey(name)) {
      return;
    }
    long hash = hashOf(name);
    assertThat(table.reserve(hash)).isTrue();
    int reference = arena.allocate(Record.bytes(keyLength, 8, false));
    Record.writeHead(arena.address(reference), 0, 0, -1, key, keyLength, 8);
    table.insert(hash, reference);
    model.put(name, reference);
  }

  private void remove(String name) {
    long hash = hashOf(name);
    long slot = table.find(hash, key, keyLength);
    Integer expected = model.remove(name);
    assertThat(slot != 0).as("seed %d, key %s", SEED, name).isEqualTo(expected != null);
    if (expected != null) {
      assertThat(table.reference(slot)).isEqualTo(expected);
      table.remove(hash, slot);
      arena.free(expected);
    }
  }

  private void checkAll() {
    table.validate();
    arena.validate();
    assertThat(table.count()).as("seed %d", SEED).isEqualTo(model.size());
    model.forEach((name, reference) -> {
      long slot = table.find(hashOf(name), key, keyLength);
      assertThat(slot).as("seed %d, key %s", SEED, name).isNotZero();
      assertThat(table.reference(slot)).isEqualTo(reference);
    });
    Set<String> walked = new HashSet<>();
    long position = 0;
    do {
      position = table.walk(position, reference -> walked.add(keyOf(reference)));
    } while (position != 0);
    assertThat(walked).isEqualTo(model.keySet());
  }
}
