package dev.larder.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.larder.LarderServer;
import dev.larder.config.Config;
import dev.larder.config.Options;
import dev.larder.config.TlsOptions;
import dev.larder.metrics.Clock;
import dev.larder.net.StartException;
import dev.larder.net.TestClient;
import dev.larder.resp.RespValue;
import dev.larder.tls.TestCertificates;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Encrypted connections: who gets one, and that they do all that others do. */
final class TlsTest {
  private static final String ALL_SUITES =
      "TLS_AES_256_GCM_SHA384:TLS_AES_128_GCM_SHA256:TLS_CHACHA20_POLY1305_SHA256";
  private static final int MIB = 1 << 20;

  @TempDir Path directory;

  private LarderServer server;

  @AfterEach
  void close() {
    if (server != null) {
      assertThat(server.stats().bugs()).isZero();
      server.close();
    }
  }

  private TestClient connect(String certificate, String... protocols) throws IOException {
    return new TestClient(TestCertificates.connect(server.tlsPort(), certificate, protocols));
  }

  private static Config file(Config config, String cert, String key) {
    return config
        .set(TlsOptions.TLS_CERT_FILE, TestCertificates.path(cert).toString())
        .set(TlsOptions.TLS_KEY_FILE, TestCertificates.path(key).toString());
  }

  @ParameterizedTest
  @CsvSource({
    "io_uring, BoringSSL, TLSv1.3",
    "io_uring, JDK, TLSv1.2",
    "epoll, BoringSSL, TLSv1.2",
    "epoll, JDK, TLSv1.3",
    "nio, BoringSSL, TLSv1.3",
    "nio, JDK, TLSv1.3"
  })
  void everyTransportCarriesWhatOthersDo(String transport, String by, String protocol)
      throws IOException {
    Config config = TestCertificates.config().set(Options.IO_TRANSPORT, transport);
    if (by.equals("JDK")) {
      config.set(TlsOptions.TLS_CIPHERSUITES, ALL_SUITES);
    }
    server = LarderServer.start(config);
    assertThat(server.port()).isZero();
    try (TestClient client = connect(null, protocol)) {
      assertThat(((SSLSocket) client.socket).getSession().getProtocol()).isEqualTo(protocol);
      assertThat(client.call("PING")).isEqualTo("+PONG");
      String big = "0123456789abcdef".repeat(MIB / 4);
      assertThat(client.call("SET", "big", big)).isEqualTo("+OK");
      client.send("GET", "big");
      assertThat(client.read()).isEqualTo(RespValue.BulkString.of(big));
      pipeline(client);
      client.send("SUBSCRIBE", "news");
      client.read();
      try (TestClient other = connect(null)) {
        other.call("PUBLISH", "news", "hello");
        other.sendRaw("PING\r\nQUIT\r\n");
        assertThat(other.readLine()).isEqualTo("+PONG");
        assertThat(other.readLine()).isEqualTo("+OK");
        other.awaitEnd();
      }
      assertThat(client.read().toString()).contains("hello");
    }
    awaitTrue(() -> server.stats().bugs() == 0 && server.bufferBytes() < 3L * MIB);
  }

  private static void pipeline(TestClient client) throws IOException {
    int count = 20_000;
    client.sendRaw("*2\r\n$4\r\nINCR\r\n$1\r\nn\r\n".repeat(count));
    for (int i = 1; i <= count; i++) {
      assertThat(client.readLine()).isEqualTo(":" + i);
    }
  }

  @Test
  void recordsMayArriveByteByByte() throws Exception {
    server = LarderServer.start(TestCertificates.config());
    try (Trickle trickle = new Trickle(server.tlsPort());
        TestClient client = new TestClient(TestCertificates.connect(trickle.port(), null))) {
      assertThat(client.call("SET", "a", "b".repeat(500))).isEqualTo("+OK");
      assertThat(client.call("STRLEN", "a")).isEqualTo(":500");
    }
  }

  @Test
  void replyOfHalfClosedConnectionIsSent() throws IOException {
    server = LarderServer.start(TestCertificates.config());
    try (TestClient client = connect(null, "TLSv1.3")) {
      client.sendRaw("PING\r\n");
      assertThat(client.readLine()).isEqualTo("+PONG");
      ((SSLSocket) client.socket).shutdownOutput();
      client.awaitEnd();
    }
    awaitTrue(() -> server.stats().bugs() == 0);
  }

