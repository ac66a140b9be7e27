package dev.larder.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Places that come, go and are served, beside lists of them. */
final class WaitersModelTest {
  private static final long SEED = Long.getLong("seed", System.nanoTime());
  private static final int OPERATIONS = 60_000;
  private static final int NAMES = 40;
  private static final int DATABASES = 2;
  private static final int MAX_PLACES = 100;

  private record Awaited(int database, String name, ValueType type) {}

  private static final class Place extends KeyWait {
    final Awaited awaited;
    final boolean wokenByRemoval;

    Place(Shard shard, Awaited awaited, boolean wokenByRemoval) {
      super(shard, awaited.type(), wokenByRemoval);
      this.awaited = awaited;
      this.wokenByRemoval = wokenByRemoval;
    }
  }

  private final Random random = new Random(SEED);
  private final Map<Awaited, List<Place>> queues = new HashMap<>();

  /** Those who are yet to have their turn, by what they wait for. */
  private final Map<Awaited, List<Place>> turns = new HashMap<>();

  private final List<Place> places = new ArrayList<>();
  private final List<Set<String>> present = List.of(new HashSet<>(), new HashSet<>());

  @Test
  void turnsAreGivenInOrder() {
    try (TestKeyspace keys = new TestKeyspace(2, Journal.NONE)) {
      for (int i = 0; i < OPERATIONS; i++) {
        operate(keys);
        assertThat(keys.keyspace.awaitedKeys()).as("seed %d", SEED).isEqualTo(queues.size());
        assertThat(keys.keyspace.keysAwaitedToGo())
            .isEqualTo(queues.keySet().stream().filter(this::anyWokenByRemoval).count());
      }
      while (!places.isEmpty()) {
        forget(keys, places.getLast());
      }
      assertThat(keys.keyspace.awaitedKeys()).isZero();
      for (int i = 0; i < keys.keyspace.shardCount(); i++) {
        assertThat(keys.keyspace.shard(i).waiters().hasAny()).isFalse();
      }
    }
  }

  private void operate(TestKeyspace keys) {
    int database = random.nextInt(DATABASES);
    String name = "k" + random.nextInt(NAMES);
    switch (random.nextInt(20)) {
      case 0, 1, 2, 3, 4, 5 -> {
        if (places.size() < MAX_PLACES) {
          ValueType type = random.nextInt(4) == 0 ? ValueType.LIST : ValueType.STRING;
          await(keys, new Awaited(database, name, type));
        }
      }
      case 6, 7 -> {
        if (!places.isEmpty()) {
          forget(keys, places.get(random.nextInt(places.size())));
        }
      }
      case 8, 9, 10 -> {
        keys.set(database, name, new byte[3], -1, 0);
        present.get(database).add(name);
        changed(database, name, ValueType.STRING);
      }
      case 11 -> {
        if (keys.write(database, name, 0, new byte[5], 0)) {
          changed(database, name, ValueType.STRING);
        }
      }
      case 12, 13 -> {
        boolean removed = keys.remove(database, name, 0);
        assertThat(removed).isEqualTo(present.get(database).remove(name));
        if (removed) {
          changed(database, name, null);
        }
      }
      case 14 -> {
        String other = "k" + random.nextInt(NAMES);
        if (keys.copy(database, name, 1 - database, other, 0)) {
          present.get(1 - database).add(other);
          changed(1 - database, other, ValueType.STRING);
        }
      }
      case 15 -> flushOrSwap(keys, database);
      default -> serve(keys, random.nextInt(10) == 0 ? Integer.MAX_VALUE : random.nextInt(4));
    }
  }

  private void await(TestKeyspace keys, Awaited awaited) {
    Place place = new Place(keys.shardOf(awaited.name()), awaited, random.nextInt(5) == 0);
    keys.await(place, awaited.database(), awaited.name());
    places.add(place);
    queues.computeIfAbsent(awaited, unused -> new ArrayList<>()).add(place);
    if (turns.containsKey(awaited)) {
      turns.get(awaited).add(place);
    }
  }

  private void forget(TestKeyspace keys, Place place) {
    keys.at(place.awaited.name(), 0).waiters().forget(place);
    keys.unit.releaseAll();
    forgotten(place);
  }

  private void forgotten(Place place) {
    places.remove(place);
    drop(queues, place);
    drop(turns, place);
  }

  private static void drop(Map<Awaited, List<Place>> from, Place place) {
    List<Place> list = from.get(place.awaited);
    if (list != null) {
      list.remove(place);
      if (list.isEmpty()) {
        from.remove(place.awaited);
      }
    }
  }

  /** A key holds this now, null for nothing. */
  private void changed(int database, String name, @Nullable ValueType type) {
    for (Awaited awaited : queues.keySet()) {
      if (awaited.database() == database
          && awaited.name().equals(name)
          && (awaited.type() == type || anyWokenByRemoval(awaited))) {
        turns.put(awaited, new ArrayList<>(queues.get(awaited)));
      }
    }
  }

  private boolean anyWokenByRemoval(Awaited awaited) {
    return queues.get(awaited).stream().anyMatch(place -> place.wokenByRemoval);
  }

  private void flushOrSwap(TestKeyspace keys, int database) {
    boolean flushes = random.nextBoolean();
    keys.withAllShards(() -> {
      if (flushes) {
        keys.keyspace.flush(keys.unit, database);
      } else {
        keys.keyspace.swap(keys.unit, 0, 1);
      }
    });
    if (flushes) {
      present.get(database).clear();
      queues.forEach((awaited, queue) -> {
        if (awaited.database() == database && anyWokenByRemoval(awaited)) {
          turns.put(awaited, new ArrayList<>(queue));
        }
      });
    } else {
      Set<String> first = new HashSet<>(present.get(0));
      present.get(0).clear();
      present.get(0).addAll(present.get(1));
      present.get(1).clear();
      present.get(1).addAll(first);
      queues.forEach((awaited, queue) -> turns.put(awaited, new ArrayList<>(queue)));
    }
  }

  /** Gives up to so many their turn. */
  private void serve(TestKeyspace keys, int most) {
    keys.withAllShards(() -> {
      assertThat(turns.isEmpty() || keys.unit.hasReady()).as("seed %d", SEED).isTrue();
      for (int i = 0; i < most; i++) {
        Place next = (Place) keys.unit.nextReady();
        if (next == null) {
          assertThat(turns).as("seed %d", SEED).isEmpty();
          assertThat(keys.unit.hasReady()).isFalse();
          return;
        }
        List<Place> expected = turns.get(next.awaited);
        assertThat(expected).as("seed %d", SEED).isNotNull();
        assertThat(next).as("seed %d", SEED).isSameAs(expected.getFirst());
        Waiters waiters = next.shard().waiters();
        switch (random.nextInt(3)) {
          case 0 -> {
            waiters.forget(next);
            forgotten(next);
          }
          case 1 -> {
            waiters.pass(next, false);
            drop(turns, next);
          }
          default -> {
            waiters.pass(next, true);
            if (anyWokenByRemoval(next.awaited)) {
              drop(turns, next);
            } else {
              turns.remove(next.awaited);
            }
          }
        }
      }
    });
  }
}
