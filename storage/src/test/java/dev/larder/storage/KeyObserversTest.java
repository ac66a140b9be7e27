package dev.larder.storage;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class KeyObserversTest {
  private final TestKeyspace keys = new TestKeyspace(4, Journal.NONE);
  private final Recorder recorder = new Recorder();

  /** Writes down what it hears. */
  private final class Recorder implements KeyObserver {
    private final List<String> heard = new ArrayList<>();

    @Override
    public void changed(Shard shard, int database, long hash, long key, int keyLength) {
      heard.add(database + " " + name(shard, hash, key, keyLength));
    }

    @Override
    public void removing(
        Shard shard, int database, long hash, long key, int keyLength, Removal reason) {
      String name = name(shard, hash, key, keyLength);
      heard.add(database + " " + name + " " + reason);
    }

    private String name(Shard shard, long hash, long key, int keyLength) {
      assertThat(shard.owner()).isSameAs(keys.unit);
      assertThat(hash).isEqualTo(keys.keyspace.hash(key, keyLength));
      return new String(Bytes.toArray(key, keyLength), UTF_8);
    }

    @Override
    public void flushing(Shard shard, int database) {
      heard.add("flush " + shard.index() + " " + database + " " + shard.count(database));
    }

    @Override
    public void swapping(Shard shard, int first, int second) {
      heard.add("swap " + shard.index() + " " + first + " " + second);
    }

    /** What was heard since the last time. */
    private List<String> take() {
      List<String> taken = List.copyOf(heard);
      heard.clear();
      return taken;
    }
  }

  @AfterEach
  void close() {
    keys.close();
  }

  private void observe() {
    for (int i = 0; i < keys.keyspace.shardCount(); i++) {
      keys.keyspace.shard(i).observers().add(recorder);
    }
  }

  @Test
  void hearOfStrings() {
    observe();
    keys.set(1, "k", new byte[3], -1, 0);
    assertThat(recorder.take()).containsExactly("1 k");
    keys.write(1, "k", 2, new byte[5], 0);
    assertThat(recorder.take()).containsExactly("1 k");
    keys.expire(1, "k", 100, 0);
    assertThat(recorder.take()).containsExactly("1 k");
    keys.get(1, "k", 0);
    assertThat(recorder.take()).isEmpty();
    keys.get(1, "k", 101);
    keys.remove(1, "k", 101);
    keys.set(0, "k", new byte[3], -1, 0);
    keys.remove(0, "k", 0);
    assertThat(recorder.take()).containsExactly("1 k EXPIRED", "0 k", "0 k DELETED");
  }

  @Test
  void hearOfCollections() {
    observe();
    HashValue hash = keys.hash(0, "h", 0);
    Bytes.putByte(keys.scratch(), (byte) 'f');
    hash.announce(keys.scratch(), 1, keys.scratch(), 1);
    hash.reserve(HashValue.NO_DEADLINE);
    hash.set(keys.scratch(), 1, keys.scratch(), 1, HashValue.NO_DEADLINE);
    hash.finish();
    assertThat(recorder.take()).isNotEmpty().allMatch("0 h"::equals);
    keys.unit.releaseAll();
    hash = keys.hash(0, "h", 0);
    assertThat(hash.find(keys.scratch(), 1)).isTrue();
    assertThat(recorder.take()).isEmpty();
    hash.removeFound(keys.scratch(), 1);
    keys.unit.releaseAll();
    assertThat(recorder.take()).containsExactly("0 h", "0 h EMPTIED");
  }

  @Test
  void hearBeforeDatabasesChange() {
    keys.set(2, "k", new byte[3], -1, 0);
    int shard = keys.shardOf("k").index();
    keys.keyspace.shard(shard).observers().add(recorder);
    keys.withAllShards(() -> {
      keys.keyspace.swap(keys.unit, 1, 2);
      keys.keyspace.flush(keys.unit, 1);
    });
    assertThat(recorder.take())
        .containsExactly("swap " + shard + " 1 2", "flush " + shard + " 1 1");
  }

  @Test
  void hearNothingOnceTheyAreRemoved() {
    KeyObserver other = new Recorder();
    Shard shard = keys.shardOf("k");
    shard.observers().remove(recorder);
    shard.observers().add(other);
    shard.observers().add(recorder);
    shard.observers().remove(other);
    keys.set(0, "k", new byte[3], -1, 0);
    assertThat(recorder.take()).containsExactly("0 k");
    shard.observers().remove(recorder);
    keys.set(0, "k", new byte[3], -1, 0);
    assertThat(recorder.take()).isEmpty();
    assertThat(shard.observers().areThere()).isFalse();
  }
}
