package dev.larder.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.larder.LarderServer;
import dev.larder.config.Config;
import dev.larder.config.ConfigException;
import dev.larder.config.Options;
import dev.larder.net.StartException;
import dev.larder.net.TestClient;
import java.io.IOException;
import java.net.ConnectException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.Jedis;

/** Servers inside a program that starts and closes them. */
final class EmbeddingTest {
  @TempDir Path folder;

  private static Config anyPort() throws ConfigException {
    return new Config().set(Options.PORT, 0L);
  }

  private static List<String> serverThreads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(Thread::isAlive)
        .map(Thread::getName)
        .filter(name -> name.startsWith("larder"))
        .toList();
  }

  /** A thread's last instructions may come after those who waited for it go on. */
  private static void awaitThreads(List<String> expected) {
    for (int i = 0; i < 1000 && serverThreads().size() > expected.size(); i++) {
      Thread.yield();
    }
    assertThat(serverThreads()).hasSameSizeAs(expected);
  }

  @Test
  void closingGivesPortAndThreadsBack() throws Exception {
    List<String> before = serverThreads();
    int port;
    try (LarderServer server = LarderServer.start(anyPort());
        Jedis jedis = new Jedis("127.0.0.1", server.port())) {
      port = server.port();
      assertThat(jedis.set("a", "1")).isEqualTo("OK");
      assertThat(serverThreads()).hasSizeGreaterThan(before.size());
    }
    awaitThreads(before);
    assertThatThrownBy(() -> new TestClient(port)).isInstanceOf(ConnectException.class);
    Config samePort = new Config().set(Options.PORT, (long) port);
    try (LarderServer server = LarderServer.start(samePort);
        Jedis jedis = new Jedis("127.0.0.1", port)) {
      assertThat(server.port()).isEqualTo(port);
      assertThat(jedis.get("a")).isNull();
    }
  }

  @Test
  void serversInOneProgramAreIndependent() throws Exception {
    try (LarderServer first = LarderServer.start(anyPort());
        LarderServer second = LarderServer.start(anyPort());
        Jedis one = new Jedis("127.0.0.1", first.port());
        Jedis two = new Jedis("127.0.0.1", second.port())) {
      assertThat(first.port()).isNotEqualTo(second.port());
      one.set("a", "1");
      assertThat(two.get("a")).isNull();
      two.configSet("maxclients", "77");
      assertThat(one.configGet("maxclients")).containsEntry("maxclients", "10000");
      first.close();
      assertThat(two.ping()).isEqualTo("PONG");
    }
  }

  @Test
  void closingEndsClientsAndIsSafeTwice() throws Exception {
    LarderServer server = LarderServer.start(anyPort());
    try (TestClient idle = new TestClient(server.port());
        TestClient unfinished = new TestClient(server.port())) {
      assertThat(idle.call("PING")).isEqualTo("+PONG");
      unfinished.sendRaw("PING\r\n*2\r\n$3\r\nGET\r\n$100000\r\nabc");
      assertThat(unfinished.readRaw(7)).isEqualTo("+PONG\r\n");
      server.close();
      server.close();
      assertThat(idle.readToEnd()).isEmpty();
      assertThat(unfinished.readToEnd()).isEmpty();
    }
  }

  @Test
  void closingFromManyThreadsWaitsForTheEnd() throws Exception {
    LarderServer server = LarderServer.start(anyPort());
    List<Thread> closers =
        List.of(
            Thread.ofPlatform().start(server::close),
            Thread.ofPlatform().start(server::close),
            Thread.ofVirtual().start(server::close));
    for (Thread closer : closers) {
      closer.join();
    }
    server.awaitClosed();
    assertThatThrownBy(() -> new TestClient(server.port())).isInstanceOf(IOException.class);
  }

  @Test
  void aPortInUseSaysSoAndLeavesNothingBehind() throws Exception {
    List<String> before;
    try (LarderServer server = LarderServer.start(anyPort())) {
      before = serverThreads();
      Config taken = new Config().set(Options.PORT, (long) server.port());
      assertThatThrownBy(() -> LarderServer.start(taken))
          .isInstanceOf(StartException.class)
          .hasMessageContaining("port " + server.port())
          .hasMessageContaining("in use");
      awaitThreads(before);
    }
  }

  @Test
  void theUnixSocketComesAndGoesWithTheServer() throws Exception {
    Path socket = folder.resolve("larder.sock");
    Config config = anyPort().set(Options.UNIXSOCKET, socket.toString());
    try (LarderServer server = LarderServer.start(config)) {
      assertThat(server.port()).isPositive();
      assertThat(Files.exists(socket)).isTrue();
    }
    assertThat(Files.exists(socket)).isFalse();
  }
}
