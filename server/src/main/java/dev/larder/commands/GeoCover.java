package dev.larder.commands;

import java.util.Arrays;

/*
 * Problem. Find the points in an area by few ranges of scores, which have few other points.
 *
 * Idea. A square of cells whose side is a power of two is one range of hashes. Take the smallest
 * such squares of which at most four cover the area's bounds in each direction, and join those that
 * follow each other. Bounds that reach beyond the map's western or eastern edge are two parts.
 */

/** The ranges of scores that an area's bounds lie in. */
final class GeoCover {
  private static final int MOST_PER_SIDE = 4;
  private static final int MAX_CELL = 1 << GeoHash.BITS;

  /** Beginnings of ranges, then their ends; two parts at most. */
  private final long[] starts = new long[2 * MOST_PER_SIDE * MOST_PER_SIDE];

  private final long[] ends = new long[starts.length];
  private int count;

  /** Covers the bounds of a shape. */
  void cover(GeoShape shape) {
    count = 0;
    int south = row(shape.minLatitude());
    int north = row(shape.maxLatitude());
    double west = shape.minLongitude();
    double east = shape.maxLongitude();
    double edge = GeoHash.MAX_LONGITUDE;
    if (east - west >= 2 * edge) {
      add(0, MAX_CELL, south, north);
    } else if (west < -edge) {
      add(0, column(east), south, north);
      add(column(west + 2 * edge), MAX_CELL, south, north);
    } else if (east > edge) {
      add(column(west), MAX_CELL, south, north);
      add(0, column(east - 2 * edge), south, north);
    } else {
      // Both edges of the map are the same meridian.
      add(column(west), column(east), south, north);
      if (east == edge) {
        add(0, 0, south, north);
      } else if (west == -edge) {
        add(MAX_CELL, MAX_CELL, south, north);
      }
    }
    join();
  }

  private static int column(double longitude) {
    double edge = GeoHash.MAX_LONGITUDE;
    return GeoHash.column(Math.clamp(longitude, -edge, edge));
  }

  private static int row(double latitude) {
    return GeoHash.row(Math.clamp(latitude, -GeoHash.MAX_LATITUDE, GeoHash.MAX_LATITUDE));
  }

  private void add(int west, int east, int south, int north) {
    int shift = 0;
    while ((east >> shift) - (west >> shift) >= MOST_PER_SIDE
        || (north >> shift) - (south >> shift) >= MOST_PER_SIDE) {
      shift++;
    }
    for (int row = south >> shift; row <= north >> shift; row++) {
      for (int column = west >> shift; column <= east >> shift; column++) {
        starts[count++] = GeoHash.interleave(column, row) << 2 * shift;
      }
    }
    // Until they are joined, an end only tells its range's length.
    Arrays.fill(
        ends,
        count - ((north >> shift) - (south >> shift) + 1) * ((east >> shift) - (west >> shift) + 1),
        count,
        1L << 2 * shift);
  }

  /** Sorts the ranges and joins those that touch. */
  private void join() {
    for (int i = 1; i < count; i++) {
      long start = starts[i];
      long length = ends[i];
      int at = i;
      for (; at > 0 && starts[at - 1] > start; at--) {
        starts[at] = starts[at - 1];
        ends[at] = ends[at - 1];
      }
      starts[at] = start;
      ends[at] = length;
    }
    int joined = 0;
    for (int i = 0; i < count; i++) {
      long end = starts[i] + ends[i];
      if (joined > 0 && starts[i] <= ends[joined - 1]) {
        ends[joined - 1] = Math.max(ends[joined - 1], end);
      } else {
        starts[joined] = starts[i];
        ends[joined++] = end;
      }
    }
    count = joined;
  }

  /** How many ranges there are; their scores ascend. */
  int count() {
    return count;
  }

  /** The lowest score of a range. */
  double start(int range) {
    return starts[range];
  }

  /** The first score behind a range. */
  double end(int range) {
    return ends[range];
  }
}
