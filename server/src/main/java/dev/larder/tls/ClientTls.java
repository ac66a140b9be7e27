package dev.larder.tls;

import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;

/**
 * How clients of ours connect by TLS. Like redis-cli they want to know the authority of a server's
 * certificate, but not whether that names the host.
 *
 * @param authorities files of certificates that are believed; without any, those that Java knows
 * @param certificate a file with what to show, empty for nothing
 * @param key the file of its key
 * @param isInsecure whether any certificate will do
 */
public record ClientTls(
    List<String> authorities, String certificate, String key, boolean isInsecure) {
  private static final char[] NO_PASSWORD = {};

  public ClientTls {
    authorities = List.copyOf(authorities);
  }

  /**
   * Does the handshake.
   *
   * @param connected is closed with what this returns, and if it fails
   * @throws IOException with what is wrong with the server's certificate, or with a file
   */
  public SSLSocket over(Socket connected, String host, int port) throws IOException {
    try {
      SSLSocket socket =
          (SSLSocket) context().getSocketFactory().createSocket(connected, host, port, true);
      socket.startHandshake();
      return socket;
    } catch (GeneralSecurityException e) {
      connected.close();
      throw new IOException("TLS: " + e.getMessage(), e);
    } catch (IOException e) {
      connected.close();
      if (e.getCause() instanceof CertificateException) {
        String known =
            authorities.isEmpty() ? "that Java knows" : "in " + String.join(" and ", authorities);
        throw new IOException("its certificate is not of an authority " + known, e);
      }
      throw e;
    }
  }

  private SSLContext context() throws IOException, GeneralSecurityException {
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys(), trust(), null);
    return context;
  }

  private KeyManager[] keys() throws IOException, GeneralSecurityException {
    if (certificate.isEmpty()) {
      return new KeyManager[0];
    }
    KeyStore store = store();
    PrivateKey secret;
    try {
      secret = PrivateKeys.read(PemFile.read(Path.of(key)), "");
    } catch (IOException e) {
      throw named(key, e);
    }
    X509Certificate[] chain = certificates(certificate).toArray(X509Certificate[]::new);
    store.setKeyEntry("client", secret, NO_PASSWORD, chain);
    KeyManagerFactory factory =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    factory.init(store, NO_PASSWORD);
    return factory.getKeyManagers();
  }

  private TrustManager[] trust() throws IOException, GeneralSecurityException {
    if (isInsecure) {
      return InsecureTrustManagerFactory.INSTANCE.getTrustManagers();
    }
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    if (authorities.isEmpty()) {
      factory.init((KeyStore) null);
    } else {
      KeyStore store = store();
      for (String file : authorities) {
        for (X509Certificate authority : certificates(file)) {
          store.setCertificateEntry(Integer.toString(store.size()), authority);
        }
      }
      factory.init(store);
    }
    return factory.getTrustManagers();
  }

  private static KeyStore store() throws IOException, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null, NO_PASSWORD);
    return store;
  }

  private static List<X509Certificate> certificates(String file) throws IOException {
    try {
      return PemFile.read(Path.of(file)).certificates();
    } catch (IOException e) {
      throw named(file, e);
    }
  }

  private static IOException named(String file, IOException e) {
    return new IOException(file + ": " + e.getMessage(), e);
  }
}
