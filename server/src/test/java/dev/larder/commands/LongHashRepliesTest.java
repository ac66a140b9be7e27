package dev.larder.commands;

import static dev.larder.commands.KeyHarness.ONE;
import static dev.larder.commands.KeyHarness.strings;
import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.metrics.Clock;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Replies of large hashes go out in slices, of one state of the hash. */
final class LongHashRepliesTest {
  private static final int FIELDS = 6_000;
  private static final String VALUE = "v".repeat(100);

  private final CommandHarness server = KeyHarness.open();

  @BeforeEach
  void fill() {
    String[] command = new String[2 + 2 * FIELDS];
    command[0] = "HSET";
    command[1] = "h";
    for (int i = 0; i < FIELDS; i++) {
      command[2 + 2 * i] = "field" + i;
      command[3 + 2 * i] = VALUE;
    }
    assertThat(server.send(command)).isEqualTo(":" + FIELDS + "\r\n");
  }

  @AfterEach
  void close() {
    server.close();
  }

  @Test
  void wholeHashesAreSliced() {
    List<String> all = strings(server.send("HGETALL", "h"));
    assertThat(server.steps()).isPositive();
    assertThat(all).hasSize(2 * FIELDS);
    Set<String> names = new HashSet<>();
    for (int i = 0; i < all.size(); i += 2) {
      assertThat(names.add(all.get(i))).isTrue();
      assertThat(all.get(i + 1)).isEqualTo(VALUE);
    }
    assertThat(strings(server.send("HKEYS", "h"))).containsExactlyInAnyOrderElementsOf(names);
    assertThat(strings(server.send("HVALS", "h"))).hasSize(FIELDS).containsOnly(VALUE);
  }

  @Test
  void randomFieldsAreSliced() {
    List<String> drawn = strings(server.send("HRANDFIELD", "h", "-9000", "WITHVALUES"));
    assertThat(drawn).hasSize(18_000);
    assertThat(server.steps()).isPositive();
    int before = server.steps();
    List<String> chosen = strings(server.send("HRANDFIELD", "h", "5000", "WITHVALUES"));
    assertThat(server.steps()).isGreaterThan(before);
    assertThat(new HashSet<>(chosen)).hasSize(5_000 + 1);
  }

  @Test
  void fieldsThatExpireMeanwhileAreInTheReply() {
    try (CommandHarness other = new CommandHarness(server)) {
      String[] command = new String[5 + FIELDS];
      List.of("HPEXPIRE", "h", "50", "FIELDS", FIELDS + "").toArray(command);
      for (int i = 0; i < FIELDS; i++) {
        command[5 + i] = "field" + i;
      }
      server.send(command);
      long end = Clock.wallMillis() + 52;
      server.betweenSteps(() -> {
        while (Clock.wallMillis() < end) {
          Thread.onSpinWait();
        }
        // Expired for whoever asks now, but kept.
        assertThat(other.send("HEXISTS", "h", "field1")).isEqualTo(":0\r\n");
        server.housekeep(Clock.wallMillis());
      });
      assertThat(strings(server.send("HGETALL", "h")).size()).isIn(0, 2 * FIELDS);
      server.betweenSteps(() -> {});
      server.housekeep(end + 1);
      assertThat(server.send("EXISTS", "h")).isEqualTo(":0\r\n");
      assertThat(server.send("HSETNX", "h", "a", "1")).isEqualTo(ONE);
    }
  }
}
