package dev.larder.bench.micro;

import dev.larder.storage.Journal;
import dev.larder.storage.Keyspace;
import dev.larder.storage.Shard;
import dev.larder.storage.StorageOptions;
import dev.larder.storage.Unit;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** Random keys among a million, in batches, with and without touching all of a batch first. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class KeyspaceBenchmark {
  private static final int KEYS = 1_000_000;
  private static final int BATCH = 16;
  private static final int KEY_BYTES = 16;
  private static final int VALUE_BYTES = 32;

  private final Arena arena = Arena.ofConfined();
  private final MemorySegment keys = arena.allocate((long) KEYS * KEY_BYTES, 8);
  private final MemorySegment value = arena.allocate(VALUE_BYTES, 8);
  private final Keyspace keyspace = Keyspace.open(StorageOptions.forCores(1), Journal.NONE);
  private final Unit unit = keyspace.newUnit();
  private final SplittableRandom random = new SplittableRandom(7);
  private final long[] addresses = new long[BATCH];
  private final long[] hashes = new long[BATCH];

  /** Stores every key. */
  @Setup
  public void fill() {
    for (long i = 0; i < KEYS * 2L; i++) {
      keys.setAtIndex(ValueLayout.JAVA_LONG, i, random.nextLong());
    }
    for (int i = 0; i < KEYS; i++) {
      long address = keys.address() + (long) i * KEY_BYTES;
      store(address, keyspace.hash(address, KEY_BYTES));
    }
  }

  /** Gives the memory back. */
  @TearDown
  public void close() {
    keyspace.close();
    arena.close();
  }

  @Benchmark
  @OperationsPerInvocation(BATCH)
  public long find() {
    choose();
    return findAll();
  }

  @Benchmark
  @OperationsPerInvocation(BATCH)
  public long touchThenFind() {
    choose();
    unit.touch(0, hashes, BATCH);
    return findAll();
  }

  @Benchmark
  @OperationsPerInvocation(BATCH)
  public void touchThenStore() {
    choose();
    unit.touch(0, hashes, BATCH);
    for (int i = 0; i < BATCH; i++) {
      store(addresses[i], hashes[i]);
    }
  }

  private void choose() {
    for (int i = 0; i < BATCH; i++) {
      addresses[i] = keys.address() + (long) random.nextInt(KEYS) * KEY_BYTES;
      hashes[i] = keyspace.hash(addresses[i], KEY_BYTES);
    }
  }

  private long findAll() {
    long found = 0;
    for (int i = 0; i < BATCH; i++) {
      Shard shard = own(hashes[i]);
      long entry = shard.find(unit, 0, hashes[i], addresses[i], KEY_BYTES);
      if (entry == 0) {
        throw new IllegalStateException("a stored key is missing");
      }
      found += entry;
      unit.releaseAll();
    }
    return found;
  }

  private void store(long address, long hash) {
    Shard shard = own(hash);
    shard.store(unit, 0, hash, address, KEY_BYTES, value.address(), VALUE_BYTES, -1);
    unit.releaseAll();
  }

  private Shard own(long hash) {
    unit.begin(1);
    Shard shard = keyspace.shardOf(hash);
    if (!unit.acquire(shard)) {
      throw new IllegalStateException("nobody else owns shards here");
    }
    return shard;
  }
}
