package dev.larder.storage;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.storage.memory.VirtualMemory;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Writers on threads of their own keep two keys, and two large hashes, equal, and move a key to and
 * fro: in every snapshot they are so, and the key is there once.
 */
@Tag("slow")
class SnapshotThreadsTest {
  private static final int SNAPSHOTS = Integer.getInteger("snapshots", 5);
  private static final int PAIRS = 300;
  private static final int FIELDS = 3000;

  private final TestKeyspace keys = new TestKeyspace(16, Journal.NONE);
  private final Keyspace keyspace = keys.keyspace;
  private volatile boolean isOver;
  private final AtomicReference<Throwable> failure = new AtomicReference<>();

  /** A key that a writer works on. */
  private final class Name {
    final long address = VirtualMemory.allocateForever(64, 8);
    int length;
    long hash;

    void set(String text) {
      byte[] bytes = text.getBytes(ISO_8859_1);
      length = bytes.length;
      Bytes.fromArray(bytes, 0, address, length);
      hash = keyspace.hash(address, length);
    }

    Shard shard() {
      return keyspace.shardOf(hash);
    }
  }

  private final class Writer implements Runnable {
    private final Unit unit = keyspace.newUnit();
    private final Random random;
    private final Name first = new Name();
    private final Name second = new Name();
    private final Name value = new Name();
    private final Name field = new Name();

    Writer(long seed) {
      random = new Random(seed);
    }

    @Override
    public void run() {
      try {
        while (!isOver) {
          step();
        }
      } catch (Throwable t) {
        failure.set(t);
      }
    }

    private void own(String one, String two) {
      first.set(one);
      second.set(two);
      boolean owns = false;
      while (!owns) {
        unit.begin(1000);
        boolean isAscending = first.shard().index() <= second.shard().index();
        owns =
            unit.acquire((isAscending ? first : second).shard())
                && unit.acquire((isAscending ? second : first).shard());
        if (!owns) {
          unit.releaseAll();
          Thread.onSpinWait();
        }
      }
    }

    private void step() {
      value.set("value-" + random.nextInt(1_000_000));
      switch (random.nextInt(4)) {
        case 0, 1 -> {
          int pair = random.nextInt(PAIRS);
          own("a" + pair, "b" + pair);
          store(first);
          store(second);
        }
        case 2 -> {
          own("hash-a", "hash-b");
          field.set("field-" + random.nextInt(FIELDS));
          put(first);
          put(second);
        }
        default -> move();
      }
      unit.releaseAll();
    }

    private void store(Name key) {
      key.shard()
          .store(unit, 0, key.hash, key.address, key.length, value.address, value.length, -1);
    }

    private void put(Name key) {
      long entry = key.shard().find(unit, 0, key.hash, key.address, key.length);
      HashValue hash = unit.views().hash();
      hash.point(key.shard(), 0, key.hash, key.address, key.length, entry);
      hash.set(field.address, field.length, value.address, value.length, HashValue.NO_DEADLINE);
    }

    private void move() {
      boolean isBack = random.nextBoolean();
      own(isBack ? "there" : "here", isBack ? "here" : "there");
      long entry = first.shard().find(unit, 0, first.hash, first.address, first.length);
      if (entry != 0) {
        long moved =
            EntryTransfer.move(
                unit,
                first.shard(),
                0,
                first.hash,
                entry,
                second.shard(),
                0,
                second.hash,
                second.address,
                second.length);
        assertThat(moved).isNotZero();
      }
    }
  }

  /** As short as can be. */
  private static final class Turns implements SnapshotPace {
    private int entries;

    @Override
    public void begin() {
      entries = 0;
    }

    @Override
    public boolean isOver() {
      return ++entries > 10;
    }

    @Override
    public void pause() {
      Thread.yield();
    }

    @Override
    public void await() {
      Thread.yield();
    }
  }

  @Test
  void invariantsHoldInEverySnapshot() throws Exception {
    keys.set(0, "here", new byte[] {'x'}, -1, 1000);
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      Writer writer = new Writer(i);
      for (int k = 0; k < 20_000; k++) {
        writer.step();
      }
      threads.add(Thread.ofPlatform().start(writer));
    }
    for (int i = 0; i < SNAPSHOTS && failure.get() == null; i++) {
      SnapshotContent written = new SnapshotContent();
      assertThat(keyspace.newSnapshot(written, new Turns(), () -> {}).run()).isTrue();
      written.parse(new SnapshotContent());
      check(written);
    }
    isOver = true;
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(failure.get()).isNull();
    keys.close();
  }

  private static void check(SnapshotContent written) {
    var entries = written.entries;
    for (int i = 0; i < PAIRS; i++) {
      assertThat(entries.get("0/a" + i)).isEqualTo(entries.get("0/b" + i));
    }
    // Not compared by assertThat, which would print them.
    assertThat(entries.get("0/hash-a").equals(entries.get("0/hash-b"))).isTrue();
    assertThat(entries.containsKey("0/here")).isNotEqualTo(entries.containsKey("0/there"));
  }
}
