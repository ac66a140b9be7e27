package dev.larder.tls;

import dev.larder.config.Config;
import dev.larder.config.ConfigException;
import dev.larder.config.TlsOptions;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.IdentityCipherSuiteFilter;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.OpenSslContextOption;
import io.netty.handler.ssl.OpenSslSessionContext;
import io.netty.handler.ssl.OpenSslSessionTicketKey;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.util.ReferenceCountUtil;
import java.security.SecureRandom;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the engines of new connections: from the certificates and options as they were when the
 * server started, or when they were last read again. Any thread.
 */
public final class TlsContexts {
  private static final Logger log = LoggerFactory.getLogger(TlsContexts.class);

  private static final String[] ALL_PROTOCOLS = {"TLSv1.2", "TLSv1.3"};

  /** Each owns native memory, which nobody gives back while an engine is made from it. */
  private final ReadWriteLock lock = new ReentrantReadWriteLock();

  private final Config config;
  private Context context;

  /**
   * What engines are made from.
   *
   * @param ticketKey that new tickets are made with; null if clients get none, or those of the JDK
   */
  private record Context(
      SslContext ssl,
      ClientAuth clientAuth,
      boolean prefersServerCiphers,
      boolean isNative,
      @Nullable OpenSslSessionTicketKey ticketKey) {}

  /**
   * Reads the files that the options name.
   *
   * @throws ConfigException if one of them, or another option, is of no use
   */
  public TlsContexts(Config config) throws ConfigException {
    this.config = config;
    this.context = load();
    log.info(
        "TLS is done by {}", context.isNative ? OpenSsl.versionString() : "the JDK, " + whyJdk());
  }

  private String whyJdk() {
    Throwable cause = OpenSsl.unavailabilityCause();
    return cause == null
        ? "as tls-ciphersuites has a value"
        : "which takes longer: BoringSSL is not to be had here (" + cause + ")";
  }

  /** Reads options and files again, for connections that come from now on. */
  public void reload() throws ConfigException {
    Context next;
    try {
      next = load();
    } catch (ConfigException e) {
      log.warn("TLS goes on as before: {}", e.getMessage());
      throw new ConfigException("Unable to update TLS configuration. Check server logs.", e);
    }
    Context last;
    Lock write = lock.writeLock();
    write.lock();
    try {
      last = context;
      context = next;
    } finally {
      write.unlock();
    }
    ReferenceCountUtil.release(last.ssl);
    log.info("TLS has read its options and files again");
  }

  /**
   * An engine for one connection; whoever gets it releases it by {@link ReferenceCountUtil}.
   *
   * @param allocator for what the engine needs of buffers
   */
  public SSLEngine newEngine(ByteBufAllocator allocator) {
    Lock read = lock.readLock();
    read.lock();
    try {
      SSLEngine engine = context.ssl.newEngine(allocator);
      SSLParameters parameters = new SSLParameters();
      // They say nothing of ciphers and protocols, which stay as they are.
      parameters.setUseCipherSuitesOrder(context.prefersServerCiphers);
      parameters.setNeedClientAuth(context.clientAuth == ClientAuth.REQUIRE);
      if (context.clientAuth == ClientAuth.OPTIONAL) {
        parameters.setWantClientAuth(true);
      }
      engine.setSSLParameters(parameters);
      return engine;
    } finally {
      read.unlock();
    }
  }

