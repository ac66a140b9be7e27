package dev.larder.command;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** By what INFO counts errors. */
final class ErrorReplyTest {
  private static String code(String text) {
    return ErrorReply.of(text).code();
  }

  @Test
  void theFirstWordIsTheCode() {
    assertThat(code("WRONGTYPE Operation")).isEqualTo("WRONGTYPE");
    assertThat(code("c".repeat(30) + " x")).isEqualTo("c".repeat(30));
  }

  @Test
  void whatHasNoneIsOfTheCommonKind() {
    assertThat(code("")).isEqualTo("ERR");
    assertThat(code("word")).isEqualTo("ERR");
    assertThat(code(" x")).isEqualTo("ERR");
    assertThat(code("c".repeat(31) + " x")).isEqualTo("ERR");
  }
}
