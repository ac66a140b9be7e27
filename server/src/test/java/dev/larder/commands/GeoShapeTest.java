package dev.larder.commands;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

/** Points that are judged quickly against the haversine formula. */
final class GeoShapeTest {
  private static final long SEED = Long.getLong("seed", System.identityHashCode(new Object()));

  private final Random random = new Random(SEED);

  private double within(double centre, double distance, double edge) {
    return Math.clamp(centre + distance * (2 * random.nextDouble() - 1), -edge, edge);
  }

  private void compare(double longitude, double latitude, double metres) {
    GeoShape shape = new GeoShape();
    shape.centre(longitude, latitude);
    shape.circle(metres);
    shape.computeBounds();
    double degrees = GeoHash.degrees(metres / GeoHash.EARTH_RADIUS);
    for (int i = 0; i < 200; i++) {
      double reach = degrees * (random.nextInt(4) == 0 ? 3 : 1.05);
      double y = within(latitude, reach, GeoHash.MAX_LATITUDE);
      double x =
          within(longitude, reach / Math.cos(GeoHash.radians(latitude)), GeoHash.MAX_LONGITUDE);
      if (random.nextInt(4) == 0) {
        x = within(0, GeoHash.MAX_LONGITUDE, GeoHash.MAX_LONGITUDE);
      }
      assertThat(shape.contains(x, y))
          .as("seed %d: %s %s, %s m, to %s %s", SEED, longitude, latitude, metres, x, y)
          .isEqualTo(shape.contains(x, y, shape.distance(x, y)));
    }
  }

  @Test
  void judgesAsTheFormulaDoes() {
    for (int i = 0; i < 3_000; i++) {
      double metres = Math.pow(10, 8 * random.nextDouble() - 0.5);
      double latitude = within(0, GeoHash.MAX_LATITUDE, GeoHash.MAX_LATITUDE);
      compare(within(0, 180, 180), latitude, metres);
    }
    compare(180, GeoHash.MAX_LATITUDE, 1_000);
    compare(-180, -GeoHash.MAX_LATITUDE, 3_000_000);
    compare(0, 0, 0);
    compare(13, 52, Double.MAX_VALUE);
  }
}
