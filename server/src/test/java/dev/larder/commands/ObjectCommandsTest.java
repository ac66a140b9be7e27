package dev.larder.commands;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.storage.EvictionPolicy;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What OBJECT tells of the use of keys. */
final class ObjectCommandsTest {
  private final CommandHarness server =
      new CommandHarness(c -> {
        StringCommands.declare(c, () -> 1 << 20);
        ObjectCommands.declare(c);
      });

  @BeforeEach
  void set() {
    server.send("SET", "key", "value");
  }

  @AfterEach
  void close() {
    server.close();
  }

  @ParameterizedTest
  @EnumSource(EvictionPolicy.class)
  void idleTimeAndFrequencyFollowThePolicy(EvictionPolicy policy) {
    server.keyspace.eviction().policy(policy);
    server.send("SET", "new", "value");
    String idleTime = server.send("OBJECT", "IDLETIME", "new");
    String frequency = server.send("OBJECT", "FREQ", "new");
    String name = policy.text();
    if (name.endsWith("lfu")) {
      assertThat(idleTime).startsWith("-ERR An LFU maxmemory policy is selected, idle time not");
      assertThat(frequency).isEqualTo(":5\r\n");
    } else {
      assertThat(frequency).startsWith("-ERR An LFU maxmemory policy is not selected, access freq");
      if (name.endsWith("s3")) {
        assertThat(idleTime).startsWith("-ERR An S3 maxmemory policy is selected, idle time not");
      } else {
        assertThat(idleTime).isEqualTo(":0\r\n");
      }
    }
    assertThat(server.send("OBJECT", "IDLETIME", "none")).isEqualTo("$-1\r\n");
    assertThat(server.send("OBJECT", "FREQ", "none")).isEqualTo("$-1\r\n");
  }
}
