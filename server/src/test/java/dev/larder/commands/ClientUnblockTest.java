package dev.larder.commands;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.command.CallFixture;
import dev.larder.config.Config;
import dev.larder.session.Blocked;
import dev.larder.session.FakeConnection;
import dev.larder.session.Session;
import dev.larder.session.Sessions;
import dev.larder.session.User;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class ClientUnblockTest {
  private final Sessions sessions = new Sessions();
  private final CallFixture fixture =
      new CallFixture(AllCommands.table(new Config(), sessions, () -> {}));
  private final Session session = open();
  private final Session other = open();

  /** Somebody else is about to serve the client when it is to be unblocked. */
  private static final class Wait implements Blocked {
    private final Unblocking outcome;
    private int undecided;
    private boolean wasError;

    Wait(int undecided, Unblocking outcome) {
      this.undecided = undecided;
      this.outcome = outcome;
    }

    @Override
    public boolean isWaiting() {
      return true;
    }

    @Override
    public boolean hasTimeout() {
      return false;
    }

    @Override
    public Unblocking unblock(boolean asError) {
      wasError = asError;
      return undecided-- > 0 ? Unblocking.UNDECIDED : outcome;
    }
  }

  private Session open() {
    Session opened =
        new Session(
            sessions.nextId(), new FakeConnection("test"), CallFixture.NOW_MILLIS, User.TRUSTED);
    sessions.add(opened);
    return opened;
  }

  @AfterEach
  void close() {
    fixture.close();
  }

  private String unblock(String... arguments) {
    String[] words = new String[arguments.length + 2];
    words[0] = "CLIENT";
    words[1] = "unblock";
    System.arraycopy(arguments, 0, words, 2, arguments.length);
    return fixture.run(session, words);
  }

  @Test
  void argumentsAreChecked() {
    assertThat(unblock("2")).isEqualTo(":0\r\n");
    assertThat(unblock("99")).isEqualTo(":0\r\n");
    assertThat(unblock("-5")).isEqualTo(":0\r\n");
    assertThat(unblock("x")).isEqualTo("-ERR value is not an integer or out of range\r\n");
    assertThat(unblock("x", "y"))
        .isEqualTo("-ERR CLIENT UNBLOCK reason should be TIMEOUT or ERROR\r\n");
    assertThat(unblock("1", "timeout", "x"))
        .isEqualTo(
            "-ERR unknown subcommand or wrong number of arguments for 'unblock'."
                + " Try CLIENT HELP.\r\n");
  }

  @Test
  void saysWhetherItHasUnblocked() {
    Wait wait = new Wait(0, Blocked.Unblocking.DONE);
    other.blocked(wait);
    assertThat(unblock("2")).isEqualTo(":1\r\n");
    assertThat(wait.wasError).isFalse();
    assertThat(unblock("2", "Error")).isEqualTo(":1\r\n");
    assertThat(wait.wasError).isTrue();
    assertThat(unblock("2", "TIMEOUT")).isEqualTo(":1\r\n");
    assertThat(wait.wasError).isFalse();
    other.blocked(new Wait(0, Blocked.Unblocking.TOO_LATE));
    assertThat(unblock("2")).isEqualTo(":0\r\n");
  }

  @Test
  void asksAgainWhileItIsUndecided() {
    other.blocked(new Wait(3, Blocked.Unblocking.DONE));
    assertThat(unblock("2")).isEqualTo(":1\r\n");
    other.blocked(new Wait(3, Blocked.Unblocking.TOO_LATE));
    assertThat(unblock("2")).isEqualTo(":0\r\n");
  }
}
