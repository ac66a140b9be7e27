package dev.larder.integration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.LarderServer;
import dev.larder.config.Config;
import dev.larder.config.Options;
import dev.larder.net.TestClient;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Lists of fields belong to their connection. */
final class FieldsetsTest {
  private final LarderServer server = LarderServer.start(new Config().set(Options.PORT, 0L));

  @AfterEach
  void close() {
    server.close();
  }

  @Test
  void goWithTheirConnection() throws IOException {
    long before = server.keyspace().large().allocatedBytes();
    try (TestClient client = new TestClient(server.port());
        TestClient other = new TestClient(server.port())) {
      assertThat(client.call("HIMPORT", "PREPARE", "u", "a", "b")).isEqualTo("+OK");
      assertThat(client.call("HIMPORT", "PREPARE", "v", "a")).isEqualTo("+OK");
      assertThat(client.call("HIMPORT", "SET", "h", "u", "1", "2")).isEqualTo("+OK");
      assertThat(other.call("HIMPORT", "SET", "h", "u", "1", "2"))
          .isEqualTo("-ERR no such fieldset");
      assertThat(server.keyspace().large().allocatedBytes()).isGreaterThan(before);
    }
    while (server.keyspace().large().allocatedBytes() > before) {
      Thread.onSpinWait();
    }
    assertThat(server.keyspace().size(0)).isEqualTo(1);
  }
}
