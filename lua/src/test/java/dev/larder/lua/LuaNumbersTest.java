package dev.larder.lua;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Numbers as text and back; what is expected was observed of C's printf and strtod. */
final class LuaNumbersTest {
  private static final double NEGATIVE_NAN = Double.longBitsToDouble(0xFFF8000000000000L);

  @Test
  void wholeNumbers() {
    assertThat(text(0)).isEqualTo("0");
    assertThat(text(-0.0)).isEqualTo("-0");
    assertThat(text(-42)).isEqualTo("-42");
    assertThat(text(99_999_999_999_999.0)).isEqualTo("99999999999999");
    assertThat(text(-99_999_999_999_999.0)).isEqualTo("-99999999999999");
    assertThat(text(1e14)).isEqualTo("1e+14");
    assertThat(text(123_456_789_012_345.0)).isEqualTo("1.2345678901234e+14");
    assertThat(text(0x1p53)).isEqualTo("9.007199254741e+15");
    assertThat(text(-0x1p63)).isEqualTo("-9.2233720368548e+18");
    assertThat(text(1e100)).isEqualTo("1e+100");
  }

  @Test
  void fractions() {
    assertThat(text(0.1)).isEqualTo("0.1");
    assertThat(text(1.0 / 3)).isEqualTo("0.33333333333333");
    assertThat(text(3.14159)).isEqualTo("3.14159");
    assertThat(text(0.0001)).isEqualTo("0.0001");
    assertThat(text(1e-5)).isEqualTo("1e-05");
    assertThat(text(Double.MIN_VALUE)).isEqualTo("4.9406564584125e-324");
    assertThat(text(-Double.MAX_VALUE)).isEqualTo("-1.7976931348623e+308");
    assertThat(text(99_999_999_999_999.9)).isEqualTo("1e+14");
    assertThat(text(0.99999999999999994)).isEqualTo("1");
  }

  @Test
  void tiesAreRoundedToEven() {
    assertThat(text(1_000_000_000_000.125 * 8)).isEqualTo("8000000000001");
    assertThat(text(10_000_000_000_000.5)).isEqualTo("10000000000000");
    assertThat(text(10_000_000_000_001.5)).isEqualTo("10000000000002");
    assertThat(text(100_000_000_000_005.0)).isEqualTo("1e+14");
    assertThat(text(100_000_000_000_015.0)).isEqualTo("1.0000000000002e+14");
  }

  @Test
  void noNumbers() {
    assertThat(text(Double.POSITIVE_INFINITY)).isEqualTo("inf");
    assertThat(text(Double.NEGATIVE_INFINITY)).isEqualTo("-inf");
    assertThat(text(Double.NaN)).isEqualTo("nan");
    assertThat(text(NEGATIVE_NAN)).isEqualTo("-nan");
  }

  @Test
  void randomNumbersAreExact() {
    long seed = Long.getLong("seed", System.currentTimeMillis());
    Random random = new Random(seed);
    for (int i = 0; i < 20_000; i++) {
      double number = Math.abs(randomNumber(random));
      int count = 1 + random.nextInt(20);
      byte[] out = new byte[FloatFormat.LENGTH_MAX];
      String scientific = string(out, FloatFormat.scientific(number, count - 1, false, out, 0));
      assertThat(scientific).as("%s, seed %d", number, seed).isEqualTo(exact(number, count));
      String fixed = string(out, FloatFormat.fixed(number, count, false, out, 0));
      assertThat(fixed)
          .as("%s, seed %d", number, seed)
          .isEqualTo(
              new BigDecimal(number).setScale(count, RoundingMode.HALF_EVEN).toPlainString());
    }
  }

  /** By the long way. */
  private static String exact(double number, int count) {
    if (number == 0) {
      return "0" + (count > 1 ? "." + "0".repeat(count - 1) : "") + "e+00";
    }
    BigDecimal rounded =
        new BigDecimal(number).round(new MathContext(count, RoundingMode.HALF_EVEN));
    int exponent = rounded.precision() - 1 - rounded.scale();
    String digits = rounded.unscaledValue().toString();
    digits += "0".repeat(count - digits.length());
    return digits.charAt(0)
        + (count > 1 ? "." + digits.substring(1) : "")
        + String.format("e%s%02d", exponent < 0 ? "-" : "+", Math.abs(exponent));
  }

  private static double randomNumber(Random random) {
    double number =
        switch (random.nextInt(6)) {
          case 0 -> Double.longBitsToDouble(random.nextLong());
          case 1 -> random.nextInt(100_000) / 1000.0;
          case 2 -> random.nextLong() >> random.nextInt(64);
          case 3 -> random.nextInt(1 << 20) * 0x1p-10;
          case 4 -> Math.pow(10, random.nextInt(40) - 20) * (1 + random.nextInt(3) * 0x1p-52);
          default -> random.nextDouble() * Math.pow(10, random.nextInt(40) - 20);
        };
    return Double.isFinite(number) ? number : 1;
  }

