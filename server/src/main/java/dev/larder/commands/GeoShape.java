package dev.larder.commands;

/** An area on the map: a circle, a box or a polygon, around a centre. */
final class GeoShape {
  /** What the bounds are widened by, in degrees: more than rounding can amount to. */
  private static final double MARGIN = 1e-6;

  /** What an area is bounded by. */
  enum Kind {
    NONE,
    CIRCLE,
    BOX,
    POLYGON
  }

  private Kind kind = Kind.NONE;
  private double longitude;
  private double latitude;

  /** Radius, or half the width and half the height, in metres. */
  private double halfWidth;

  private double halfHeight;

  /** Pairs of longitude and latitude. */
  private double[] vertices = {};

  /*
   * The haversine chord of a point, sin2(u) + cos * cos * sin2(v), lies between two values
   * that need no sine and no cosine of the point: for x from 0 to SMALL_ANGLE, x2 (1 - x2 / 3) <=
   * sin2(x) <= x2, and the cosine is one of a latitude within the bounds. Who is on one side of the
   * circle's own chord by both, and by more than rounding amounts to, is certainly there.
   */
  private static final double SMALL_ANGLE = 0.5;

  private static final double DOUBT = 1e-9;

  /** Below the first a chord is inside, above the second outside; negative: nobody knows. */
  private double chordInside = -1;

  private double chordOutside;

  /** Bounds of the product of the two cosines. */
  private double leastCosines;

  private double mostCosines;

  private double minLongitude;
  private double maxLongitude;
  private double minLatitude;
  private double maxLatitude;

  Kind kind() {
    return kind;
  }

  void centre(double newLongitude, double newLatitude) {
    longitude = newLongitude;
    latitude = newLatitude;
  }

  void circle(double radiusMetres) {
    kind = Kind.CIRCLE;
    halfWidth = radiusMetres;
    halfHeight = radiusMetres;
  }

  void box(double widthMetres, double heightMetres) {
    kind = Kind.BOX;
    halfWidth = widthMetres / 2;
    halfHeight = heightMetres / 2;
  }

  /** Takes pairs of longitude and latitude; the centre is below their mean in space. */
  void polygon(double[] newVertices) {
    kind = Kind.POLYGON;
    vertices = newVertices;
    double x = 0;
    double y = 0;
    double z = 0;
    for (int i = 0; i < vertices.length; i += 2) {
      double east = GeoHash.radians(vertices[i]);
      double north = GeoHash.radians(vertices[i + 1]);
      x += Math.cos(north) * Math.cos(east);
      y += Math.cos(north) * Math.sin(east);
      z += Math.sin(north);
    }
    centre(GeoHash.degrees(Math.atan2(y, x)), GeoHash.degrees(Math.atan2(z, Math.hypot(x, y))));
  }

  /** How far a point is from the centre, in metres. */
  double distance(double otherLongitude, double otherLatitude) {
    return GeoHash.distance(longitude, latitude, otherLongitude, otherLatitude);
  }

  /** Whether a point is inside, whose distance is known. */
  boolean contains(double otherLongitude, double otherLatitude, double distance) {
    return switch (kind) {
      case CIRCLE -> distance <= halfWidth;
      case BOX ->
          GeoHash.latitudeDistance(otherLatitude, latitude) <= halfHeight
              && GeoHash.distance(otherLongitude, otherLatitude, longitude, otherLatitude)
                  <= halfWidth;
      case POLYGON -> isInPolygon(otherLongitude, otherLatitude);
      case NONE -> false;
    };
  }

  /**
   * Whether a point is inside: as {@link #contains} with its {@link #distance}, but most points of
   * a circle are judged without the haversine formula.
   */
  boolean contains(double otherLongitude, double otherLatitude) {
    int judged = judged(otherLongitude, otherLatitude);
    return judged != 0
        ? judged > 0
        : contains(otherLongitude, otherLatitude, distance(otherLongitude, otherLatitude));
  }

  /** 1 for a point that is certainly inside, -1 for one outside, 0 where nothing is certain. */
  private int judged(double otherLongitude, double otherLatitude) {
    if (otherLatitude < minLatitude || otherLatitude > maxLatitude) {
      return -1;
    }
    double v = Math.abs(GeoHash.radians(otherLongitude) - GeoHash.radians(longitude)) / 2;
    if (!(v <= SMALL_ANGLE) || chordInside < 0) {
      return 0;
    }
    double u = Math.abs(GeoHash.radians(otherLatitude) - GeoHash.radians(latitude)) / 2;
    double u2 = u * u;
    double v2 = v * v;
    if (u2 + v2 * mostCosines < chordInside) {
      return 1;
    }
    return u2 * (1 - u2 / 3) + v2 * (1 - v2 / 3) * leastCosines > chordOutside ? -1 : 0;
  }

