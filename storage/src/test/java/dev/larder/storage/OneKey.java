package dev.larder.storage;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.storage.memory.VirtualMemory;

/** A keyspace of one shard, and one key in it: for tests of the collection that the key has. */
final class OneKey implements AutoCloseable {
  private static final int SCRATCH_BYTES = 1 << 20;

  final Keyspace keyspace;
  final Unit unit;
  final Shard shard;

  /** The key's name, which is one byte. */
  final long key = VirtualMemory.reserve(SCRATCH_BYTES);

  /** Memory for an element. */
  final long text = key + 64;

  /** Memory for another one. */
  final long target = key + SCRATCH_BYTES / 2;

  private final long hash;

  OneKey(Journal journal) {
    keyspace = Keyspace.open(new StorageOptions(1, 2, 1L << 28), journal);
    unit = keyspace.newUnit();
    shard = keyspace.shard(0);
    Bytes.putByte(key, (byte) 'k');
    hash = keyspace.hash(key, 1);
  }

  /** Owns the shard, by a unit that is to be released. */
  void own() {
    unit.begin(0);
    while (!unit.acquire(shard)) {
      Thread.onSpinWait(); // The thread that gives memory back has it for a moment.
    }
  }

  /** The key's entry, or 0; the shard is owned. */
  long find() {
    return shard.find(unit, 0, hash, key, 1);
  }

  /** Owns the shard, and points one of the unit's views at the key. */
  <V extends CollectionValue> V view(V view) {
    own();
    view.point(shard, 0, hash, key, 1, find());
    return view;
  }

  /** Owns the shard, and points one of the unit's views at a collection that is no key's. */
  <V extends CollectionValue> V hidden(V view, int reference) {
    own();
    view.pointHidden(shard, 0, hash, key, 1, reference);
    return view;
  }

  /** Writes an element to {@link #text}; returns its length. */
  int write(String element) {
    Bytes.fromArray(element.getBytes(ISO_8859_1), 0, text, element.length());
    return element.length();
  }

  /**
   * Copies the key, which is large, and removes both: that takes as much again, and leaves none.
   */
  void copyAndFree(Removal reason) {
    long used = shard.arena.usedBytes();
    own();
    Bytes.putByte(key + 1, (byte) 'l');
    long copyHash = keyspace.hash(key + 1, 1);
    EntryTransfer.copy(unit, shard, find(), shard, 1, copyHash, key + 1, 1, -1);
    assertThat(shard.arena.usedBytes()).isGreaterThan(2 * used - used / 8);
    shard.validate();
    shard.remove(unit, 0, hash, key, 1, reason);
    shard.remove(unit, 1, copyHash, key + 1, 1, reason);
    assertThat(shard.hasGarbage()).isTrue();
    unit.releaseAll();
    while (!keyspace.reclaimFlushed(unit, 0, 1_000_000)) {
      // Until nothing is left.
    }
    assertThat(shard.arena.usedBytes()).isLessThan(10_000);
  }

  @Override
  public void close() {
    keyspace.close();
    VirtualMemory.release(key, SCRATCH_BYTES);
  }
}
