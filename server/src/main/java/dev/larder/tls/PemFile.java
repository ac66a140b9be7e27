package dev.larder.tls;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A file of certificates and keys between lines of dashes. */
record PemFile(List<Block> blocks) {
  private static final long MAX_BYTES = 16L << 20;

  private static final Pattern BLOCK =
      Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----(.*?)-----END \\1-----", Pattern.DOTALL);

  /** What old files have in front of an encrypted key. */
  private static final Pattern HEADER = Pattern.compile("(?m)^[A-Za-z-]+:.*$");

  /** One part of a file. */
  @SuppressWarnings("ArrayRecordComponent") // Nobody compares blocks.
  record Block(String label, boolean hasHeader, byte[] der) {
    boolean isCertificate() {
      return label.equals("CERTIFICATE") || label.equals("TRUSTED CERTIFICATE");
    }
  }

  /**
   * Reads a file.
   *
   * @throws IOException whose message says what is wrong with it, without its name
   */
  static PemFile read(Path path) throws IOException {
    String text = text(path);
    List<Block> blocks = new ArrayList<>();
    Matcher matcher = BLOCK.matcher(text);
    while (matcher.find()) {
      String body = matcher.group(2);
      String base64 = HEADER.matcher(body).replaceAll("");
      try {
        byte[] der = Base64.getMimeDecoder().decode(base64);
        blocks.add(new Block(matcher.group(1), base64.length() != body.length(), der));
      } catch (IllegalArgumentException e) {
        throw new IOException("a part of it is no base64", e);
      }
    }
    return new PemFile(blocks);
  }

  private static String text(Path path) throws IOException {
    try {
      if (Files.isDirectory(path)) {
        throw new IOException("it is a directory");
      }
      if (Files.size(path) > MAX_BYTES) {
        throw new IOException("it is too long");
      }
      return Files.readString(path, ISO_8859_1);
    } catch (NoSuchFileException e) {
      throw new IOException("no such file", e);
    } catch (AccessDeniedException e) {
      throw new IOException("permission denied; let this user read it", e);
    }
  }

  /**
   * All certificates, in their order.
   *
   * @throws IOException if there is none, or one of them is broken
   */
  List<X509Certificate> certificates() throws IOException {
    List<X509Certificate> all = new ArrayList<>();
    for (Block block : blocks) {
      if (block.isCertificate()) {
        all.add(certificate(block.der));
      }
    }
    if (all.isEmpty()) {
      throw new IOException("there is no certificate in it");
    }
    return all;
  }

  private static X509Certificate certificate(byte[] der) throws IOException {
    try {
      CertificateFactory factory = CertificateFactory.getInstance("X.509");
      return (X509Certificate) factory.generateCertificate(new ByteArrayInputStream(der));
    } catch (GeneralSecurityException e) {
      throw new IOException("a certificate in it is broken: " + e.getMessage(), e);
    }
  }
}