  @Test
  void textsThatAreNumbers() {
    assertThat(number("10")).isEqualTo(10);
    assertThat(number(" \t\n\u000b\f\r-5 \t\n\u000b\f\r")).isEqualTo(-5);
    assertThat(number("+5")).isEqualTo(5);
    assertThat(number(".5")).isEqualTo(0.5);
    assertThat(number("5.")).isEqualTo(5);
    assertThat(number("1e2")).isEqualTo(100);
    assertThat(number("1E-2")).isEqualTo(0.01);
    assertThat(number("123456789012345678901234567890"))
        .isEqualTo(123456789012345678901234567890.0);
    assertThat(number("0.1")).isEqualTo(0.1);
    assertThat(number("1e400")).isEqualTo(Double.POSITIVE_INFINITY);
    assertThat(number("1e99999999999")).isEqualTo(Double.POSITIVE_INFINITY);
    assertThat(number("0e99999999999")).isZero();
    assertThat(1 / number("-1e-400")).isEqualTo(Double.NEGATIVE_INFINITY);
    assertThat(number("5\0006")).isEqualTo(5);
    assertThat(number("5 \0x")).isEqualTo(5);
  }

  @Test
  void hexadecimalTexts() {
    assertThat(number("0x10")).isEqualTo(16);
    assertThat(number("-0XfF")).isEqualTo(-255);
    assertThat(number("0x1p4")).isEqualTo(16);
    assertThat(number("0x.8")).isEqualTo(0.5);
    assertThat(number("0xA.8p1")).isEqualTo(21);
    assertThat(number("0x1e2")).isEqualTo(482);
    assertThat(number("0x" + "f".repeat(20))).isEqualTo(0x1p80);
    assertThat(number("0x1.fffffffffffff8p0")).isEqualTo(2);
    assertThat(number("0x1p99999999999")).isEqualTo(Double.POSITIVE_INFINITY);
    assertThat(number("0x1p-99999999999")).isZero();
    assertThat(number("0x0p99999999999")).isZero();
    for (String text : new String[] {"0x", "0x.", "0x.p1", "0x1p", "0x1p+", "0x 1", "0x1e+2"}) {
      assertNoNumber(text);
    }
  }

  @Test
  void wordsThatAreNumbers() {
    assertThat(number("inf")).isEqualTo(Double.POSITIVE_INFINITY);
    assertThat(number("-Infinity ")).isEqualTo(Double.NEGATIVE_INFINITY);
    for (String text : new String[] {"nan", "NaN", "+nan", " nan ", "nan()", "nan(a_1)"}) {
      assertThat(Double.doubleToRawLongBits(number(text))).isPositive();
      assertThat(number(text)).isNaN();
      assertThat(LuaNumbers.parses(LuaString.of(text))).isTrue();
    }
    assertThat(Double.doubleToRawLongBits(number("-nan"))).isNegative();
    for (String text : new String[] {"infinit", "infx", "nan(", "nan(1-2)", "nanx", "na", "i"}) {
      assertNoNumber(text);
    }
  }

  @Test
  void textsThatAreNoNumbers() {
    for (String text :
        new String[] {
          "", " ", "\0", "\0005", ".", "e1", "1e", "1e+", "1.2.3", "- 5", "--5", "5 x", "1_0", "1d",
          "1f", "1L", "0b1", "1p4", "5x", "\u00b5", "1\u00ff"
        }) {
      assertNoNumber(text);
    }
  }

  @Test
  void decimalTextsAreRoundedAsTheyShould() {
    long seed = Long.getLong("seed", System.currentTimeMillis());
    Random random = new Random(seed);
    for (int i = 0; i < 20_000; i++) {
      String text =
          switch (random.nextInt(3)) {
            case 0 -> String.valueOf(randomNumber(random));
            case 1 -> new BigDecimal(randomNumber(random)).toString();
            default -> random.nextLong() + "." + random.nextInt(1000) + "e" + random.nextInt(30);
          };
      assertThat(number(text)).as("%s, seed %d", text, seed).isEqualTo(Double.parseDouble(text));
    }
  }

  private static String text(double number) {
    return LuaNumbers.toLuaString(number).toString();
  }

  private static double number(String text) {
    LuaString string = LuaString.of(text);
    double number = LuaNumbers.parse(string, 12345);
    assertThat(LuaNumbers.parses(string)).as(text).isTrue();
    return number;
  }

  private static void assertNoNumber(String text) {
    assertThat(LuaNumbers.parses(LuaString.of(text))).as(text).isFalse();
    assertThat(LuaNumbers.parse(LuaString.of(text), 12345)).as(text).isEqualTo(12345);
  }

  private static String string(byte[] bytes, int length) {
    return new String(bytes, 0, length, StandardCharsets.ISO_8859_1);
  }
}
