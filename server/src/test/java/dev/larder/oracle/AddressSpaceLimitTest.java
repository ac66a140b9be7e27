package dev.larder.oracle;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.Jedis;

/** A server that is given little address space refuses what it has no memory for, and goes on. */
@Tag("slow")
@Timeout(120)
final class AddressSpaceLimitTest {
  private static final long LIMIT_KIB = 6_000_000;
  private static final int VALUE_BYTES = 4 << 20;
  private static final int MOST_VALUES = 2_000;

  @TempDir private Path folder;

  @Test
  void valuesWithoutMemoryAreRefused() throws IOException {
    try (LarderProcess server = LarderProcess.startWithAddressSpace(LIMIT_KIB, folder);
        Jedis jedis = new Jedis("127.0.0.1", server.port(), 30_000)) {
      byte[] value = new byte[VALUE_BYTES];
      assertThatThrownBy(
              () -> {
                for (int i = 0; i < MOST_VALUES; i++) {
                  jedis.set(("large" + i).getBytes(UTF_8), value);
                }
              })
          .hasMessageStartingWith("OOM ");
      assertThat(jedis.dbSize()).isBetween(10L, MOST_VALUES - 1L);
      assertThat(jedis.set("small", "value")).isEqualTo("OK");
      assertThat(jedis.strlen("large0")).isEqualTo(VALUE_BYTES);
      assertThat(jedis.del("large0", "large1")).isEqualTo(2);
      assertThat(jedis.set("again".getBytes(UTF_8), value)).isEqualTo("OK");
      assertThat(jedis.configSet("maxmemory-policy", "allkeys-s3")).isEqualTo("OK");
      assertThat(jedis.flushAll()).isEqualTo("OK");
    }
  }
}
