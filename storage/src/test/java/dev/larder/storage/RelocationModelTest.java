package dev.larder.storage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.storage.memory.VirtualMemory;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Blocks that are moved about while everything else happens to a keyspace. */
final class RelocationModelTest {
  private static final long SEED = Long.getLong("seed", System.nanoTime());

  private final Random random = new Random(SEED);

  @Test
  @Tag("slow")
  void allTypesStayWhole() {
    try (TestKeyspace keys = new TestKeyspace(2, Journal.NONE)) {
      keys.keyspace.limits().hashMaxListpackEntries(64);
      SnapshotWriters writers = new SnapshotWriters(keys, random);
      long moved = 0;
      for (int i = 0; i < 15; i++) {
        for (int k = 0; k < 60; k++) {
          writers.step();
        }
        SnapshotContent before = new SnapshotContent();
        keys.withAllShards(() -> before.capture(keys));
        for (int shard = 0; shard < 2; shard++) {
          int index = shard;
          long[] here = new long[1];
          keys.withAllShards(() -> here[0] = Shaking.now(keys.keyspace, index));
          moved += here[0];
        }
        keys.validate();
        SnapshotContent after = new SnapshotContent();
        keys.withAllShards(() -> after.capture(keys));
        assertThat(after.entries.equals(before.entries)).isTrue();
      }
      assertThat(moved).isGreaterThan(1000);
    } catch (Throwable t) {
      throw new AssertionError("seed " + SEED, t);
    }
  }

  @Test
  @Tag("slow")
  void anythingMayHappenBetweenTwoSteps() {
    try (TestKeyspace keys = new TestKeyspace(2, Journal.NONE)) {
      keys.keyspace.limits().hashMaxListpackEntries(64);
      SnapshotWriters writers = new SnapshotWriters(keys, random);
      for (int round = 0; round < 10; round++) {
        for (int k = 0; k < 50; k++) {
          writers.step();
        }
        int shard = round % 2;
        ShardEvacuation evacuation = new ShardEvacuation(keys.keyspace);
        keys.withAllShards(() -> evacuation.begin(shard, page -> random.nextBoolean()));
        BooleanSupplier step =
            () -> {
              boolean[] isOver = new boolean[1];
              keys.withAllShards(() -> isOver[0] = evacuation.step(0));
              return isOver[0];
            };
        for (int steps = 0; !step.getAsBoolean(); steps++) {
          if (random.nextInt(20) == 0) {
            writers.step();
          }
          if (steps % 500 == 499) {
            keys.validate();
          }
        }
        assertThat(keys.keyspace.shard(shard).arena.evacuatingPages()).isZero();
        keys.validate();
      }
    } catch (Throwable t) {
      throw new AssertionError("seed " + SEED, t);
    }
  }

  @Test
  void memoryComesBackAfterRandomDeletes() {
    try (TestKeyspace keys = new TestKeyspace(1, Journal.NONE)) {
      keys.keyspace.relocation().active(false);
      int count = 20_000;
      Map<String, byte[]> left = new HashMap<>();
      for (int i = 0; i < count; i++) {
        byte[] value = ("value of " + i + " and some more").getBytes(StandardCharsets.UTF_8);
        keys.set(0, "key:" + i, value, i % 3 == 0 ? 1_000_000 + i % 50 : -1, 0);
        left.put("key:" + i, value);
      }
      for (int i = 0; i < count; i++) {
        if (random.nextInt(10) > 0) {
          keys.remove(0, "key:" + i, 0);
          left.remove("key:" + i);
        }
      }
      ShardEvacuation evacuation = new ShardEvacuation(keys.keyspace);
      long excess = evacuation.plan(0, 9).excessBytes();
      assertThat(excess).isGreaterThan(800_000);
      evacuate(keys, evacuation);
      assertThat(evacuation.plan(0, 9).excessBytes()).isLessThan(excess / 5);
      assertThat(evacuation.mover().keysMoved()).isPositive();
      keys.validate();
      left.forEach((key, value) -> assertThat(keys.get(0, key, 0)).isEqualTo(value));
      assertThat(keys.keyspace.size(0)).isEqualTo(left.size());
    } catch (Throwable t) {
      throw new AssertionError("seed " + SEED, t);
    }
  }

  private static void evacuate(TestKeyspace keys, ShardEvacuation evacuation) {
    evacuation.begin(0);
    boolean[] isOver = new boolean[1];
    while (!isOver[0]) {
      keys.withAllShards(() -> isOver[0] = evacuation.step(Clock.nanos() + 100_000));
    }
  }

  @Test
  void aLeasedRecordStaysWhereItIs() {
    try (TestKeyspace keys = new TestKeyspace(1, Journal.NONE)) {
      long name = VirtualMemory.allocateForever(8, 8);
      Bytes.fromArray("leased".getBytes(StandardCharsets.UTF_8), 0, name, 6);
      keys.set(0, "leased", new byte[100], -1, 0);
      keys.set(0, "other", new byte[100], -1, 0);
      Shard shard = keys.at("leased", 0);
      long entry = keys.find(shard, 0);
      long hash = keys.keyspace.hash(name, 6);
      Lease lease = shard.leases().take(0, hash, name, 6, entry, false, () -> {});
      keys.unit.releaseAll();
      ShardEvacuation evacuation = new ShardEvacuation(keys.keyspace);
      keys.withAllShards(() -> evacuation.begin(0, page -> true));
      evacuateBegun(keys, evacuation);
      assertThat(evacuation.mover().kept()).isOne();
      shard = keys.at("leased", 0);
      assertThat(keys.find(shard, 0)).isEqualTo(entry).isEqualTo(lease.entry());
      keys.unit.releaseAll();
      lease.end();
      keys.withAllShards(() -> evacuation.begin(0, page -> true));
      evacuateBegun(keys, evacuation);
      shard = keys.at("leased", 0);
      assertThat(keys.find(shard, 0)).isNotZero().isNotEqualTo(entry);
      keys.unit.releaseAll();
    }
  }

  private static void evacuateBegun(TestKeyspace keys, ShardEvacuation evacuation) {
    boolean[] isOver = new boolean[1];
    while (!isOver[0]) {
      keys.withAllShards(() -> isOver[0] = evacuation.step(Long.MAX_VALUE));
    }
  }
}
