package dev.larder.commands;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.command.BlockingSample;
import dev.larder.command.Declarations;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Blocked commands and who serves them, on one thread. */
final class BlockedCommandsTest {
  private final CommandHarness first =
      new CommandHarness(c -> {
        BlockingSample.declare(c);
        KeyCommands.declare(c);
        DatabaseCommands.declare(c);
        StringCommands.declare(c, () -> 512 << 20);
        ExpireCommands.declare(c);
        select(c);
      });

  private final CommandHarness second = new CommandHarness(first);
  private final CommandHarness third = new CommandHarness(first);

  private static void select(Declarations c) {
    c.command("SELECT")
        .summary("For tests.")
        .since("1.0.0")
        .group(dev.larder.command.CommandGroup.CONNECTION)
        .arity(2)
        .freeForm()
        .handler(call -> {
          call.session().database((int) call.argLong(1));
          call.reply().ok();
        });
  }

  @AfterEach
  void close() {
    first.close();
  }

  @Test
  void whatIsThereIsTakenAtOnce() {
    assertThat(first.send("PUSH", "k", "a", "b")).isEqualTo(":2\r\n");
    assertThat(second.send("TAKE", "k", "0")).isEqualTo(taken("k", "a"));
    assertThat(second.send("SHIFT", "k", "l", "0")).isEqualTo("$1\r\nb\r\n");
    assertThat(second.send("PEEK", "l")).isEqualTo("$2\r\nb,\r\n");
  }

  @Test
  void blockedClientsAreServedInTheOrderInWhichTheyCame() {
    assertThat(second.send("TAKE", "k", "0")).isEmpty();
    assertThat(third.send("TAKE", "other", "k", "0")).isEmpty();
    assertThat(first.send("PUSH", "k", "a", "b", "c")).isEqualTo(":3\r\n");
    assertThat(second.awaited()).isEqualTo(taken("k", "a"));
    assertThat(third.awaited()).isEqualTo(taken("k", "b"));
    assertThat(first.send("PEEK", "k")).isEqualTo("$2\r\nc,\r\n");
    assertThat(first.send("PUSH", "other", "d")).isEqualTo(":1\r\n");
    assertThat(third.isBlocked()).isFalse();
    assertThat(first.send("PEEK", "other")).isEqualTo("$2\r\nd,\r\n");
  }

  @Test
  void whoFindsNothingKeepsItsPlace() {
    assertThat(second.send("TAKE", "k", "0")).isEmpty();
    assertThat(third.send("TAKE", "k", "0")).isEmpty();
    assertThat(first.send("PUSH", "k", "a")).isEqualTo(":1\r\n");
    assertThat(second.awaited()).isEqualTo(taken("k", "a"));
    assertThat(third.isBlocked()).isTrue();
    assertThat(second.send("TAKE", "k", "0")).isEmpty();
    assertThat(first.send("PUSH", "k", "b")).isEqualTo(":1\r\n");
    assertThat(second.isBlocked()).isTrue();
    assertThat(third.awaited()).isEqualTo(taken("k", "b"));
    second.leave();
  }

  private static String taken(String key, String element) {
    return "*2\r\n$"
        + key.length()
        + "\r\n"
        + key
        + "\r\n$"
        + element.length()
        + "\r\n"
        + element
        + "\r\n";
  }
}
