package dev.larder.junit;

import static org.assertj.core.api.Assertions.assertThat;

import io.lettuce.core.RedisClient;
import io.lettuce.core.api.sync.RedisCommands;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** As README.md has it. */
final class LettuceExampleTest {
  @RegisterExtension static final LarderExtension larder = new LarderExtension();

  @Test
  void remembers() {
    try (RedisClient client = RedisClient.create(larder.uri())) {
      RedisCommands<String, String> commands = client.connect().sync();
      commands.set("greeting", "hello");
      assertThat(commands.get("greeting")).isEqualTo("hello");
    }
  }
}
