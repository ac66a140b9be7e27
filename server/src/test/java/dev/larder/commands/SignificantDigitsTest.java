package dev.larder.commands;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** As C prints them. */
class SignificantDigitsTest {
  @Test
  void numbersAreThoseOfC() {
    assertThat(SignificantDigits.of(0)).isEqualTo("0");
    assertThat(SignificantDigits.of(-0.0)).isEqualTo("-0");
    assertThat(SignificantDigits.of(1)).isEqualTo("1");
    assertThat(SignificantDigits.of(-1.5)).isEqualTo("-1.5");
    assertThat(SignificantDigits.of(0.1)).isEqualTo("0.10000000000000001");
    assertThat(SignificantDigits.of(100)).isEqualTo("100");
    assertThat(SignificantDigits.of(1e16)).isEqualTo("10000000000000000");
    assertThat(SignificantDigits.of(1e17)).isEqualTo("1e+17");
    assertThat(SignificantDigits.of(-1.25e300)).isEqualTo("-1.2500000000000001e+300");
    assertThat(SignificantDigits.of(0.0001)).isEqualTo("0.0001");
    assertThat(SignificantDigits.of(0.00001)).isEqualTo("1.0000000000000001e-05");
    assertThat(SignificantDigits.of(Double.MIN_VALUE)).isEqualTo("4.9406564584124654e-324");
    assertThat(SignificantDigits.of(Double.POSITIVE_INFINITY)).isEqualTo("inf");
    assertThat(SignificantDigits.of(Double.NEGATIVE_INFINITY)).isEqualTo("-inf");
  }
}
