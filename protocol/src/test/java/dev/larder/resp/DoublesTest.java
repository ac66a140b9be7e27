package dev.larder.resp;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DoublesTest {
  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "-0.0, -0",
    "1, 1",
    "-1, -1",
    "3.14, 3.14",
    "-3.14, -3.14",
    "0.1, 0.1",
    "1.1, 1.1",
    "100, 100",
    "1e10, 10000000000",
    "1e18, 1000000000000000000",
    "1e20, 1e+20",
    "1.5e20, 1.5e+20",
    "123456789012345678901, 123456789012345680000",
    "-4611686018427387904, -4611686018427387904",
    "0.001, 0.001",
    "0.000123, 0.000123",
    "1e-6, 0.000001",
    "1e-7, 1e-7",
    "1.5e-7, 1.5e-7",
    "1.5e-100, 1.5e-100",
    "1.7976931348623157e308, 1.7976931348623157e+308",
    "4.9e-324, 5e-324",
    "-2.5e-324, -5e-324",
    "0.30000000000000004, 0.30000000000000004",
    "12345.678, 12345.678",
    "Infinity, inf",
    "-Infinity, -inf",
    "NaN, nan",
  })
  void formatsLikeRedis(double value, String text) {
    assertThat(format(value)).isEqualTo(text);
  }

  @Test
  void givesTheSameDoubleBack() {
    long seed = Long.getLong("seed", new Random().nextLong());
    System.err.println("seed " + seed);
    Random random = new Random(seed);
    for (int i = 0; i < 100_000; i++) {
      double value =
          switch (i % 4) {
            case 0 -> Double.longBitsToDouble(random.nextLong());
            case 1 -> random.nextInt() / 1000.0;
            case 2 -> random.nextLong();
            default -> random.nextGaussian();
          };
      if (!Double.isNaN(value) && !Double.isInfinite(value)) {
        String text = format(value);
        assertThat(Double.parseDouble(text)).as(text).isEqualTo(value);
        assertThat(text.length()).isLessThanOrEqualTo(Doubles.MAX_LENGTH - 7);
      }
    }
  }

  private static String format(double value) {
    byte[] out = new byte[Doubles.MAX_LENGTH];
    return new String(out, 0, Doubles.format(value, out), ISO_8859_1);
  }
}
