package dev.larder.tls;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.larder.LarderServer;
import dev.larder.config.Config;
import dev.larder.config.TlsOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.List;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;

final class ClientTlsTest {
  private static final ClientTls TRUSTING = new ClientTls(List.of(file("ca.crt")), "", "", false);

  private static String file(String name) {
    return TestCertificates.path(name).toString();
  }

  private static String ping(ClientTls tls, LarderServer server) throws IOException {
    int port = server.tlsPort();
    Socket plain = new Socket(InetAddress.getLoopbackAddress(), port);
    plain.setSoTimeout(20_000);
    try (SSLSocket socket = tls.over(plain, "127.0.0.1", port)) {
      socket.getOutputStream().write("PING\r\n".getBytes(US_ASCII));
      return new String(socket.getInputStream().readNBytes(7), US_ASCII);
    }
  }

  @Test
  void theAuthorityOfTheServerMatters() throws IOException {
    Config config = TestCertificates.config();
    try (LarderServer server = LarderServer.start(config)) {
      assertThat(ping(TRUSTING, server)).isEqualTo("+PONG\r\n");
      ClientTls pinned = new ClientTls(List.of(file("server-rsa.crt")), "", "", false);
      assertThat(ping(pinned, server)).isEqualTo("+PONG\r\n");
      assertThatThrownBy(() -> ping(new ClientTls(List.of(), "", "", false), server))
          .isInstanceOf(IOException.class)
          .hasMessage("its certificate is not of an authority that Java knows");
      assertThat(ping(new ClientTls(List.of(), "", "", true), server)).isEqualTo("+PONG\r\n");
    }
  }

  @Test
  void aCertificateIsShown() throws IOException {
    Config config = TestCertificates.config().set(TlsOptions.TLS_AUTH_CLIENTS, "yes");
    try (LarderServer server = LarderServer.start(config)) {
      ClientTls known =
          new ClientTls(List.of(file("ca.crt")), file("client.crt"), file("client.key"), false);
      assertThat(ping(known, server)).isEqualTo("+PONG\r\n");
      assertThatThrownBy(() -> ping(TRUSTING, server)).isInstanceOf(IOException.class);
    }
  }

  @Test
  void aFileThatIsOfNoUseIsNamed() throws IOException {
    Config config = TestCertificates.config();
    try (LarderServer server = LarderServer.start(config)) {
      assertThatThrownBy(() -> ping(new ClientTls(List.of("/no/ca.crt"), "", "", false), server))
          .hasMessage("/no/ca.crt: no such file");
      ClientTls keyless = new ClientTls(List.of(), file("client.crt"), file("ca.crt"), false);
      assertThatThrownBy(() -> ping(keyless, server)).hasMessageStartingWith(file("ca.crt") + ": ");
    }
  }
}