  private Context load() throws ConfigException {
    TlsFiles files = TlsFiles.read(config);
    warnOfDates(files.chain().getFirst());
    String suites = config.get(TlsOptions.TLS_CIPHERSUITES);
    ClientAuth clientAuth =
        switch (config.get(TlsOptions.TLS_AUTH_CLIENTS)) {
          case "no" -> ClientAuth.NONE;
          case "optional" -> ClientAuth.OPTIONAL;
          default -> ClientAuth.REQUIRE;
        };
    // BoringSSL takes all ciphers of TLSv1.3 or none.
    boolean isNative = suites.isBlank() && OpenSsl.isAvailable();
    List<String> ciphers = Ciphers.names(config.get(TlsOptions.TLS_CIPHERS), suites);
    SslContextBuilder builder =
        SslContextBuilder.forServer(files.key(), files.chain().toArray(X509Certificate[]::new))
            .sslProvider(isNative ? SslProvider.OPENSSL_REFCNT : SslProvider.JDK)
            .protocols(protocols(config.get(TlsOptions.TLS_PROTOCOLS)))
            .ciphers(ciphers, IdentityCipherSuiteFilter.INSTANCE)
            .clientAuth(clientAuth)
            .sessionCacheSize(config.get(TlsOptions.TLS_SESSION_CACHE_SIZE))
            .sessionTimeout(config.get(TlsOptions.TLS_SESSION_CACHE_TIMEOUT));
    if (isNative) {
      // Whole handshakes run on threads of their own.
      builder.option(OpenSslContextOption.USE_TASKS, false);
    }
    if (!files.authorities().isEmpty()) {
      builder.trustManager(files.authorities().toArray(X509Certificate[]::new));
    }
    try {
      SslContext ssl = builder.build();
      boolean prefers = config.get(TlsOptions.TLS_PREFER_SERVER_CIPHERS);
      return new Context(ssl, clientAuth, prefers, isNative, tickets(ssl));
    } catch (SSLException | IllegalArgumentException e) {
      throw new ConfigException("Failed to configure TLS: " + e.getMessage(), e);
    }
  }

  /** Has clients come again with the keys agreed upon before, or not; returns the tickets' key. */
  private @Nullable OpenSslSessionTicketKey tickets(SslContext ssl) {
    if (!(ssl.sessionContext() instanceof OpenSslSessionContext sessions)) {
      return null;
    }
    boolean isOn = config.get(TlsOptions.TLS_SESSION_CACHING);
    sessions.setSessionCacheEnabled(isOn);
    if (!isOn) {
      return null;
    }
    // TLSv1.3 knows tickets only.
    OpenSslSessionTicketKey key = newTicketKey();
    sessions.setTicketKeys(key);
    return key;
  }

  /**
   * Makes new tickets with another key; those of the last one remain good. To be called now and
   * then: who gets hold of a key can read what clients of TLSv1.2 said that came with its tickets.
   */
  public void renewTicketKey() {
    Lock write = lock.writeLock();
    write.lock();
    try {
      Context now = context;
      OpenSslSessionTicketKey last = now.ticketKey;
      if (last != null && now.ssl.sessionContext() instanceof OpenSslSessionContext sessions) {
        OpenSslSessionTicketKey next = newTicketKey();
        sessions.setTicketKeys(next, last);
        context =
            new Context(now.ssl, now.clientAuth, now.prefersServerCiphers, now.isNative, next);
      }
    } finally {
      write.unlock();
    }
  }

  private static OpenSslSessionTicketKey newTicketKey() {
    byte[] random =
        new byte
            [OpenSslSessionTicketKey.NAME_SIZE
                + OpenSslSessionTicketKey.HMAC_KEY_SIZE
                + OpenSslSessionTicketKey.AES_KEY_SIZE];
    new SecureRandom().nextBytes(random);
    int hmac = OpenSslSessionTicketKey.NAME_SIZE;
    int aes = hmac + OpenSslSessionTicketKey.HMAC_KEY_SIZE;
    return new OpenSslSessionTicketKey(
        Arrays.copyOfRange(random, 0, hmac),
        Arrays.copyOfRange(random, hmac, aes),
        Arrays.copyOfRange(random, aes, random.length));
  }

  private static String[] protocols(String text) {
    List<String> chosen =
        Arrays.stream(ALL_PROTOCOLS)
            .filter(
                name -> Arrays.stream(text.strip().split("\\s+")).anyMatch(name::equalsIgnoreCase))
            .toList();
    return chosen.isEmpty() ? ALL_PROTOCOLS : chosen.toArray(String[]::new);
  }

  private static void warnOfDates(X509Certificate certificate) {
    try {
      certificate.checkValidity();
    } catch (CertificateExpiredException | CertificateNotYetValidException e) {
      log.warn(
          "Clients will not take the certificate of tls-cert-file, which is valid from {} to {}",
          certificate.getNotBefore().toInstant(),
          certificate.getNotAfter().toInstant());
    }
  }
}
