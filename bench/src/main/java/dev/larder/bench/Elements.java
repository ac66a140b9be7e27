package dev.larder.bench;

/**
 * Collections of equal size, and everything in them as a function of an element's number: so
 * requests need no memory of what was stored, and replies can be checked.
 *
 * <p>A request's number may be larger than there are elements: it is about the element that is the
 * remainder, and what is new in it follows from the whole number.
 *
 * @param keys how many collections
 * @param perKey elements of each: 20 or a power of ten, so that the indexes that are asked for have
 *     equally many digits
 */
record Elements(long keys, long perKey) {
  /** Scores are whole numbers of 13 digits; between two ranks lies a step. */
  static final long FIRST_SCORE = 1_000_000_000_000L;

  static final long SCORE_STEP = 1_000;

  /** The milliseconds of the id of a stream's first entry; the others follow one by one. */
  static final long FIRST_ID = 1_000_000_000_000L;

  /** A random fraction's digits behind the point; as a double it needs all its bits. */
  static final int FRACTION_DIGITS = 17;

  /** Places lie in a field of these millionths of a degree, smaller for fewer elements. */
  private static final long WEST = 10_000_000;

  private static final long SOUTH = 10_000_000;
  private static final double WIDTH_OF_MILLION = 70e6;
  private static final double HEIGHT_OF_MILLION = 35e6;

  private static final double EARTH_RADIUS_METERS = 6_372_797.560856;

  long count() {
    return keys * perKey;
  }

  /** The element that a request is about. */
  long element(long number) {
    return number % count();
  }

  /** Its collection. */
  long collection(long number) {
    return element(number) / perKey;
  }

  /** Its place among its collection's elements, in the order in which they were stored. */
  long index(long number) {
    return number % perKey;
  }

  /** The first element of its collection. */
  long first(long number) {
    return element(number) - index(number);
  }

  /** The ranks of a sorted set's members: those of an order like chance. */
  Shuffle ranks() {
    return new Shuffle(perKey);
  }

  /** The score of the member with a rank, whatever the member. */
  static long score(long rank) {
    return FIRST_SCORE + rank * SCORE_STEP;
  }

  /** Any score of the sorted set. */
  long newScore(long number) {
    return FIRST_SCORE + Math.unsignedMultiplyHigh(KeyValues.mix(~number * 3), perKey * SCORE_STEP);
  }

  /** The digits of the element's random fraction. */
  long fractionDigits(long number) {
    long mixed = KeyValues.mix(element(number) * 7 + 3);
    return Math.unsignedMultiplyHigh(mixed, 100_000_000_000_000_000L);
  }

  /** The fraction itself. */
  double fraction(long number) {
    String digits = Long.toString(fractionDigits(number));
    return Double.parseDouble("0." + "0".repeat(FRACTION_DIGITS - digits.length()) + digits);
  }

  /** Bytes of a bitmap whose upper half has a bit for every element. */
  int bitmapBytes() {
    return Math.toIntExact((2 * perKey / Byte.SIZE + 7) / 8 * 8);
  }

  /** Where in a collection {@code span} elements in a row may begin. */
  Span span(long span) {
    if (span == perKey) {
      return new Span(0, 0);
    }
    long from = Math.max(1, perKey / 10);
    long digitsEnd = Math.round(Math.pow(10, Digits.count(from)));
    return new Span(from, Math.min(perKey - span, digitsEnd - 1));
  }

  /** The element whose index is at most 5 % of the collection away from the middle. */
  long middle(long number) {
    return first(number) + perKey * 45 / 100 + index(number) % (perKey / 10);
  }

  /**
   * Indexes of equally many digits; so have those {@code span - 1} further on.
   *
   * @param to inclusive
   */
  record Span(long from, long to) {
    /** One of them for every index of a collection. */
    long start(long index) {
      return from + index % (to - from + 1);
    }
  }

  /** Millionths of a degree east. */
  long longitude(long number) {
    return WEST + scaled(2 * element(number), WIDTH_OF_MILLION);
  }

  /** Millionths of a degree north. */
  long latitude(long number) {
    return SOUTH + scaled(2 * element(number) + 1, HEIGHT_OF_MILLION);
  }

  /** Meters on the sphere between the places of two elements. */
  double distance(long number, long other) {
    double latitude = radians(latitude(number));
    double otherLatitude = radians(latitude(other));
    double u = Math.sin((otherLatitude - latitude) / 2);
    double v = Math.sin((radians(longitude(other)) - radians(longitude(number))) / 2);
    double chord = u * u + Math.cos(latitude) * Math.cos(otherLatitude) * v * v;
    return 2 * EARTH_RADIUS_METERS * Math.asin(Math.sqrt(chord));
  }

  private long scaled(long seed, double extentOfMillion) {
    double extent = extentOfMillion * Math.sqrt(perKey / 1e6);
    return Math.unsignedMultiplyHigh(KeyValues.mix(seed), (long) extent);
  }

  private static double radians(long micros) {
    return Math.toRadians(micros / 1e6);
  }
}
