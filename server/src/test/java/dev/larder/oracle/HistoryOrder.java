package dev.larder.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Looks for an order of all histories in which each could have happened after the other, alone. Who
 * makes a version comes after who made the one before, and after all that have seen that; who sees
 * a version comes after who made it; what a client sends later comes later, and so does what began
 * when the other one had ended. Where that goes round in a circle there is no order.
 */
final class HistoryOrder {
  private final List<History> all = new ArrayList<>();

  /** Those that come after each node, and how many come before it; nodes from size on are ends. */
  private final List<List<Integer>> followers = new ArrayList<>();

  private int[] waitsFor = {};

  private final Map<Long, Integer> makers = new HashMap<>();
  private final Map<Long, String> elements = new HashMap<>();

  /**
   * @param clients the histories of each client, in the order in which it sent them
   */
  HistoryOrder(List<List<History>> clients) {
    clients.forEach(all::addAll);
    waitsFor = new int[2 * all.size()];
    for (int i = 0; i < waitsFor.length; i++) {
      followers.add(new ArrayList<>());
    }
    for (int i = 0; i < all.size(); i++) {
      addMaker(i);
    }
    for (int i = 0; i < all.size(); i++) {
      addReader(i);
    }
    int first = 0;
    for (List<History> client : clients) {
      for (int i = 1; i < client.size(); i++) {
        follow(first + i - 1, first + i);
      }
      first += client.size();
    }
    addTimes();
    checkLists();
  }

  private static long version(History history, int key, long version) {
    return version * history.keys() + key;
  }

  private void addMaker(int i) {
    History history = all.get(i);
    for (int key = 0; key < history.keys(); key++) {
      // A transaction that writes a key several times makes all versions from one to another.
      for (long v = history.found(key) + 1; history.isMade(key) && v <= history.left(key); v++) {
        Integer other = makers.put(version(history, key, v), i);
        assertThat(other).as("a version has one maker").isNull();
      }
    }
  }

  private void addReader(int i) {
    History history = all.get(i);
    for (int key = 0; key < history.keys(); key++) {
      if (history.isSeen(key)) {
        long found = history.found(key);
        follow(makers.get(version(history, key, found)), i);
        if (!history.isMade(key)) {
          follow(i, makers.get(version(history, key, found + 1)));
        }
      }
    }
  }

  /** The ends are a chain; each history comes before its own, and after the last before it. */
  private void addTimes() {
    List<Integer> byEnd = new ArrayList<>();
    List<Integer> byBegin = new ArrayList<>();
    for (int i = 0; i < all.size(); i++) {
      byEnd.add(i);
      byBegin.add(i);
    }
    byEnd.sort(Comparator.comparingLong(i -> all.get(i).endNanos()));
    byBegin.sort(Comparator.comparingLong(i -> all.get(i).beginNanos()));
    int ends = 0;
    for (int i : byBegin) {
      while (ends < all.size() && isBefore(byEnd.get(ends), i)) {
        ends++;
      }
      if (ends > 0) {
        follow(all.size() + ends - 1, i);
      }
    }
    for (int i = 0; i < all.size(); i++) {
      follow(byEnd.get(i), all.size() + i);
      if (i > 0) {
        follow(all.size() + i - 1, all.size() + i);
      }
    }
  }

  private boolean isBefore(int first, int second) {
    return all.get(first).endNanos() < all.get(second).beginNanos();
  }

  private void checkLists() {
    for (History history : all) {
      for (History.Elements push : history.pushes()) {
        elements.put(version(history, push.key(), push.first()), push.texts().getFirst());
      }
    }
    for (History history : all) {
      for (History.Elements list : history.lists()) {
        for (int i = 0; i < list.texts().size(); i++) {
          assertThat(list.texts().get(i))
              .as("element %d of a list", i)
              .isEqualTo(elements.get(version(history, list.key(), list.first() + i)));
        }
      }
    }
  }

  private void follow(@Nullable Integer first, @Nullable Integer second) {
    if (first != null && second != null && !first.equals(second)) {
      followers.get(first).add(second);
      waitsFor[second]++;
    }
  }

  /** Whether there is one. To be asked once. */
  boolean exists() {
    ArrayDeque<Integer> free = new ArrayDeque<>();
    for (int i = 0; i < waitsFor.length; i++) {
      if (waitsFor[i] == 0) {
        free.add(i);
      }
    }
    int count = 0;
    while (!free.isEmpty()) {
      count++;
      for (int follower : followers.get(free.remove())) {
        if (--waitsFor[follower] == 0) {
          free.add(follower);
        }
      }
    }
    return count == waitsFor.length;
  }
}