  /** Computes what {@link #judged} asks for. */
  private void judgeBy(double angle) {
    if (!(angle <= SMALL_ANGLE) || minLatitude < -90 || maxLatitude > 90) {
      chordInside = -1;
      return;
    }
    double one = Math.cos(GeoHash.radians(minLatitude));
    double other = Math.cos(GeoHash.radians(maxLatitude));
    double most = minLatitude < 0 && maxLatitude > 0 ? 1 : Math.max(one, other);
    double cosine = Math.cos(GeoHash.radians(latitude));
    leastCosines = cosine * Math.min(one, other);
    mostCosines = cosine * most;
    double sine = Math.sin(angle / 2);
    chordInside = sine * sine * (1 - DOUBT);
    chordOutside = sine * sine * (1 + DOUBT);
  }

  /** Counts the edges that a ray to the east crosses. */
  private boolean isInPolygon(double x, double y) {
    boolean isInside = false;
    int last = vertices.length - 2;
    for (int i = 0; i < vertices.length; last = i, i += 2) {
      double y1 = vertices[i + 1];
      double y2 = vertices[last + 1];
      if (y1 > y != y2 > y) {
        double crossing = vertices[i] + (vertices[last] - vertices[i]) * (y - y1) / (y2 - y1);
        isInside ^= x < crossing;
      }
    }
    return isInside;
  }

  /** Computes {@link #minLongitude} and the others, outside of which no point is inside. */
  void computeBounds() {
    chordInside = -1;
    if (kind == Kind.POLYGON) {
      polygonBounds();
      return;
    }
    double height = GeoHash.degrees(halfHeight / GeoHash.EARTH_RADIUS) + MARGIN;
    minLatitude = latitude - height;
    maxLatitude = latitude + height;
    double width = kind == Kind.CIRCLE ? circleWidth() : boxWidth();
    minLongitude = longitude - width - MARGIN;
    maxLongitude = longitude + width + MARGIN;
    if (kind == Kind.CIRCLE) {
      judgeBy(halfWidth / GeoHash.EARTH_RADIUS);
    }
  }

  /** How many degrees of longitude a circle reaches to each side. */
  private double circleWidth() {
    double angle = halfWidth / GeoHash.EARTH_RADIUS;
    double pole = Math.min(90, Math.max(Math.abs(minLatitude), Math.abs(maxLatitude)));
    if (pole >= 90) {
      return GeoHash.MAX_LONGITUDE;
    }
    return GeoHash.degrees(
        Math.asin(Math.min(1, Math.sin(angle) / Math.cos(GeoHash.radians(latitude)))));
  }

  /** The same of a box, where it reaches nearest to a pole. */
  private double boxWidth() {
    double angle = halfWidth / (2 * GeoHash.EARTH_RADIUS);
    double pole = Math.max(Math.abs(minLatitude), Math.abs(maxLatitude));
    double cosine = Math.cos(GeoHash.radians(Math.min(pole, GeoHash.MAX_LATITUDE)));
    if (angle >= Math.PI / 2 || Math.sin(angle) >= cosine) {
      return GeoHash.MAX_LONGITUDE;
    }
    return GeoHash.degrees(2 * Math.asin(Math.sin(angle) / cosine));
  }

  private void polygonBounds() {
    minLongitude = Double.POSITIVE_INFINITY;
    minLatitude = Double.POSITIVE_INFINITY;
    maxLongitude = Double.NEGATIVE_INFINITY;
    maxLatitude = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < vertices.length; i += 2) {
      minLongitude = Math.min(minLongitude, vertices[i]);
      maxLongitude = Math.max(maxLongitude, vertices[i]);
      minLatitude = Math.min(minLatitude, vertices[i + 1]);
      maxLatitude = Math.max(maxLatitude, vertices[i + 1]);
    }
  }

  /** In degrees; may be beyond the map's edge, where the map goes on at the other one. */
  double minLongitude() {
    return minLongitude;
  }

  double maxLongitude() {
    return maxLongitude;
  }

  double minLatitude() {
    return minLatitude;
  }

  double maxLatitude() {
    return maxLatitude;
  }
}
