package dev.larder.resp;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class InlineParserTest {
  @Test
  void splitsAtWhiteSpace() {
    assertThat(parse("  set \t key\u000b\fx\r y ")).containsExactly("set", "key\u000b\fx", "y");
    assertThat(parse("\u000b\fa")).containsExactly("a");
  }

  @Test
  void unquotes() {
    assertThat(parse("\"\" '' \"a b\" 'c d'")).containsExactly("", "", "a b", "c d");
    assertThat(parse("a\"b c\" d'e f'")).containsExactly("ab c", "de f");
    assertThat(parse("a'b' \"c\"\u000bd")).containsExactly("ab", "c", "d");
  }

  @Test
  void knowsEscapesInDoubleQuotes() {
    assertThat(parse("\"\\n\\r\\t\\b\\a\\\\\\\"\\q\"")).containsExactly("\n\r\t\b\u0007\\\"q");
    assertThat(parse("\"\\x00\\xfF\\x4\\xg0\"")).containsExactly("\0\u00ffx4xg0");
  }

  @Test
  void knowsOneEscapeInSingleQuotes() {
    assertThat(parse("'\\'\\n\\\\x'")).containsExactly("'\\n\\\\x");
  }

  @Test
  void takesOtherBytesAsTheyAre() {
    assertThat(parse("\\n a\0b \u00e9\u00ff")).containsExactly("\\n", "a\0b", "\u00e9\u00ff");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"\"", "'", "a \"b", "\"a\\\"", "\"a\\", "'a\\'", "\"a\"b", "'a'b", "''''"})
  void refusesUnbalancedQuotes(String line) {
    try (FakeConnection connection = new FakeConnection()) {
      connection.feed(line + "\n");
      assertThat(connection.error()).isEqualTo("Protocol error: unbalanced quotes in request");
      assertThat(connection.commands).isEmpty();
    }
  }

  private static List<String> parse(String line) {
    try (FakeConnection connection = new FakeConnection()) {
      connection.feed(line + "\r\n");
      assertThat(connection.commands).hasSize(1);
      return connection.commands.getFirst();
    }
  }
}
