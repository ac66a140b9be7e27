package dev.larder.commands;

import static dev.larder.commands.KeyHarness.ONE;
import static dev.larder.commands.KeyHarness.ZERO;
import static dev.larder.commands.KeyHarness.strings;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.larder.metrics.Clock;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Many members are popped in many turns, and others see it as one step. */
final class LongSetPopsTest {
  private static final int MEMBERS = 12_000;
  private static final int TURNS = 100_000;

  private final CommandHarness server = KeyHarness.open();
  private final CommandHarness other = new CommandHarness(server);
  private final Set<String> members = new TreeSet<>();

  @BeforeEach
  void fill() {
    String[] command = new String[2 + MEMBERS];
    command[0] = "SADD";
    command[1] = "s";
    for (int i = 0; i < MEMBERS; i++) {
      command[2 + i] = "member" + i;
      members.add(command[2 + i]);
    }
    assertThat(server.send(command)).isEqualTo(":" + MEMBERS + "\r\n");
  }

  @AfterEach
  void close() {
    other.close();
    server.close();
  }

  /** The rest of a reply that was begun. */
  private String rest() {
    StringBuilder reply = new StringBuilder();
    for (int i = 0; i < TURNS && !server.step(); i++) {
      reply.append(server.awaited());
    }
    return reply.append(server.awaited()).toString();
  }

  @Test
  void manyAreTakenAndTheOthersStay() {
    for (int count : List.of(5000, 6990, 5)) {
      int steps = server.steps();
      List<String> popped = strings(server.send("SPOP", "s", count + ""));
      assertThat(popped).hasSize(count).doesNotHaveDuplicates();
      assertThat(members).containsAll(popped);
      popped.forEach(members::remove);
      assertThat(new HashSet<>(strings(server.send("SMEMBERS", "s")))).isEqualTo(members);
      if (count > 5) {
        assertThat(server.steps()).isGreaterThan(steps);
      }
    }
    assertThat(members).hasSize(5);
    assertThat(server.send("OBJECT", "ENCODING", "s")).isEqualTo("$8\r\nlistpack\r\n");
  }

  @Test
  void nobodyMeetsTheSetMeanwhile() {
    String reply = server.begin("SPOP", "s", "9000");
    assertThat(server.isBlocked()).isTrue();
    assertThat(other.begin("SCARD", "s")).isEmpty();
    assertThat(strings(reply + rest())).hasSize(9000);
    assertThat(other.isBlocked()).isFalse();
    assertThat(other.awaited()).isEqualTo(":3000\r\n");
  }

  @Test
  void itIsFinishedWithoutTheClient() {
    server.begin("SPOP", "s", "9000");
    server.leave();
    server.runTasks();
    assertThat(other.send("SCARD", "s")).isEqualTo(":3000\r\n");
  }

  @Test
  void whenAllGoTheKeyGoesFirst() {
    long used = server.keyspace.usedBytes();
    String reply = server.begin("SPOP", "s", MEMBERS + "");
    assertThat(server.isBlocked()).isTrue();
    assertThat(other.send("EXISTS", "s")).isEqualTo(ZERO);
    assertThat(other.send("SADD", "s", "new")).isEqualTo(ONE);
    assertThat(new HashSet<>(strings(reply + rest()))).isEqualTo(members);
    assertThat(other.send("SMEMBERS", "s")).isEqualTo("*1\r\n$3\r\nnew\r\n");
    server.housekeep(0);
    assertThat(server.keyspace.usedBytes()).isLessThan(used / 20);
    assertThat(server.send("DEL", "s")).isEqualTo(ONE);
    fill();
    assertThat(server.keyspace.usedBytes()).isCloseTo(used, within(4096L));
    server.send("PEXPIRE", "s", "100000");
    server.begin("SPOP", "s", 2 * MEMBERS + "");
    server.leave();
    server.housekeep(0);
    assertThat(server.keyspace.usedBytes()).isLessThan(used / 20);
  }

  @Test
  void aSetThatExpiresMeanwhileIsGoneAtTheEnd() {
    long end = Clock.wallMillis() + 30;
    server.send("PEXPIREAT", "s", end + "");
    String reply = server.begin("SPOP", "s", MEMBERS - 1 + "");
    while (Clock.wallMillis() <= end) {
      Thread.onSpinWait();
    }
    other.housekeep(end + 1);
    if (server.isBlocked()) {
      assertThat(strings(reply + rest())).hasSize(MEMBERS - 1);
    }
    assertThat(other.send("EXISTS", "s")).isEqualTo(ZERO);
  }
}