  @ParameterizedTest
  @ValueSource(strings = {"yes", "optional"})
  void clientsShowCertificates(String wanted) throws IOException {
    server = LarderServer.start(TestCertificates.config().set(TlsOptions.TLS_AUTH_CLIENTS, wanted));
    try (TestClient client = connect("client")) {
      assertThat(client.call("PING")).isEqualTo("+PONG");
    }
    assertThatThrownBy(() -> ping("stranger")).isInstanceOf(IOException.class);
    if (wanted.equals("yes")) {
      assertThatThrownBy(() -> ping(null)).isInstanceOf(IOException.class);
    } else {
      ping(null);
    }
  }

  @Test
  void certificateMayTellTheUser() throws IOException {
    server =
        LarderServer.start(
            TestCertificates.config()
                .set(TlsOptions.TLS_AUTH_CLIENTS, "optional")
                .set(TlsOptions.TLS_AUTH_CLIENTS_USER, "CN"));
    try (TestClient admin = connect(null)) {
      assertThat(admin.call("ACL", "SETUSER", "client", "on", "+@all", "~*")).isEqualTo("+OK");
      assertThat(whoAmI(null)).contains("default");
      assertThat(whoAmI("client")).contains("client");
      assertThat(admin.call("ACL", "SETUSER", "client", "off")).isEqualTo("+OK");
      assertThat(whoAmI("client")).contains("default");
      assertThat(admin.call("CONFIG", "SET", "tls-auth-clients-user", "off")).isEqualTo("+OK");
      assertThat(admin.call("ACL", "SETUSER", "client", "on")).isEqualTo("+OK");
      assertThat(whoAmI("client")).contains("default");
    }
  }

  private String whoAmI(String certificate) throws IOException {
    try (TestClient client = connect(certificate)) {
      client.send("ACL", "WHOAMI");
      return client.read().toString();
    }
  }

  private void ping(String certificate) throws IOException {
    try (TestClient client = connect(certificate)) {
      assertThat(client.call("PING")).isEqualTo("+PONG");
    }
  }

  @Test
  void onlyChosenProtocolsAreSpoken() throws IOException {
    server = LarderServer.start(TestCertificates.config().set(TlsOptions.TLS_PROTOCOLS, "TLSv1.3"));
    try (TestClient client = connect(null, "TLSv1.3")) {
      assertThat(client.call("PING")).isEqualTo("+PONG");
    }
    assertThatThrownBy(() -> connect(null, "TLSv1.2")).isInstanceOf(SSLException.class);
  }

  @Test
  void certificatesAreReadAgain() throws Exception {
    Path cert = directory.resolve("server.crt");
    Path key = directory.resolve("server.key");
    copy("server-rsa", cert, key);
    Config config =
        TestCertificates.config()
            .set(TlsOptions.TLS_CERT_FILE, cert.toString())
            .set(TlsOptions.TLS_KEY_FILE, key.toString());
    server = LarderServer.start(config);
    try (TestClient before = connect(null)) {
      assertThat(algorithm(before)).isEqualTo("RSA");
      copy("server-ec", cert, key);
      assertThat(before.call("CONFIG", "SET", "tls-cert-file", cert.toString())).isEqualTo("+OK");
      try (TestClient after = connect(null)) {
        assertThat(algorithm(after)).isEqualTo("EC");
        Files.writeString(cert, "nonsense");
        assertThat(after.call("CONFIG", "SET", "tls-cert-file", cert.toString()))
            .isEqualTo(
                "-ERR CONFIG SET failed (possibly related to argument 'tls-cert-file') - Unable to"
                    + " update TLS configuration. Check server logs.");
        String encrypted = TestCertificates.path("server-ec-encrypted.key").toString();
        assertThat(after.call("CONFIG", "SET", "tls-key-file", encrypted))
            .startsWith("-ERR CONFIG SET");
        after.send("CONFIG", "GET", "tls-key-file");
        assertThat(after.read().toString()).contains(key.toString());
      }
      try (TestClient last = connect(null)) {
        assertThat(algorithm(last)).isEqualTo("EC");
      }
      copy("server-ec", cert, key);
      assertThat(
              before.call(
                  "CONFIG",
                  "SET",
                  "tls-key-file",
                  TestCertificates.path("server-ec-encrypted.key").toString(),
                  "tls-key-file-pass",
                  "larder"))
          .isEqualTo("+OK");
      assertThat(before.call("PING")).isEqualTo("+PONG");
    }
  }

