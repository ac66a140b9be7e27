package dev.larder.command;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.storage.Bytes;
import java.nio.ByteBuffer;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class NumbersTest {

  private final ByteBuffer memory = ByteBuffer.allocateDirect(512);

  private long put(String text) {
    memory.clear().put(text.getBytes(ISO_8859_1)).clear();
    return Bytes.addressOf(memory);
  }

  private double parseDouble(String text) {
    return Numbers.parseDouble(put(text), text.length());
  }

  private boolean isLong(String text, long value) {
    long address = put(text);
    return Numbers.isLong(address, text.length())
        && Numbers.parseLong(address, text.length()) == value;
  }

  @ParameterizedTest
  @ValueSource(
      longs = {0, 1, -1, 9, 10, -10, 1234567890123L, Long.MAX_VALUE, Long.MIN_VALUE, -99, 42})
  void readsWhatLongToStringWrites(long value) {
    assertThat(isLong(Long.toString(value), value)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "-",
        "+1",
        "01",
        "-0",
        "-01",
        " 1",
        "1 ",
        "1.0",
        "0x1",
        "a",
        "1a",
        "9223372036854775808",
        "-9223372036854775809",
        "18446744073709551616",
        "99999999999999999999",
        "1\0"
      })
  void refusesWhatIsNoCanonicalInteger(String text) {
    assertThat(Numbers.isLong(put(text), text.length())).isFalse();
  }

  @Test
  void readsRandomLongsAsJavaDoes() {
    long seed = Long.getLong("seed", System.identityHashCode(this));
    Random random = new Random(seed);
    for (int i = 0; i < 20_000; i++) {
      long value = random.nextLong() >> random.nextInt(64);
      assertThat(isLong(Long.toString(value), value)).as("seed %d", seed).isTrue();
    }
  }

  @Test
  void readsDoublesAsStrtodDoes() {
    assertThat(parseDouble("0")).isEqualTo(0.0);
    assertThat(parseDouble("-0")).isEqualTo(-0.0);
    assertThat(parseDouble("+3")).isEqualTo(3.0);
    assertThat(parseDouble("3.")).isEqualTo(3.0);
    assertThat(parseDouble(".5")).isEqualTo(0.5);
    assertThat(parseDouble("-.5e1")).isEqualTo(-5.0);
    assertThat(parseDouble("1e3")).isEqualTo(1000.0);
    assertThat(parseDouble("1E-3")).isEqualTo(0.001);
    assertThat(parseDouble("0x10")).isEqualTo(16.0);
    assertThat(parseDouble("-0X1.8p1")).isEqualTo(-3.0);
    assertThat(parseDouble("0x.8")).isEqualTo(0.5);
    assertThat(parseDouble("inf")).isEqualTo(Double.POSITIVE_INFINITY);
    assertThat(parseDouble("-Infinity")).isEqualTo(Double.NEGATIVE_INFINITY);
    assertThat(parseDouble("+INF")).isEqualTo(Double.POSITIVE_INFINITY);
    assertThat(parseDouble("4.9e-324")).isEqualTo(Double.MIN_VALUE);
    assertThat(parseDouble("0e999999999999")).isEqualTo(0.0);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " 1",
        "1 ",
        "abc",
        "1a",
        "1e",
        "1e+",
        ".",
        "-",
        "+",
        "nan",
        "-nan",
        "nan(1)",
        "0x",
        "0xg",
        "0x1p",
        "1.2.3",
        "1d",
        "1f",
        "infinit",
        "1e400",
        "1e-400",
        "--1",
        "0x1p9999",
        "1\0"
      })
  void refusesWhatStrtodDoesNotConsumeOrCannotHold(String text) {
    assertThat(parseDouble(text)).isNaN();
  }

  @Test
  void readsRandomDoublesAsJavaDoes() {
    long seed = Long.getLong("seed", System.identityHashCode(this));
    Random random = new Random(seed);
    for (int i = 0; i < 20_000; i++) {
      double value =
          random.nextBoolean()
              ? Double.longBitsToDouble(random.nextLong())
              : random.nextInt(1 << random.nextInt(1, 31)) / Math.pow(10, random.nextInt(10));
      if (Double.isFinite(value)) {
        assertThat(parseDouble(Double.toString(value))).as("seed %d", seed).isEqualTo(value);
      }
    }
  }
}
