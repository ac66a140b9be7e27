package dev.larder.commands;

/**
 * Points on earth as scores: 26 bits of latitude and 26 of longitude, interleaved, so that a square
 * of a power of two is one range of scores. Bits of latitude are the even ones.
 */
final class GeoHash {
  /** Bits of each coordinate. */
  static final int BITS = 26;

  static final double MAX_LATITUDE = 85.05112878;
  static final double MAX_LONGITUDE = 180;

  /** In metres, as Redis has it. */
  static final double EARTH_RADIUS = 6372797.560856;

  private static final long EVEN_BITS = 0x5555_5555_5555_5555L;
  private static final double CELLS = 1L << BITS;
  private static final double RADIANS = Math.PI / 180;
  private static final byte[] ALPHABET = alphabet();

  /** Characters of a standard geohash, the last of which has no bits left for it. */
  static final int TEXT_LENGTH = 11;

  private static final int BITS_PER_CHARACTER = 5;

  /** The first number that no signed integer is. */
  private static final double BEYOND_LONG = 0x1p63;

  private GeoHash() {}

  private static byte[] alphabet() {
    byte[] letters = new byte[1 << BITS_PER_CHARACTER];
    String text = "0123456789bcdefghjkmnpqrstuvwxyz";
    for (int i = 0; i < letters.length; i++) {
      letters[i] = (byte) text.charAt(i);
    }
    return letters;
  }

  static boolean isOnMap(double longitude, double latitude) {
    return Math.abs(longitude) <= MAX_LONGITUDE && Math.abs(latitude) <= MAX_LATITUDE;
  }

  /** In which of 2^26 columns a longitude is; 2^26 itself at the eastern edge. */
  static int column(double longitude) {
    return (int) ((longitude + MAX_LONGITUDE) / (2 * MAX_LONGITUDE) * CELLS);
  }

  /** In which of 2^26 rows a latitude is, counted from the south. */
  static int row(double latitude) {
    return row(latitude, MAX_LATITUDE);
  }

  private static int row(double latitude, double max) {
    return (int) ((latitude + max) / (2 * max) * CELLS);
  }

  /** The hash of a cell. */
  static long interleave(int column, int row) {
    return Long.expand(row, EVEN_BITS) | Long.expand(column, ~EVEN_BITS);
  }

  /** The hash of a point that is on the map. */
  static long encode(double longitude, double latitude) {
    return interleave(column(longitude), row(latitude));
  }

  /** The hash that a score is, also where it is none of a point: as an unsigned number. */
  static long ofScore(double score) {
    if (score < BEYOND_LONG) {
      return (long) score;
    }
    return score < 2 * BEYOND_LONG ? (long) (score - BEYOND_LONG) | Long.MIN_VALUE : 0;
  }

  /** A score as a signed number; what is beyond those is the lowest. */
  static long integer(double score) {
    return score < BEYOND_LONG ? (long) score : Long.MIN_VALUE;
  }

  /** The longitude in the middle of a hash's cell. */
  static double longitude(long hash) {
    int column = (int) Long.compress(hash, ~EVEN_BITS);
    return middle(Integer.toUnsignedLong(column), MAX_LONGITUDE);
  }

  /** The latitude in the middle of a hash's cell. */
  static double latitude(long hash) {
    int row = (int) Long.compress(hash, EVEN_BITS);
    return middle(Integer.toUnsignedLong(row), MAX_LATITUDE);
  }

  private static double middle(long cell, double max) {
    double low = -max + cell / CELLS * (2 * max);
    double high = -max + (cell + 1) / CELLS * (2 * max);
    return Math.clamp((low + high) / 2, -max, max);
  }

  /** Writes the hash that geohash.org knows for a point, {@link #TEXT_LENGTH} characters. */
  static void writeText(double longitude, double latitude, byte[] target) {
    long hash = interleave(column(longitude), row(latitude, 90));
    for (int i = 0; i < TEXT_LENGTH; i++) {
      int shift = 2 * BITS - (i + 1) * BITS_PER_CHARACTER;
      int index = shift < 0 ? 0 : (int) (hash >>> shift) & ALPHABET.length - 1;
      target[i] = ALPHABET[index];
    }
  }

  static double radians(double degrees) {
    return degrees * RADIANS;
  }

  static double degrees(double radians) {
    return radians / RADIANS;
  }

  /** How far two latitudes are apart, in metres. */
  static double latitudeDistance(double one, double other) {
    return EARTH_RADIUS * Math.abs(radians(other) - radians(one));
  }

  /** How far two points are apart on the sphere, in metres: the haversine formula. */
  static double distance(
      double longitude, double latitude, double otherLongitude, double otherLatitude) {
    double v = Math.sin((radians(otherLongitude) - radians(longitude)) / 2);
    if (v == 0) {
      return latitudeDistance(latitude, otherLatitude);
    }
    double one = radians(latitude);
    double other = radians(otherLatitude);
    double u = Math.sin((other - one) / 2);
    double chord = u * u + Math.cos(one) * Math.cos(other) * v * v;
    return 2 * EARTH_RADIUS * Math.asin(Math.sqrt(chord));
  }
}
