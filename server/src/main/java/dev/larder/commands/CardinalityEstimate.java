package dev.larder.commands;

import dev.larder.storage.Bytes;

/*
 * The estimator of Otmar Ertl, "New cardinality estimation algorithms for HyperLogLog sketches"
 * (2017), algorithm 6: it needs nothing but how many registers have which count. The order of its
 * floating point operations is the paper's, as it is in Redis, so that the results are the same.
 */

/** Estimates a cardinality from a histogram of register counts, which is in scratch memory. */
final class CardinalityEstimate {
  /** Registers with equal counts would wait for each other's additions: they take turns. */
  private static final int LANES = 4;

  private static final int COUNTS = 64;
  private static final int LANE_BYTES = COUNTS * Integer.BYTES;
  static final int HISTOGRAM_BYTES = LANES * LANE_BYTES;

  /** The greatest count: 50 bits of a hash behind those that choose the register, and none set. */
  private static final int MAX_COUNT = 51;

  private static final double REGISTERS = HyperLogLog.REGISTERS;

  /** 1 / (2 ln 2). */
  private static final double ALPHA = 0.721347520444481703680;

  private CardinalityEstimate() {}

  static void clear(long histogram) {
    Bytes.fill(histogram, HISTOGRAM_BYTES, (byte) 0);
  }

  /** Adds eight registers, a byte each. */
  static void addEight(long histogram, long registers) {
    for (int shift = 0; shift < Long.SIZE; shift += Byte.SIZE) {
      int lane = (shift / Byte.SIZE) % LANES;
      add(histogram + lane * LANE_BYTES, (int) (registers >>> shift) & 0x3F, 1);
    }
  }

  /** Adds registers with the same count. */
  static void add(long histogram, int count, int registers) {
    long at = histogram + (long) count * Integer.BYTES;
    Bytes.putInt(at, Bytes.getInt(at) + registers);
  }

  /**
   * Adds the registers of a HyperLogLog.
   *
   * @param source the address of its string
   * @return false if it is corrupted
   */
  static boolean addAll(long histogram, long source, int length) {
    if (HyperLogLog.isDense(source)) {
      for (int i = 0; i < HyperLogLog.REGISTERS; i += Long.BYTES) {
        addEight(histogram, DenseRegisters.spread(source + HyperLogLog.HEADER_BYTES, i));
      }
      return true;
    }
    int registers = 0;
    int at = HyperLogLog.HEADER_BYTES;
    while (at < length) {
      int run = SparseRegisters.run(source, length, at);
      registers += run;
      if (run == 0 || registers > HyperLogLog.REGISTERS) {
        return false;
      }
      add(histogram, SparseRegisters.count(source, at), run);
      at += SparseRegisters.bytes(source, at);
    }
    return registers == HyperLogLog.REGISTERS;
  }

  private static int registers(long histogram, int count) {
    int sum = 0;
    for (int lane = 0; lane < LANES; lane++) {
      sum += Bytes.getInt(histogram + lane * LANE_BYTES + count * Integer.BYTES);
    }
    return sum;
  }

  /** How many different elements have been counted, as far as one can tell. */
  static long of(long histogram) {
    double z = REGISTERS * tau((REGISTERS - registers(histogram, MAX_COUNT)) / REGISTERS);
    for (int count = MAX_COUNT - 1; count >= 1; count--) {
      z += registers(histogram, count);
      z *= 0.5;
    }
    z += REGISTERS * sigma(registers(histogram, 0) / REGISTERS);
    return Math.round(ALPHA * REGISTERS * REGISTERS / z);
  }

  private static double tau(double start) {
    if (start == 0 || start == 1) {
      return 0;
    }
    double x = start;
    double y = 1;
    double z = 1 - x;
    double before;
    do {
      x = Math.sqrt(x);
      before = z;
      y *= 0.5;
      z -= (1 - x) * (1 - x) * y;
    } while (z != before);
    return z / 3;
  }

  private static double sigma(double start) {
    if (start == 1) {
      return Double.POSITIVE_INFINITY;
    }
    double x = start;
    double y = 1;
    double z = x;
    double before;
    do {
      x *= x;
      before = z;
      z += x * y;
      y += y;
    } while (z != before);
    return z;
  }
}
