package dev.larder.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class WaitersTest {
  private final TestKeyspace keys = new TestKeyspace(4, Journal.NONE);

  @AfterEach
  void close() {
    keys.close();
  }

  private static final class Place extends KeyWait {
    Place(Shard shard, ValueType type, boolean isWokenByRemoval) {
      super(shard, type, isWokenByRemoval);
    }
  }

  private Place await(String name, ValueType type, boolean isWokenByRemoval) {
    Place place = new Place(keys.shardOf(name), type, isWokenByRemoval);
    keys.await(place, 0, name);
    return place;
  }

  /** Gives a key a list of one element, whatever it holds. */
  private void makeList(String name) {
    Shard shard = keys.at(name, 0);
    ListValue list = keys.unit.views().list();
    keys.point(list, shard, 0);
    list.expect(1, 1);
    Bytes.putByte(keys.scratch(), (byte) 'e');
    list.push(false, keys.scratch(), 1);
    keys.unit.releaseAll();
  }

  private KeyWait next(String name) {
    keys.at(name, 0);
    KeyWait next = keys.unit.nextReady();
    keys.unit.releaseAll();
    return next;
  }

  @Test
  void onlyTheTypeWaitedForWakes() {
    Place list = await("k", ValueType.LIST, false);
    keys.set(0, "k", new byte[1], -1, 0);
    assertThat(next("k")).isNull();
    keys.remove(0, "k", 0);
    makeList("k");
    assertThat(next("k")).isSameAs(list);
  }

  @Test
  void aValueOfAnotherTypeIsTheRemovalOfTheFirst() {
    await("k", ValueType.STRING, false);
    makeList("k");
    assertThat(next("k")).isNull();
    keys.set(0, "other", new byte[1], -1, 0);
    Place place = await("other", ValueType.STRING, true);
    makeList("other");
    assertThat(next("other")).isSameAs(place);
  }

  @Test
  void whatIsLeftReadyIsServedOnce() {
    List<Shard> asked = new ArrayList<>();
    keys.keyspace.addServer(asked::add);
    Place place = await("k", ValueType.STRING, false);
    keys.set(0, "k", new byte[1], -1, 0);
    assertThat(asked).containsExactly(place.shard());
    // It is planned already, and the next one who comes sees it anyway.
    keys.at("k", 0);
    assertThat(keys.unit.hasReady()).isTrue();
    keys.unit.releaseAll();
    assertThat(asked).hasSize(1);
    keys.at("k", 0).waiters().endService();
    keys.unit.releaseAll();
    assertThat(asked).as("was left again").hasSize(2);
    keys.at("k", 0).waiters().forget(place);
    place.shard().waiters().endService();
    keys.unit.releaseAll();
    keys.at("k", 0);
    assertThat(keys.unit.hasReady()).isFalse();
    keys.unit.releaseAll();
    assertThat(asked).hasSize(2);
  }
}
