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

  private static final int SURVEYED_AT_ONCE = 64;

  private final double[] weights;
  private final ScoreSource[] few;
  private final long[] order;
  private final ScoreSource walked;
  private final ScoreSource searched;
  private int surveyed;

  /** A call's few, whose keys were checked; their entries must stay where they are. */
  static ScoreSources few(Call call, int firstKey, double[] weights) {
    ScoreSources sources = new ScoreSources(call, firstKey, weights, weights.length, 0);
    for (int i = 0; i < weights.length; i++) {
      sources.few[i] = new ScoreSource(call, firstKey);
      sources.few[i].be(i, weights[i]);
    }
    return sources;
  }

  /** Very many, which a job has leased; it has to {@link #survey} them. */
  static ScoreSources many(Call call, int firstKey, double[] weights, LeasedKeys keys) {
    ScoreSources sources = new ScoreSources(call, firstKey, weights, 0, weights.length);
    sources.lease(keys);
    return sources;
  }

  private ScoreSources(Call call, int firstKey, double[] weights, int few, int many) {
    this.weights = weights;
    this.few = new ScoreSource[few];
    order = new long[many];
    walked = new ScoreSource(call, firstKey);
    searched = new ScoreSource(call, firstKey);
  }

  /**
   * Goes on with looking at very many of them; whether that is done.
   *
   * @param isSorted whether they are brought in the order of their counts
   */
  boolean survey(boolean isSorted, long endNanos) {
    while (surveyed < order.length) {
      for (int i = 0; i < SURVEYED_AT_ONCE && surveyed < order.length; i++, surveyed++) {
        walked.be(surveyed, weights[surveyed]);
        order[surveyed] = Math.min(walked.count(), MAX_COUNT) << INDEX_BITS | surveyed;
      }
      if (surveyed == order.length && isSorted) {
        Arrays.sort(order);
      }
      if (LeasedReply.isLate(endNanos)) {
        return false;
      }
    }
    return true;
  }

  private boolean areMany() {
    return order.length > 0;
  }

  /** Brings a few in the order of their counts, the least one first. */
  void sort() {
    Arrays.sort(few, (a, b) -> Long.compare(a.count(), b.count()));
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
