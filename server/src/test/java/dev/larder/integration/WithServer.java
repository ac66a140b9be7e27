package dev.larder.integration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.LarderServer;
import dev.larder.config.Config;
import dev.larder.config.Options;
import dev.larder.net.TestClient;
import dev.larder.net.TestClients;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;

/** A test with a server of its own and clients of it, where no command may fail by a bug. */
abstract class WithServer {
  final TestClients clients = new TestClients();
  LarderServer server;

  WithServer(Config config) {
    server = LarderServer.start(config);
  }

  /** So many event loops, on any free port. */
  static Config loops(long count) {
    return new Config().set(Options.PORT, 0L).set(Options.IO_THREADS, count);
  }

  @AfterEach
  void close() throws IOException {
    clients.close();
    assertThat(server.stats().bugs()).isZero();
    server.close();
  }

  /** One more client. */
  final TestClient connect() throws IOException {
    return clients.connect(server.port());
  }
}
