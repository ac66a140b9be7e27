package dev.larder.commands;

import dev.larder.command.Call;
import java.util.Arrays;

/**
 * The keys that sorted sets are made from, in the order in which they are combined. Each of a few
 * is an object; of very many, each of which is one for a moment, only their order is kept.
 */
final class ScoreSources {
  /** Of a key among very many: its index below, its count above. */
  private static final int INDEX_BITS = 20;

  private static final long MAX_COUNT = Long.MAX_VALUE >>> INDEX_BITS;

  private final double[] weights;
  private final ScoreSource[] few;
  private final long[] order;
  private final ScoreSource walked;
  private final ScoreSource searched;

  /** A call's, whose keys were checked; their entries must stay where they are. */
  ScoreSources(Call call, int firstKey, double[] weights) {
    this.weights = weights;
    boolean areMany = weights.length > LeasedKeys.MANY;
    few = new ScoreSource[areMany ? 0 : weights.length];
    order = new long[areMany ? weights.length : 0];
    for (int i = 0; i < few.length; i++) {
      few[i] = new ScoreSource(call, firstKey);
      few[i].be(i, weights[i]);
    }
    walked = new ScoreSource(call, firstKey);
    searched = new ScoreSource(call, firstKey);
    for (int i = 0; i < order.length; i++) {
      walked.be(i, weights[i]);
      order[i] = Math.min(walked.count(), MAX_COUNT) << INDEX_BITS | i;
    }
  }

  int count() {
    return weights.length;
  }

  /** Whether there are very many. */
  boolean areMany() {
    return order.length > 0;
  }

  /** Brings them in the order of their counts, the least one first. */
  void sort() {
    Arrays.sort(few, (a, b) -> Long.compare(a.count(), b.count()));
    Arrays.sort(order);
  }

  /** The call becomes a job, which has leased the keys. */
  void lease(LeasedKeys keys) {
    for (ScoreSource source : few) {
      source.lease(keys);
    }
    walked.lease(keys);
    searched.lease(keys);
  }

  /** The source to walk through at a place of the order. */
  ScoreSource walk(int place) {
    if (!areMany()) {
      return few[place];
    }
    int index = index(place);
    if (walked.index() != index) {
      walked.be(index, weights[index]);
    }
    return walked;
  }

  /** The source to look for members in, likewise. */
  ScoreSource search(int place) {
    if (!areMany()) {
      return few[place];
    }
    int index = index(place);
    searched.beToSearch(index, weights[index]);
    return searched;
  }

  private int index(int place) {
    return (int) order[place] & (1 << INDEX_BITS) - 1;
  }

  /** How many members all of a few have. */
  long members() {
    long members = 0;
    for (ScoreSource source : few) {
      members += source.count();
    }
    return members;
  }
}
