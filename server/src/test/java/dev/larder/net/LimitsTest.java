package dev.larder.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.larder.resp.Requests;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.Socket;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Who may connect, where, and who is disconnected. */
@Tag("slow")
final class LimitsTest {
  private final TestSettings settings = new TestSettings();
  private TestServer server;

  @TempDir private Path folder;

  static Stream<Transport> transports() {
    return ConnectionTest.transports();
  }

  private void start(Transport transport) {
    settings.transport = transport.wireName();
    server = new TestServer(settings);
  }

  @AfterEach
  void stop() {
    if (server != null) {
      server.close();
    }
  }

  @ParameterizedTest
  @MethodSource("transports")
  void clientsAreLimited(Transport transport) throws Exception {
    settings.maxClients = 3;
    start(transport);
    List<TestClient> clients = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      TestClient client = new TestClient(server.port());
      clients.add(client);
      assertThat(client.call("PING")).isEqualTo("+PONG");
    }
    try (TestClient tooMany = new TestClient(server.port())) {
      assertThat(tooMany.readToEnd()).isEqualTo("-ERR max number of clients reached\r\n");
    }
    assertThat(server.stats.connectionsRefused()).isEqualTo(1);
    clients.removeFirst().close();
    awaitSessions(2);
    try (TestClient again = new TestClient(server.port())) {
      assertThat(again.call("PING")).isEqualTo("+PONG");
    }
    for (TestClient client : clients) {
      client.close();
    }
  }

  @ParameterizedTest
  @MethodSource("transports")
  void idleClientsAreDisconnected(Transport transport) throws Exception {
    start(transport);
    try (TestClient client = new TestClient(server.port())) {
      assertThat(client.call("PING")).isEqualTo("+PONG");
      settings.idleTimeoutSeconds = 1;
      assertThat(client.readToEnd()).isEmpty();
    }
    awaitSessions(0);
  }

  @ParameterizedTest
  @MethodSource("transports")
  void whoDoesNotReadIsDisconnected(Transport transport) throws Exception {
    settings.outputHardLimitBytes = 300_000;
    start(transport);
    try (TestClient client = new TestClient(server.port())) {
      ByteArrayOutputStream requests = new ByteArrayOutputStream();
      for (int i = 0; i < 1000; i++) {
        requests.writeBytes(Requests.encode("FILL", "10", "20000"));
      }
      assertThat(client.call("PING")).isEqualTo("+PONG");
      client.sendRaw(requests.toByteArray());
      awaitSessions(0);
      assertThat(server.stats.outputLimitDisconnections()).isEqualTo(1);
    }
  }

  @ParameterizedTest
  @MethodSource("transports")
  void unfinishedCommandsAreLimited(Transport transport) throws Exception {
    settings.queryBufferLimitBytes = 100_000;
    start(transport);
    try (TestClient client = new TestClient(server.port())) {
      client.sendRaw("*1000\r\n");
      byte[] argument = "$1000\r\n%s\r\n".formatted("x".repeat(1000)).getBytes();
      assertThatThrownBy(
              () -> {
                for (int i = 0; i < 999; i++) {
                  client.sendRaw(argument);
                }
                client.readToEnd();
                throw new IOException("disconnected");
              })
          .isInstanceOf(IOException.class);
      awaitSessions(0);
      assertThat(server.stats.queryLimitDisconnections()).isEqualTo(1);
    }
  }

  @ParameterizedTest
  @MethodSource("transports")
  void listensOnAUnixSocket(Transport transport) throws Exception {
    Path path = folder.resolve("larder.sock");
    settings.unixSocket = path.toString();
    settings.unixSocketMode = 0700;
    start(transport);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
        .isEqualTo("rwx------");
    try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      channel.connect(UnixDomainSocketAddress.of(path));
      channel.write(ByteBuffer.wrap(Requests.encode("PING")));
      ByteBuffer reply = ByteBuffer.allocate(7);
      while (reply.hasRemaining() && channel.read(reply) >= 0) {
        // Until the reply is there.
      }
      assertThat(new String(reply.array(), StandardCharsets.ISO_8859_1)).isEqualTo("+PONG\r\n");
      assertThat(server.sessions.snapshot().getFirst().connection().isUnixSocket()).isTrue();
      assertThat(server.sessions.snapshot().getFirst().connection().remoteAddress())
          .isEqualTo(path + ":0");
    }
    server.close();
    server = null;
    assertThat(path).doesNotExist();
  }

  @ParameterizedTest
  @MethodSource("transports")
  void saysWhatStandsInTheWay(Transport transport) {
    start(transport);
    TestSettings same = new TestSettings();
    same.transport = transport.wireName();
    same.port = server.port();
    assertThatThrownBy(() -> new TestServer(same))
        .isInstanceOf(StartException.class)
        .hasMessageContaining("the port is in use");
    TestSettings elsewhere = new TestSettings();
    elsewhere.transport = transport.wireName();
    elsewhere.bind = List.of("192.0.2.1");
    assertThatThrownBy(() -> new TestServer(elsewhere))
        .isInstanceOf(StartException.class)
        .hasMessageContaining("does not have the address");
    TestSettings nowhere = new TestSettings();
    nowhere.transport = transport.wireName();
    nowhere.unixSocket = folder.resolve("missing/larder.sock").toString();
    assertThatThrownBy(() -> new TestServer(nowhere))
        .isInstanceOf(StartException.class)
        .hasMessageContaining("unixsocket");
  }

  @Test
  void optionalAddressesMayBeMissing() throws Exception {
    settings.bind = List.of("-192.0.2.1", "127.0.0.1");
    start(Transport.NIO);
    try (TestClient client = new TestClient(server.port())) {
      assertThat(client.call("PING")).isEqualTo("+PONG");
    }
  }

  @ParameterizedTest
  @MethodSource("transports")
  void allAddressesOfBothKindsAsRedisHasThem(Transport transport) throws Exception {
    settings.bind = List.of("*", "-::*");
    start(transport);
    for (InetAddress address : loopbackAddresses()) {
      try (Socket socket = new Socket(address, server.port())) {
        socket.getOutputStream().write("PING\r\n".getBytes(StandardCharsets.US_ASCII));
        assertThat(socket.getInputStream().readNBytes(5)).asString().isEqualTo("+PONG");
      }
    }
  }

  private static List<InetAddress> loopbackAddresses() throws SocketException {
    return NetworkInterface.networkInterfaces()
        .flatMap(NetworkInterface::inetAddresses)
        .filter(InetAddress::isLoopbackAddress)
        .toList();
  }

  @Test
  void unknownTransportsAreNamed() {
    settings.transport = "pigeon";
    assertThatThrownBy(() -> new TestServer(settings))
        .isInstanceOf(StartException.class)
        .hasMessageContaining("pigeon");
  }

  @ParameterizedTest
  @MethodSource("transports")
  void aSessionCanBeClosedByAnother(Transport transport) throws Exception {
    start(transport);
    try (TestClient client = new TestClient(server.port())) {
      assertThat(client.call("PING")).isEqualTo("+PONG");
      server.sessions.snapshot().getFirst().close();
      assertThat(client.readToEnd()).isEmpty();
    }
    awaitSessions(0);
  }

  /** Waits for what the server does by itself. */
  private void awaitSessions(int count) throws Exception {
    long end = dev.larder.metrics.Clock.nanos() + 20_000_000_000L;
    while (server.sessions.count() != count && dev.larder.metrics.Clock.nanos() < end) {
      Thread.onSpinWait();
    }
    assertThat(server.sessions.count()).isEqualTo(count);
  }
}
