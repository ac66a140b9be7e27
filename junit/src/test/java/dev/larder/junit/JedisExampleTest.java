package dev.larder.junit;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import redis.clients.jedis.RedisClient;

/** As README.md has it. */
final class JedisExampleTest {
  @RegisterExtension static final LarderExtension larder = new LarderExtension();

  @Test
  void remembers() {
    try (RedisClient client = RedisClient.create(larder.host(), larder.port())) {
      client.set("greeting", "hello");
      assertThat(client.get("greeting")).isEqualTo("hello");
    }
  }
}
