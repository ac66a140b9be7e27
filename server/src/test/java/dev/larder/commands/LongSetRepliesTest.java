package dev.larder.commands;

import static dev.larder.commands.KeyHarness.ONE;
import static dev.larder.commands.KeyHarness.strings;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Replies of large sets go out in slices, of one state of the set. */
final class LongSetRepliesTest {
  private static final int MEMBERS = 6_000;
  private static final String TAIL = "-".repeat(100);

  private final CommandHarness server = KeyHarness.open();
  private final Set<String> members = new HashSet<>();

  @BeforeEach
  void fill() {
    String[] command = new String[2 + MEMBERS];
    command[0] = "SADD";
    command[1] = "s";
    for (int i = 0; i < MEMBERS; i++) {
      command[2 + i] = "member" + i + TAIL;
      members.add(command[2 + i]);
    }
    assertThat(server.send(command)).isEqualTo(":" + MEMBERS + "\r\n");
  }

  @AfterEach
  void close() {
    server.close();
  }

  @Test
  void allMembersAreSliced() {
    assertThat(new HashSet<>(strings(server.send("SMEMBERS", "s")))).isEqualTo(members);
    assertThat(server.steps()).isPositive();
  }

  @Test
  void readersTogetherDoNotKeepAWriterWaiting() {
    try (CommandHarness second = new CommandHarness(server);
        CommandHarness third = new CommandHarness(server);
        CommandHarness writer = new CommandHarness(server)) {
      String header = "*" + MEMBERS + "\r\n";
      assertThat(server.begin("SMEMBERS", "s")).startsWith(header);
      assertThat(second.begin("SMEMBERS", "s")).startsWith(header);
      assertThat(writer.begin("SADD", "s", "new")).isEmpty();
      assertThat(third.begin("SMEMBERS", "s")).isEmpty();
      try (CommandHarness fourth = new CommandHarness(server)) {
        assertThat(fourth.send("SCARD", "s")).isEqualTo(":" + MEMBERS + "\r\n");
      }
      finish(server);
      assertThat(writer.awaited()).isEmpty();
      assertThat(third.awaited()).isEmpty();
      finish(second);
      assertThat(writer.awaited()).isEqualTo(ONE);
      assertThat(third.awaited()).startsWith("*" + (MEMBERS + 1) + "\r\n");
      finish(third);
    }
  }

  private static void finish(CommandHarness client) {
    while (client.isBlocked()) {
      client.step();
    }
  }

  @Test
  void randomMembersAreSliced() {
    assertThat(strings(server.send("SRANDMEMBER", "s", "-9000"))).hasSize(9_000);
    int steps = server.steps();
    assertThat(steps).isPositive();
    assertThat(new HashSet<>(strings(server.send("SRANDMEMBER", "s", "5000")))).hasSize(5_000);
    assertThat(server.steps()).isGreaterThan(steps);
    assertThat(new HashSet<>(strings(server.send("SRANDMEMBER", "s", "9000")))).isEqualTo(members);
    assertThat(server.send("SRANDMEMBER", "s", "-1048577"))
        .isEqualTo("-ERR value is out of range\r\n");
  }
}