  private static void copy(String name, Path cert, Path key) throws IOException {
    StandardCopyOption replace = StandardCopyOption.REPLACE_EXISTING;
    Files.copy(TestCertificates.path(name + ".crt"), cert, replace);
    Files.copy(TestCertificates.path(name + ".key"), key, replace);
  }

  private static String algorithm(TestClient client) throws SSLException {
    SSLSocket socket = (SSLSocket) client.socket;
    X509Certificate shown = (X509Certificate) socket.getSession().getPeerCertificates()[0];
    return shown.getPublicKey().getAlgorithm();
  }

  @Test
  void startSaysWhatIsMissing() throws IOException {
    expectRefusal(
        TestCertificates.config().set(TlsOptions.TLS_CERT_FILE, ""),
        "No tls-cert-file configured!");
    expectRefusal(
        TestCertificates.config().set(TlsOptions.TLS_KEY_FILE, ""), "No tls-key-file configured!");
    expectRefusal(
        TestCertificates.config()
            .set(TlsOptions.TLS_AUTH_CLIENTS, "yes")
            .set(TlsOptions.TLS_CA_CERT_FILE, ""),
        "Either tls-ca-cert-file or tls-ca-cert-dir must be specified");
    expectRefusal(
        file(TestCertificates.config(), "server-ec.crt", "server-rsa.key"),
        "it is not the certificate's");
    expectRefusal(
        TestCertificates.config().set(TlsOptions.TLS_CERT_FILE, "/no/such"),
        "Failed to load certificate: /no/such: no such file");
  }

  private static void expectRefusal(Config config, String message) {
    assertThatThrownBy(() -> LarderServer.start(config).close())
        .isInstanceOf(StartException.class)
        .hasMessageContaining(message);
  }

  @Test
  void clientWithoutTlsIsClosed() throws IOException {
    server = LarderServer.start(TestCertificates.config().set(Options.MAXCLIENTS, 1L));
    for (String hello : List.of("PING\r\n", "\u0016\u0003\u0001\uffff\uffff", "\u0016")) {
      try (TestClient client = new TestClient(server.tlsPort())) {
        client.sendRaw(hello);
        client.socket.shutdownOutput();
        client.awaitEnd();
      }
    }
    awaitTrue(this::canPing);
  }

  @Test
  void clientWithTlsIsToldThatThePortIsPlain() {
    server = LarderServer.start(new Config().set(Options.PORT, 0L));
    assertThatThrownBy(() -> TestCertificates.connect(server.port(), null))
        .isInstanceOf(SSLException.class);
  }

  @Test
  void limitOfClientsCountsThoseInTheirHandshake() throws IOException {
    server = LarderServer.start(TestCertificates.config().set(Options.MAXCLIENTS, 2L));
    try (TestClient silent = new TestClient(server.tlsPort());
        TestClient client = connect(null)) {
      assertThat(client.call("PING")).isEqualTo("+PONG");
      assertThatThrownBy(() -> connect(null)).isInstanceOf(IOException.class);
      silent.close();
      awaitTrue(this::canPing);
    }
  }

  private boolean canPing() {
    try {
      ping(null);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  @Test
  void clientIsKilledAndListed() throws IOException {
    server = LarderServer.start(TestCertificates.config());
    try (TestClient client = connect(null);
        TestClient victim = connect(null)) {
      victim.send("CLIENT", "ID");
      String id = victim.readLine().substring(1);
      client.send("CLIENT", "LIST");
      assertThat(client.read().toString()).contains("id=" + id).contains("qbuf=");
      assertThat(client.call("CLIENT", "KILL", "ID", id)).isEqualTo(":1");
      victim.awaitEnd();
    }
  }

  private static void awaitTrue(BooleanSupplier condition) {
    long end = Clock.nanos() + TimeUnit.SECONDS.toNanos(20);
    while (!condition.getAsBoolean()) {
      assertThat(Clock.nanos()).isLessThan(end);
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
    }
  }
}
