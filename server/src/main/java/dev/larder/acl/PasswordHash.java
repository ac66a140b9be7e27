package dev.larder.acl;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Passwords as they are kept: the SHA-256 of their bytes, as hexadecimal digits. */
final class PasswordHash {

  /** Digits of a hash. */
  static final int LENGTH = 64;

  /**
   * The longest password: to hash one takes below a millisecond, so that nobody holds up an event
   * loop by guessing. Redis has no limit.
   */
  static final int MAX_PASSWORD_BYTES = 64 * 1024;

  private PasswordHash() {}

  static String of(byte[] password) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(password));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  static boolean isHash(String text) {
    if (text.length() != LENGTH) {
      return false;
    }
    for (int i = 0; i < LENGTH; i++) {
      char c = text.charAt(i);
      if ((c < '0' || c > '9') && (c < 'a' || c > 'f')) {
        return false;
      }
    }
    return true;
  }

  /** Whether two hashes are the same, in a time that does not tell where they differ. */
  static boolean equal(String a, String b) {
    return MessageDigest.isEqual(a.getBytes(ISO_8859_1), b.getBytes(ISO_8859_1));
  }
}
