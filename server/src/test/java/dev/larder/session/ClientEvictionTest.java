package dev.larder.session;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class ClientEvictionTest {
  private static final int CLIENTS = 10;
  private static final int KIB = 1024;

  private final Sessions sessions = new Sessions();
  private final Session[] clients = new Session[CLIENTS];
  private long limit;
  private int evicted;
  private final ClientEviction eviction =
      new ClientEviction(sessions, () -> limit, () -> evicted++);

  /** Clients of 10, 20, … 100 KiB. */
  ClientEvictionTest() {
    for (int i = 0; i < CLIENTS; i++) {
      FakeConnection connection = new FakeConnection("127.0.0.1:" + i);
      connection.outputBytes = (i + 1) * 10 * KIB;
      clients[i] = new Session(sessions.nextId(), connection, 0, User.TRUSTED);
      sessions.add(clients[i]);
    }
  }

  private boolean isEvicted(int client) {
    return clients[client].isCloseRequested();
  }

  @Test
  void withoutLimitEverybodyStays() {
    eviction.tick();

    assertThat(evicted).isZero();
  }

  @Test
  void largestGoUntilTheRestFits() {
    limit = 370 * KIB;
    eviction.tick();

    assertThat(evicted).isEqualTo(2);
    assertThat(isEvicted(9)).isTrue();
    assertThat(isEvicted(8)).isTrue();
    // Those that are closing do not count any more.
    eviction.tick();
    assertThat(evicted).isEqualTo(2);
  }

  @Test
  void whoMustNotBeEvictedStays() {
    clients[9].modes().noEvict(true);
    limit = 500 * KIB;
    eviction.tick();

    assertThat(isEvicted(9)).isFalse();
    assertThat(isEvicted(8)).isTrue();
    assertThat(evicted).isEqualTo(1);
  }

  @Test
  void tinyLimitLeavesSmallClientsIn() {
    limit = 1;
    eviction.tick();

    assertThat(isEvicted(0)).isFalse();
    assertThat(evicted).isBetween(5, 9);
  }
}
