package dev.larder.tls;

import dev.larder.config.Config;
import dev.larder.config.ConfigException;
import dev.larder.config.Options;
import dev.larder.config.TlsOptions;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/**
 * What the files hold that the options name, as they are now. Messages of failures are Redis's, but
 * for the reason at their end.
 *
 * @param chain the server's certificate and those that lead to its authority
 * @param authorities of clients' certificates; empty if none are wanted
 */
record TlsFiles(PrivateKey key, List<X509Certificate> chain, List<X509Certificate> authorities) {
  private static final byte[] PROBE = {1, 2, 3};

  /** The key says nothing about itself; others must not either. */
  @Override
  public String toString() {
    return "TlsFiles of " + chain.getFirst().getSubjectX500Principal();
  }

  /**
   * @throws ConfigException if a file is missing or of no use
   */
  static TlsFiles read(Config config) throws ConfigException {
    Path directory = Path.of(config.get(Options.DIR));
    String certificate =
        needed(config.get(TlsOptions.TLS_CERT_FILE), "No tls-cert-file configured!");
    String keyFile = needed(config.get(TlsOptions.TLS_KEY_FILE), "No tls-key-file configured!");
    List<X509Certificate> chain;
    try {
      chain = PemFile.read(directory.resolve(certificate)).certificates();
    } catch (IOException e) {
      throw new ConfigException(
          "Failed to load certificate: " + certificate + ": " + e.getMessage(), e);
    }
    PrivateKey key;
    try {
      PemFile file = PemFile.read(directory.resolve(keyFile));
      key = PrivateKeys.read(file, config.get(TlsOptions.TLS_KEY_FILE_PASS));
      checkPair(key, chain.getFirst().getPublicKey());
    } catch (IOException e) {
      throw new ConfigException(
          "Failed to load private key: " + keyFile + ": " + e.getMessage(), e);
    }
    return new TlsFiles(key, chain, authorities(config, directory));
  }

  private static String needed(String file, String complaint) throws ConfigException {
    if (file.isEmpty()) {
      throw new ConfigException(complaint);
    }
    return file;
  }

  private static void checkPair(PrivateKey key, PublicKey certified) throws IOException {
    try {
      String algorithm = key.getAlgorithm().equals("RSA") ? "SHA256withRSA" : "SHA256withECDSA";
      Signature signature = Signature.getInstance(algorithm);
      signature.initSign(key);
      signature.update(PROBE);
      byte[] signed = signature.sign();
      signature.initVerify(certified);
      signature.update(PROBE);
      if (signature.verify(signed)) {
        return;
      }
    } catch (GeneralSecurityException e) {
      throw new IOException("it is not the certificate's: " + e.getMessage(), e);
    }
    throw new IOException("it is not the certificate's");
  }

  private static List<X509Certificate> authorities(Config config, Path directory)
      throws ConfigException {
    String file = config.get(TlsOptions.TLS_CA_CERT_FILE);
    String folder = config.get(TlsOptions.TLS_CA_CERT_DIR);
    if (config.get(TlsOptions.TLS_AUTH_CLIENTS).equals("no")) {
      return List.of();
    }
    if (file.isEmpty() && folder.isEmpty()) {
      throw new ConfigException(
          "Either tls-ca-cert-file or tls-ca-cert-dir must be specified when tls-cluster,"
              + " tls-replication or tls-auth-clients are enabled!");
    }
    List<X509Certificate> all = new ArrayList<>();
    try {
      if (!file.isEmpty()) {
        all.addAll(PemFile.read(directory.resolve(file)).certificates());
      }
      if (!folder.isEmpty()) {
        all.addAll(ofFolder(directory.resolve(folder)));
      }
    } catch (IOException e) {
      throw new ConfigException(
          "Failed to configure CA certificate(s) file/directory: " + e.getMessage(), e);
    }
    return all;
  }

  /** The certificates of all files in a folder that have some. */
  private static List<X509Certificate> ofFolder(Path folder) throws IOException {
    TreeSet<Path> files = new TreeSet<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder, Files::isRegularFile)) {
      entries.forEach(files::add);
    }
    List<X509Certificate> all = new ArrayList<>();
    for (Path path : files) {
      PemFile file = PemFile.read(path);
      if (file.blocks().stream().anyMatch(PemFile.Block::isCertificate)) {
        all.addAll(file.certificates());
      }
    }
    if (all.isEmpty()) {
      throw new IOException("there is no certificate in " + folder);
    }
    return all;
  }
}
