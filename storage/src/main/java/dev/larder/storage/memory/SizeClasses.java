package dev.larder.storage.memory;

/**
 * The block sizes of an arena, in units of 8 bytes.
 *
 * <p>Every multiple of 8 up to 256 bytes, then 32 steps a doubling up to 2 KiB and 16 up to {@link
 * #MAX_BLOCK_BYTES}: at most 3 % (6 % above 2 KiB) is lost to rounding.
 */
final class SizeClasses {
  static final int UNIT_BYTES = 8;
  static final int MAX_BLOCK_BYTES = 32 * 1024;

  private static final int EXACT_UNITS = 32;
  private static final int FINE_UNITS = 256;
  private static final int MAX_UNITS = MAX_BLOCK_BYTES / UNIT_BYTES;
  private static final short[] CLASS_OF_UNITS = new short[MAX_UNITS + 1];
  private static final int[] UNITS_OF_CLASS;

  static {
    int[] units = new int[512];
    int count = 1; // Class 0 stays unused: it marks a page that has no class.
    int size = 2;
    while (size <= MAX_UNITS) {
      units[count++] = size;
      int doubling = Integer.highestOneBit(size);
      size += size < EXACT_UNITS ? 1 : Math.max(1, doubling / (size < FINE_UNITS ? 32 : 16));
    }
    UNITS_OF_CLASS = java.util.Arrays.copyOf(units, count);
    int sizeClass = 1;
    for (int u = 0; u <= MAX_UNITS; u++) {
      if (u > UNITS_OF_CLASS[sizeClass]) {
        sizeClass++;
      }
      CLASS_OF_UNITS[u] = (short) sizeClass;
    }
  }

  private SizeClasses() {}

  /** The number of classes; classes are 1 to count - 1. */
  static int count() {
    return UNITS_OF_CLASS.length;
  }

  /** The class of a block of {@code bytes}, at most {@link #MAX_BLOCK_BYTES}. */
  static int of(int bytes) {
    return CLASS_OF_UNITS[(bytes + UNIT_BYTES - 1) >>> 3];
  }

  static int units(int sizeClass) {
    return UNITS_OF_CLASS[sizeClass];
  }
}
