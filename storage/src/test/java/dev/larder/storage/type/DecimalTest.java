package dev.larder.storage.type;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.storage.memory.Arena;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The borders of integers and of their texts, against the JDK's. */
final class DecimalTest {
  private final Arena arena = EdgeBlock.arena();
  private final EdgeBlock texts = new EdgeBlock(arena, 64);

  @AfterEach
  void close() {
    arena.close();
  }

  private long text(String text) {
    return texts.put(text.getBytes(ISO_8859_1), true);
  }

  private void checkNumber(long value) {
    String expected = Long.toString(value);
    int length = Decimal.textLength(value);
    assertThat(length).isEqualTo(expected.length());
    long target = texts.place(length, true);
    assertThat(Decimal.write(value, target)).isEqualTo(length);
    assertThat(new String(EdgeBlock.read(target, length), ISO_8859_1)).isEqualTo(expected);
    long parsed = Decimal.parse(target, length);
    assertThat(parsed).isEqualTo(value);
    assertThat(Decimal.isNumber(parsed, target, length)).isTrue();
    assertThat(Decimal.compareText(value, target, length)).isZero();
    assertThat(Decimal.compareText(value, target, length - 1)).isPositive();
    assertThat(Decimal.compareText(value, text(expected + "0"), length + 1)).isNegative();
  }

  @Test
  void borders() {
    checkNumber(0);
    checkNumber(Long.MIN_VALUE);
    checkNumber(Long.MAX_VALUE);
    for (long power = 1; power > 0 && power <= Long.MAX_VALUE / 10; power *= 10) {
      for (int i = -1; i <= 1; i++) {
        checkNumber(power * 10 + i);
        checkNumber(-power * 10 + i);
        checkNumber(power + i);
      }
    }
  }

  @Test
  void randomNumbers() {
    long seed = Long.getLong("seed", System.identityHashCode(this) * 31L + 13);
    System.getLogger("test").log(System.Logger.Level.INFO, "-Dseed=" + seed);
    Random random = new Random(seed);
    for (int i = 0; i < 5_000; i++) {
      long value = random.nextLong() >> random.nextInt(64);
      checkNumber(value);
      String other = Long.toString(random.nextLong() >> random.nextInt(64));
      assertThat(Integer.signum(Decimal.compareText(value, text(other), other.length())))
          .isEqualTo(Integer.signum(Long.toString(value).compareTo(other)));
    }
  }

  @Test
  void whatIsNotCanonicalIsNoNumber() {
    for (String text :
        new String[] {
          "",
          "-",
          "-0",
          "00",
          "01",
          "-01",
          "+1",
          " 1",
          "1 ",
          "1a",
          "a",
          "--1",
          "0x1",
          "1.0",
          "9223372036854775808",
          "-9223372036854775809",
          "9223372036854775810",
          "9999999999999999999",
          "-9999999999999999999",
          "10000000000000000000",
          "18446744073709551616",
          "-18446744073709551616",
          "-922337203685477580x",
          "922337203685477580/",
          "-922337203685477580:",
          "1\u00B1"
        }) {
      long address = text(text);
      long parsed = Decimal.parse(address, text.length());
      assertThat(parsed).as(text).isEqualTo(Decimal.NOT_A_NUMBER);
      assertThat(Decimal.isNumber(parsed, address, text.length())).as(text).isFalse();
    }
  }
}
