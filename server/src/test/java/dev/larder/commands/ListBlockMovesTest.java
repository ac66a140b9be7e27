package dev.larder.commands;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.command.Declarations;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Lists that elements are moved within. */
final class ListBlockMovesTest {
  private final CommandHarness client = new CommandHarness(ListBlockMovesTest::declare);

  private static void declare(Declarations c) {
    ListCommands.declare(c);
    ExpireCommands.declare(c);
    KeyCommands.declare(c);
  }

  @AfterEach
  void close() {
    client.close();
  }

  private String send(String line) {
    return client.send(line.split(" ")).replaceAll("\r\n(\\$\\d+\r\n)?", " ").strip();
  }

  @ParameterizedTest
  @CsvSource({
    "LEFT RIGHT COUNT 9 OBO, *3 a b c",
    "LEFT RIGHT EXACTLY 3 BULK, *3 a b c",
    "RIGHT LEFT COUNT 3 OBO, *3 a b c",
    "RIGHT LEFT COUNT 3 BULK, *3 a b c",
    "LEFT LEFT COUNT 3 OBO, *3 c b a",
    "LEFT LEFT COUNT 3 BULK, *3 a b c",
    "RIGHT RIGHT COUNT 3 OBO, *3 c b a",
    "RIGHT RIGHT COUNT 3 BULK, *3 a b c",
    "RIGHT LEFT COUNT 2 OBO, *3 b c a",
  })
  void aListThatIsMovedOntoItselfKeepsItsDeadline(String how, String elements) {
    send("RPUSH k a b c");
    send("EXPIRE k 100");
    send("LMOVEM k k " + how);
    assertThat(send("LRANGE k 0 -1")).isEqualTo(elements);
    assertThat(send("TTL k")).isEqualTo(":100");
  }

  @Test
  void anOnlyElementKeepsTheDeadline() {
    for (String line : List.of("LMOVEM k k LEFT LEFT", "LMOVE k k LEFT RIGHT", "RPOPLPUSH k k")) {
      send("RPUSH k a");
      send("EXPIRE k 100");
      send(line);
      assertThat(send("LRANGE k 0 -1")).isEqualTo("*1 a");
      assertThat(send("TTL k")).isEqualTo(":100");
      send("DEL k");
    }
  }
}
