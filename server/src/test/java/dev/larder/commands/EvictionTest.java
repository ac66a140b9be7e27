package dev.larder.commands;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.storage.EvictionPolicy;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Keys go before commands that need memory. */
final class EvictionTest {
  private final CommandHarness server =
      new CommandHarness(c -> {
        StringCommands.declare(c, () -> 1 << 20);
        KeyCommands.declare(c);
      });

  @BeforeEach
  void fill() {
    server.keyspace.eviction().policy(EvictionPolicy.ALLKEYS_S3);
    for (int i = 0; i < 2_000; i++) {
      server.send("SET", "old:" + i, "value");
    }
    server.maxMemory(server.keyspace.usedBytes());
  }

  @AfterEach
  void close() {
    server.close();
  }

  @Test
  void writesGoOnAtTheLimit() {
    long keys = server.keyspace.size(0);
    for (int i = 0; i < 5_000; i++) {
      assertThat(server.send("SET", "new:" + i, "value")).isEqualTo("+OK\r\n");
      assertThat(server.send("GET", "new:" + i)).isEqualTo("$5\r\nvalue\r\n");
    }
    assertThat(server.keyspace.size(0)).isBetween(keys * 3 / 4, keys * 5 / 4);
    assertThat(server.keyspace.eviction().evictedKeys()).isGreaterThan(4_000);
  }

  @Test
  void whatTheCommandNamesStays() {
    for (int i = 0; i < 2_000; i++) {
      server.send("APPEND", "old:7", "some more bytes, so that others have to go");
    }
    assertThat(server.send("STRLEN", "old:7")).isEqualTo(":" + (5 + 2_000 * 42) + "\r\n");
  }

  @Test
  void withoutAPolicyWritesAreRefused() {
    server.keyspace.eviction().policy(EvictionPolicy.NOEVICTION);
    server.maxMemory(1);
    assertThat(server.send("SET", "new", "value")).startsWith("-OOM");
    assertThat(server.send("DEL", "old:1")).isEqualTo(":1\r\n");
  }
}
