package dev.larder.commands;

import dev.larder.storage.Bytes;

/**
 * Registers of a byte each, in scratch memory: the greatest counts of several HyperLogLogs. Eight
 * are compared at a time.
 */
final class MergedRegisters {
  static final int BYTES = HyperLogLog.REGISTERS;

  private static final long HIGH = 0x8080_8080_8080_8080L;

  private MergedRegisters() {}

  static void clear(long address) {
    Bytes.fill(address, BYTES, (byte) 0);
  }

  static int get(long address, int index) {
    return Bytes.getByte(address + index);
  }

  /** A register at or behind one that is 0, with nothing but 0 up to it: to skip zeros fast. */
  static int lastZero(long address, int index) {
    int i = index;
    while (i + Long.BYTES <= BYTES && Bytes.getLong(address + i) == 0) {
      i += Long.BYTES;
    }
    return Math.max(index, i - 1);
  }

  /**
   * Takes the counts of a HyperLogLog that are greater.
   *
   * @param source the address of its string
   * @return false if it is corrupted
   */
  static boolean add(long address, long source, int length) {
    if (HyperLogLog.isDense(source)) {
      addDense(address, source + HyperLogLog.HEADER_BYTES);
      return true;
    }
    return addSparse(address, source, length);
  }

  private static void addDense(long address, long source) {
    for (int i = 0; i < BYTES; i += Long.BYTES) {
      long word = Bytes.getLong(address + i);
      Bytes.putLong(address + i, max(word, DenseRegisters.spread(source, i)));
    }
  }

  /** The greater of each two bytes, which are less than 128. */
  private static long max(long left, long right) {
    // Where the left one is not less, its high bit survives the subtraction.
    long notLess = ((left | HIGH) - right & HIGH) >>> 7;
    long mask = notLess * 0xFF;
    return left & mask | right & ~mask;
  }

  private static boolean addSparse(long address, long source, int length) {
    int register = 0;
    for (int at = HyperLogLog.HEADER_BYTES; at < length; ) {
      int run = SparseRegisters.run(source, length, at);
      int end = register + run;
      if (run == 0 || end > BYTES) {
        return false;
      }
      int count = SparseRegisters.count(source, at);
      if (count == 0) {
        register = end;
      }
      for (; register < end; register++) {
        if (Bytes.getByte(address + register) < count) {
          Bytes.putByte(address + register, (byte) count);
        }
      }
      at += SparseRegisters.bytes(source, at);
    }
    return register == BYTES;
  }

  /** Writes the counts as dense registers, {@link DenseRegisters#BYTES} behind a header. */
  static void writeDense(long address, long target) {
    for (int i = 0; i < BYTES; i += Long.BYTES) {
      DenseRegisters.gather(target, i, Bytes.getLong(address + i));
    }
  }

  /** Counts registers by what they count. */
  static void addTo(long histogram, long address) {
    for (int i = 0; i < BYTES; i += Long.BYTES) {
      CardinalityEstimate.addEight(histogram, Bytes.getLong(address + i));
    }
  }
}
