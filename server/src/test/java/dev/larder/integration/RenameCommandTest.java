package dev.larder.integration;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.larder.LarderServer;
import dev.larder.config.Config;
import dev.larder.config.ConfigException;
import dev.larder.config.ConfigLoader;
import java.io.ByteArrayInputStream;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.util.SafeEncoder;

/** What {@code rename-command} does to those who know the new name, and to those who do not. */
final class RenameCommandTest {
  private static final String LONG = "b840fc02d524045429941cc15f59e41cb7be6c52";

  private static Config config(String lines) throws ConfigException {
    return ConfigLoader.load(
            List.of("-"), Map.of(), new ByteArrayInputStream(("port 0\n" + lines).getBytes(UTF_8)))
        .config();
  }

  private static Object call(Jedis jedis, String... words) {
    byte[][] arguments = new byte[words.length - 1][];
    for (int i = 1; i < words.length; i++) {
      arguments[i - 1] = SafeEncoder.encode(words[i]);
    }
    return jedis.sendCommand(() -> SafeEncoder.encode(words[0]), arguments);
  }

  @Test
  void commandsAreCalledByTheirNewNamesOnly() throws ConfigException {
    String lines = "rename-command CONFIG " + LONG + "\nrename-command get Größe\n";
    try (LarderServer server =
            LarderServer.start(
                config(lines + "rename-command flushall \"\"\nuser u on nopass ~* +get"));
        Jedis jedis = new Jedis("127.0.0.1", server.port())) {
      jedis.set("k", "v");
      assertThat((byte[]) call(jedis, "Größe", "k")).isEqualTo(SafeEncoder.encode("v"));
      assertThat((List<?>) call(jedis, LONG.toUpperCase(Locale.ROOT), "get", "port")).hasSize(2);
      for (List<String> words :
          List.of(List.of("get", "k"), List.of("config", "get", "port"), List.of("flushall"))) {
        assertThatThrownBy(() -> call(jedis, words.toArray(new String[0])))
            .hasMessageStartingWith("ERR unknown command '" + words.getFirst() + "'");
        assertThat((List<?>) call(jedis, "command", "info", words.getFirst())).containsOnlyNulls();
      }
      assertThat((List<?>) call(jedis, "command", "info", LONG, LONG + "|get"))
          .hasSize(2)
          .doesNotContainNull();
      assertThat(call(jedis, "eval", "return redis.call('Größe', 'k')", "0"))
          .isEqualTo(SafeEncoder.encode("v"));
      // Users have rights to commands, whatever these are called.
      jedis.auth("u", "");
      assertThat(call(jedis, "Größe", "k")).isEqualTo(SafeEncoder.encode("v"));
    }
  }

  @Test
  void namesMayChangePlaces() throws ConfigException {
    try (LarderServer server =
            LarderServer.start(
                config("rename-command get x\nrename-command set get\nrename-command x set"));
        Jedis jedis = new Jedis("127.0.0.1", server.port())) {
      call(jedis, "get", "k", "v");
      assertThat(call(jedis, "set", "k")).isEqualTo(SafeEncoder.encode("v"));
    }
  }

  @Test
  void whatCannotBeIsNamed() {
    assertThatThrownBy(() -> LarderServer.start(config("rename-command nothing x")))
        .hasMessageContaining("line 2: 'rename-command nothing': there is no command nothing");
    assertThatThrownBy(() -> LarderServer.start(config("rename-command get SET")))
        .hasMessageContaining("there is a command SET already");
    assertThatThrownBy(() -> config("rename-command get"))
        .hasMessageContaining("wrong number of arguments");
  }
}
