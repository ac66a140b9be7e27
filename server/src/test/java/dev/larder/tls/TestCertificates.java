package dev.larder.tls;

import dev.larder.config.Config;
import dev.larder.config.Options;
import dev.larder.config.TlsOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.Objects;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/** The certificates in the folder {@code tls} of the resources, and connections with them. */
public final class TestCertificates {
  private static final char[] NO_PASSWORD = {};
  private static final int TIMEOUT_MILLIS = 20_000;

  private TestCertificates() {}

  /** A file, by its name. */
  public static Path path(String name) {
    try {
      return Path.of(
          Objects.requireNonNull(TestCertificates.class.getResource("/tls/" + name)).toURI());
    } catch (URISyntaxException e) {
      throw new AssertionError(e);
    }
  }

  /** A server with TLS only, which wants no certificates. */
  public static Config config() throws IOException {
    return new Config()
        .set(Options.PORT, 0L)
        .set(Options.IO_THREADS, 2L)
        .set(TlsOptions.TLS_PORT, (long) freePort())
        .set(TlsOptions.TLS_CERT_FILE, path("server-rsa.crt").toString())
        .set(TlsOptions.TLS_KEY_FILE, path("server-rsa.key").toString())
        .set(TlsOptions.TLS_CA_CERT_FILE, path("ca.crt").toString())
        .set(TlsOptions.TLS_AUTH_CLIENTS, "no");
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  /**
   * What clients connect with that trust the test's authority.
   *
   * @param certificate what they show, null for nothing
   */
  public static SSLContext clientContext(@Nullable String certificate) throws IOException {
    try {
      KeyStore trusted = store();
      trusted.setCertificateEntry("ca", certificates("ca.crt")[0]);
      TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
      trust.init(trusted);
      KeyManager[] keys = {};
      if (certificate != null) {
        PrivateKey key = PrivateKeys.read(PemFile.read(path(certificate + ".key")), "");
        keys = new KeyManager[] {new OneKey(key, certificates(certificate + ".crt"))};
      }
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(keys, trust.getTrustManagers(), null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  /** Connects and does the handshake. */
  public static SSLSocket connect(int port, @Nullable String certificate, String... protocols)
      throws IOException {
    SSLSocket socket =
        (SSLSocket)
            clientContext(certificate)
                .getSocketFactory()
                .createSocket(InetAddress.getLoopbackAddress(), port);
    try {
      socket.setSoTimeout(TIMEOUT_MILLIS);
      if (protocols.length > 0) {
        socket.setEnabledProtocols(protocols);
      }
      socket.startHandshake();
      return socket;
    } catch (IOException e) {
      socket.close();
      throw e;
    }
  }

  private static KeyStore store() throws IOException, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null, NO_PASSWORD);
    return store;
  }

  private static X509Certificate[] certificates(String name) throws IOException {
    return PemFile.read(path(name)).certificates().toArray(X509Certificate[]::new);
  }

  /** Shows a certificate whether the server likes its authority or not. */
  private static final class OneKey extends X509ExtendedKeyManager {
    private static final String ALIAS = "one";

    private final PrivateKey key;
    private final X509Certificate[] chain;

    OneKey(PrivateKey key, X509Certificate[] chain) {
      this.key = key;
      this.chain = chain;
    }

    @Override
    public String[] getClientAliases(String type, Principal[] issuers) {
      return new String[] {ALIAS};
    }

    @Override
    public String chooseClientAlias(String[] types, Principal[] issuers, Socket socket) {
      return Arrays.asList(types).contains(key.getAlgorithm()) ? ALIAS : null;
    }

    @Override
    public String[] getServerAliases(String type, Principal[] issuers) {
      return new String[0];
    }

    @Override
    public String chooseServerAlias(String type, Principal[] issuers, Socket socket) {
      return null;
    }

    @Override
    public X509Certificate[] getCertificateChain(String alias) {
      return chain;
    }

    @Override
    public PrivateKey getPrivateKey(String alias) {
      return key;
    }
  }
}
