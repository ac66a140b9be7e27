package dev.larder.commands;

import static dev.larder.commands.KeyHarness.OK;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.larder.storage.EvictionPolicy;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What commands of one turn evict together, when much more is used than may be. */
final class EvictionTurnTest {
  private static final int KEYS = 10_000;
  private static final int COMMANDS = 500;

  private final CommandHarness server = KeyHarness.open();

  @BeforeEach
  void lowerTheLimit() {
    server.keyspace.eviction().policy(EvictionPolicy.ALLKEYS_RANDOM);
    for (int i = 0; i < KEYS; i++) {
      set("key" + i);
    }
    server.evictLittle();
    server.maxMemory(1);
    server.endTurn();
    assertThat(server.dataBytes()).isPositive();
  }

  @AfterEach
  void close() {
    server.close();
  }

  private void set(String key) {
    assertThat(server.send("set", key, "x".repeat(100))).isEqualTo(OK);
  }

  private long evictedBy(Runnable commands) {
    long before = server.keyspace.eviction().evictedKeys();
    commands.run();
    return server.keyspace.eviction().evictedKeys() - before;
  }

  private void setTheSame() {
    for (int i = 0; i < COMMANDS; i++) {
      set("mine");
    }
  }

  private void setOthers() {
    for (int i = 0; i < COMMANDS; i++) {
      set("more" + i);
    }
  }

  /** Others wait for the end of the turn: not each of its commands takes its time. */
  @Test
  void commandsThatBringNothingEvictOnceATurn() {
    set("mine");
    server.endTurn();
    for (int turn = 0; turn < 3; turn++) {
      assertThat(evictedBy(this::setTheSame)).isBetween(1L, 10L);
      server.endTurn();
    }
  }

  @Test
  void whatCommandsBringGoesInTheSameTurn() {
    long before = server.dataBytes();
    assertThat(evictedBy(this::setOthers)).isBetween(COMMANDS * 9L / 10, COMMANDS * 11L / 10);
    assertThat(server.dataBytes()).isCloseTo(before, within(before / 100));
  }

  @Test
  void someGoBetweenTurnsWhateverCommandsBring() {
    long before = server.dataBytes();
    for (int turn = 0; turn < 3; turn++) {
      setOthers();
      server.endTurn();
    }
    assertThat(server.dataBytes()).isLessThan(before);
  }
}
