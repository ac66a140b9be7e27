package dev.larder.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.session.FakeConnection;
import dev.larder.session.Session;
import dev.larder.session.User;
import dev.larder.storage.ValueType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class BlockTimeoutTest {
  private final CallFixture fixture = new CallFixture(commands());
  private final Session session = new Session(1, new FakeConnection("test"), 0, User.TRUSTED);

  private static CommandTable commands() {
    Declarations all = new Declarations();
    command(all, "SECONDS", 2, call -> call.reply().integer(BlockTimeout.seconds(call, 1)));
    command(all, "MILLIS", 2, call -> call.reply().integer(BlockTimeout.millis(call, 1)));
    command(all, "BLOCK", 1, call -> call.block(Block.on(ValueType.LIST, 1, 1, 0)));
    command(all, "BLOCK1", 1, call -> call.block(Block.on(ValueType.LIST, 1, 1, 0).nilString()));
    return all.build();
  }

  private static void command(Declarations all, String name, int arity, Handler handler) {
    all.command(name)
        .summary("For this test.")
        .since("1.0.0")
        .group(CommandGroup.LIST)
        .arity(arity)
        .freeForm()
        .handler(handler);
  }

  @AfterEach
  void close() {
    fixture.close();
  }

  private String run(String... words) {
    return fixture.run(session, words);
  }

  @Test
  void secondsAreRoundedUpToMilliseconds() {
    assertThat(run("SECONDS", "0")).isEqualTo(":0\r\n");
    assertThat(run("SECONDS", "2")).isEqualTo(":2000\r\n");
    assertThat(run("SECONDS", "0.0001")).isEqualTo(":1\r\n");
    assertThat(run("SECONDS", "0.0015")).isEqualTo(":2\r\n");
    assertThat(run("SECONDS", "-0.0000001")).isEqualTo(":0\r\n");
    assertThat(run("SECONDS", "1e6")).isEqualTo(":1000000000\r\n");
    String bad = "-ERR timeout is not a float or out of range\r\n";
    assertThat(run("SECONDS", "")).isEqualTo(bad);
    assertThat(run("SECONDS", "abc")).isEqualTo(bad);
    assertThat(run("SECONDS", " 1")).isEqualTo(bad);
    assertThat(run("SECONDS", "nan")).isEqualTo(bad);
    assertThat(run("SECONDS", "-1")).isEqualTo("-ERR timeout is negative\r\n");
    assertThat(run("SECONDS", "-inf")).isEqualTo("-ERR timeout is negative\r\n");
    assertThat(run("SECONDS", "inf")).isEqualTo("-ERR timeout is out of range\r\n");
    assertThat(run("SECONDS", "1e300")).isEqualTo("-ERR timeout is out of range\r\n");
    assertThat(run("SECONDS", "9223372036854774")).isEqualTo("-ERR timeout is out of range\r\n");
  }

  @Test
  void millisecondsAreWhole() {
    assertThat(run("MILLIS", "0")).isEqualTo(":0\r\n");
    assertThat(run("MILLIS", "1500")).isEqualTo(":1500\r\n");
    String bad = "-ERR timeout is not an integer or out of range\r\n";
    assertThat(run("MILLIS", "1.5")).isEqualTo(bad);
    assertThat(run("MILLIS", "x")).isEqualTo(bad);
    assertThat(run("MILLIS", "-1")).isEqualTo("-ERR timeout is negative\r\n");
    assertThat(run("MILLIS", "" + Long.MAX_VALUE)).isEqualTo("-ERR timeout is out of range\r\n");
  }

  @Test
  void whereCommandsMayNotBlockTheirTimeIsOver() {
    assertThat(run("BLOCK")).isEqualTo("*-1\r\n");
    assertThat(run("BLOCK1")).isEqualTo("$-1\r\n");
  }
}
