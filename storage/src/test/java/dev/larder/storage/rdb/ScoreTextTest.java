package dev.larder.storage.rdb;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ScoreTextTest {
  private static final long SEED = Long.getLong("seed", System.nanoTime());
  private final NativeBytes memory = new NativeBytes(1 << 16);

  @AfterEach
  void close() {
    memory.close();
  }

  private double parse(String text) {
    byte[] bytes = text.getBytes(ISO_8859_1);
    return ScoreText.parse(memory.put(bytes), bytes.length);
  }

  @Test
  void readsWhatDoublesPrint() {
    Random random = new Random(SEED);
    for (int i = 0; i < 20_000; i++) {
      double number =
          switch (i % 4) {
            case 0 -> Double.longBitsToDouble(random.nextLong());
            case 1 -> random.nextInt(2_000_000) / 1000.0;
            case 2 -> random.nextLong();
            default -> random.nextGaussian() * Math.pow(10, random.nextInt(60) - 30);
          };
      if (!Double.isNaN(number) && !Double.isInfinite(number)) {
        for (String format : new String[] {"%.17e", "%.3f", "%.0f", "%s"}) {
          String text =
              format.equals("%s")
                  ? Double.toString(number)
                  : String.format(Locale.ROOT, format, number);
          if (text.length() < 1000) {
            assertThat(parse(text)).as(text).isEqualTo(Double.parseDouble(text));
          }
        }
      }
    }
  }

  @Test
  void special() {
    assertThat(parse("inf")).isEqualTo(Double.POSITIVE_INFINITY);
    assertThat(parse("+Infinity")).isEqualTo(Double.POSITIVE_INFINITY);
    assertThat(parse("-INF")).isEqualTo(Double.NEGATIVE_INFINITY);
    assertThat(parse("-0")).isEqualTo(-0.0);
    assertThat(parse(".5")).isEqualTo(0.5);
    assertThat(parse("5.")).isEqualTo(5);
    assertThat(parse("1e999999999999")).isEqualTo(Double.POSITIVE_INFINITY);
    assertThat(parse("0e999999999999")).isEqualTo(0);
    for (String text : "nan,,-,+,.,e5,1e,1e+,1x,0x10, 1,1 ,1d,1f,infi,--1,1.2.3".split(",")) {
      assertThat(parse(text)).as(text).isNaN();
    }
    assertThat(parse("1".repeat(2000))).isNaN();
  }
}
