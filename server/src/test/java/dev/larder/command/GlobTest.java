package dev.larder.command;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.storage.Bytes;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class GlobTest {

  private static boolean matches(String pattern, String text) {
    byte[] bytes = text.getBytes(ISO_8859_1);
    boolean inArray = new Glob(pattern.getBytes(ISO_8859_1), false).matches(bytes);
    ByteBuffer memory = ByteBuffer.allocateDirect(bytes.length + 1).put(bytes).clear();
    boolean inMemory =
        new Glob(pattern.getBytes(ISO_8859_1), false)
            .matches(Bytes.addressOf(memory), bytes.length);
    assertThat(inMemory).isEqualTo(inArray);
    return inArray;
  }

  @ParameterizedTest
  @CsvSource({
    "*, anything",
    "a*c, abbbc",
    "a*, a",
    "*a*b*, xxaxxb",
    "h?llo, hello",
    "h[ae]llo, hallo",
    "h[^e]llo, hallo",
    "h[a-c]llo, hbllo",
    "h[c-a]llo, hbllo",
    "h\\?llo, h?llo",
    "[\\]], ]",
    "[a-, a",
    "[abc, b",
    "[^, x",
    "a**b, ab",
    "\\, \\",
    "user:[0-9]*, user:17"
  })
  void matchesAsRedisDoes(String pattern, String text) {
    assertThat(matches(pattern, text)).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "a*c, abbb",
    "h?llo, hllo",
    "h[^e]llo, hello",
    "h[a-c]llo, hdllo",
    "h\\?llo, hello",
    "a, A",
    "abc, ab",
    "ab, abc",
    "[], x",
    "[, x",
    "a?, a"
  })
  void rejectsAsRedisDoes(String pattern, String text) {
    assertThat(matches(pattern, text)).isFalse();
  }

  @Test
  void emptyTextMatchesOnlyTheEmptyPattern() {
    assertThat(matches("", "")).isTrue();
    assertThat(matches("*", "")).isFalse();
    assertThat(matches("", "a")).isFalse();
  }

  @Test
  void rangesAreOfSignedBytes() {
    assertThat(matches("[a-\u00e9]", "b")).isFalse();
    assertThat(matches("[a-\u00e9]", "A")).isTrue();
    assertThat(matches("[\u0080-\u00ff]", "\u00e9")).isTrue();
  }

  @Test
  void foldsCaseOnDemand() {
    assertThat(
            new Glob("MaX[A-C]*".getBytes(ISO_8859_1), true).matches("mAxbX".getBytes(ISO_8859_1)))
        .isTrue();
  }

  @Test
  void manyStarsTakeNoExponentialTime() {
    assertThat(matches("a*a*a*a*a*a*a*a*a*a*a*a*b", "a".repeat(2000))).isFalse();
  }

  @Test
  void thousandStarsAreTheMost() {
    String text = "a".repeat(3000);
    assertThat(matches("*?".repeat(1000), text)).isTrue();
    assertThat(matches("*?".repeat(1000) + "*", text)).isTrue();
    assertThat(matches("*".repeat(3000), text)).isTrue();
    assertThat(matches("*?".repeat(1001), text)).isFalse();
  }
}
