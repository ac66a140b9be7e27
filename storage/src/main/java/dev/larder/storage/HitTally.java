package dev.larder.storage;

import dev.larder.storage.evict.Miniatures;
import dev.larder.storage.memory.HotPath;
import java.util.Arrays;

/**
 * What was counted for a {@link HitCurve}, worth less the older it is: half after ten minutes, or
 * after as many requests as there are keys, whichever takes longer. One thread at a time.
 */
@HotPath
final class HitTally {
  private static final double HALF_LIFE_MILLIS = 600_000;
  private static final double MILLIS_PER_SECOND = 1000;

  /** Requests that each size would have hit beyond those that the present one has. */
  private final double[] gains = new double[Miniatures.count()];

  private double requests;
  private double hits;
  private double millis;
  private double events;

  /** The most events a second lately, if all keys were sampled. */
  private double peakLoad;

  void clear() {
    requests = 0;
    hits = 0;
    millis = 0;
    Arrays.fill(gains, 0);
  }

  /** Something has happened to a key of the sample, which costs time. */
  void event() {
    events++;
  }

  /**
   * A key of the sample was asked for.
   *
   * @param present the sizes that have had it
   * @param rate the sampled part of all keys
   */
  void request(int present, double rate) {
    int same = present >>> Miniatures.SAME & 1;
    for (int i = 0; i < gains.length; i++) {
      gains[i] += ((present >>> i & 1) - same) / rate;
    }
  }

  /** Time has passed, with so many requests to the real cache. */
  void age(double passedMillis, long moreHits, long moreMisses, long keys, double rate) {
    double more = (double) moreHits + moreMisses;
    double kept = halved(Math.min(passedMillis / HALF_LIFE_MILLIS, more / (keys + 1)));
    requests = requests * kept + more;
    hits = hits * kept + moreHits;
    millis = millis * kept + passedMillis;
    for (int i = 0; i < gains.length; i++) {
      gains[i] *= kept;
    }
    double load = events * MILLIS_PER_SECOND / (passedMillis * rate);
    peakLoad = Math.max(load, peakLoad * halved(passedMillis / HALF_LIFE_MILLIS));
    events = 0;
  }

  private static double halved(double times) {
    return Math.exp(-Math.log(2) * times);
  }

  double peakLoad() {
    return peakLoad;
  }

  double requests() {
    return requests;
  }

  double seconds() {
    return millis / MILLIS_PER_SECOND;
  }

  /** The hit ratio that a size would have, from 0 to 1. */
  double ratio(int size) {
    return requests == 0 ? 0 : Math.clamp((hits + gains[size]) / requests, 0, 1);
  }
}
