package dev.larder.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

final class SessionsTest {

  private final Sessions sessions = new Sessions();

  private Session open() {
    Session session =
        new Session(sessions.nextId(), new FakeConnection("127.0.0.1:1"), 1000, User.TRUSTED);
    sessions.add(session);
    return session;
  }

  @Test
  void listsOpenSessionsInOrderOfTheirIds() {
    Session first = open();
    Session second = open();
    Session third = open();
    sessions.remove(second);
    assertThat(sessions.snapshot()).containsExactly(first, third);
    assertThat(sessions.count()).isEqualTo(2);
    assertThat(sessions.find(third.id())).isSameAs(third);
    assertThat(sessions.find(second.id())).isNull();
    assertThat(open().id()).isGreaterThan(third.id());
  }

  @Test
  void refusesToRegisterTwice() {
    Session session = open();
    assertThatThrownBy(() -> sessions.add(session)).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void resetKeepsIdentityAndDropsTheRest() {
    Session session = open();
    session.database(3);
    session.protocol(3);
    session.name("n");
    session.libraryName("lib");
    session.authenticate(new User("other", false, false));
    session.interacted(2000, "get", 4);
    session.reset();
    assertThat(session.database()).isZero();
    assertThat(session.protocol()).isEqualTo(2);
    assertThat(session.name()).isNull();
    assertThat(session.libraryName()).isEqualTo("lib");
    assertThat(session.isAuthenticated()).isTrue();
    assertThat(session.user()).isSameAs(User.TRUSTED);
    assertThat(session.commandCount()).isEqualTo(4);
    assertThat(session.lastCommand()).isEqualTo("get");
    assertThat(session.lastInteractionMillis()).isEqualTo(2000);
  }
}
