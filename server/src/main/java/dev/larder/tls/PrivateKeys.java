package dev.larder.tls;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import javax.crypto.BadPaddingException;
import javax.crypto.Cipher;
import javax.crypto.EncryptedPrivateKeyInfo;
import javax.crypto.SecretKey;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/**
 * Private keys from PEM files. The JDK reads them in PKCS #8 only; the older forms of RSA and of
 * elliptic curves are what PKCS #8 has inside, behind a header that is added here.
 */
final class PrivateKeys {
  private static final HexFormat HEX = HexFormat.of();

  /** SEQUENCE { OID rsaEncryption, NULL }. */
  private static final byte[] RSA = HEX.parseHex("300d06092a864886f70d0101010500");

  /** OID ecPublicKey, which that of the curve follows. */
  private static final byte[] EC = HEX.parseHex("06072a8648ce3d0201");

  /** INTEGER 0, the version. */
  private static final byte[] VERSION = {2, 1, 0};

  private static final int SEQUENCE = 0x30;
  private static final int OCTETS = 4;
  private static final int CURVE = 0xa0;
  private static final int OID = 6;

  private PrivateKeys() {}

  /**
   * The first private key of a file.
   *
   * @param passPhrase of an encrypted one; empty for none
   * @throws IOException whose message says what is wrong, without the file's name
   */
  static PrivateKey read(PemFile file, String passPhrase) throws IOException {
    for (PemFile.Block block : file.blocks()) {
      if (block.hasHeader() && block.label().endsWith("PRIVATE KEY")) {
        throw new IOException(
            "it is encrypted in a way that is out of use; convert it by `openssl pkcs8 -topk8`");
      }
      try {
        switch (block.label()) {
          case "PRIVATE KEY":
            return key(block.der());
          case "RSA PRIVATE KEY":
            return key(wrap(RSA, block.der()));
          case "EC PRIVATE KEY":
            return key(wrap(tagged(SEQUENCE, join(EC, curve(block.der()))), block.der()));
          case "ENCRYPTED PRIVATE KEY":
            return key(decrypt(block.der(), passPhrase));
          default:
        }
      } catch (GeneralSecurityException e) {
        throw new IOException("the private key in it cannot be read: " + e.getMessage(), e);
      }
    }
    throw new IOException("there is no private key in it");
  }

  private static PrivateKey key(byte[] pkcs8) throws GeneralSecurityException {
    for (String algorithm : List.of("RSA", "EC")) {
      try {
        return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
      } catch (InvalidKeySpecException e) {
        // It is of another kind.
      }
    }
    throw new InvalidKeySpecException("it is neither RSA nor of an elliptic curve");
  }

  private static byte[] decrypt(byte[] der, String passPhrase)
      throws IOException, GeneralSecurityException {
    if (passPhrase.isEmpty()) {
      throw new IOException("the private key in it is encrypted: set tls-key-file-pass");
    }
    EncryptedPrivateKeyInfo info = new EncryptedPrivateKeyInfo(der);
    // The name of the second scheme of PKCS #5 says nothing; its parameters know.
    String name = info.getAlgName();
    boolean isSecondScheme = name.equals("PBES2") || name.equals("1.2.840.113549.1.5.13");
    String algorithm = isSecondScheme ? info.getAlgParameters().toString() : name;
    SecretKey key =
        SecretKeyFactory.getInstance(algorithm)
            .generateSecret(new PBEKeySpec(passPhrase.toCharArray()));
    Cipher cipher = Cipher.getInstance(algorithm);
    cipher.init(Cipher.DECRYPT_MODE, key, info.getAlgParameters());
    try {
      return cipher.doFinal(info.getEncryptedData());
    } catch (BadPaddingException e) {
      throw new IOException("tls-key-file-pass is not the pass phrase of the key in it", e);
    }
  }

  // ---- DER -------------------------------------------------------------------------------------

  /** A key of one of the older forms as PKCS #8. */
  private static byte[] wrap(byte[] algorithm, byte[] key) {
    return tagged(SEQUENCE, join(VERSION, join(algorithm, tagged(OCTETS, key))));
  }

  /**
   * The object identifier of the curve, which an EC key has in its element [0].
   *
   * @throws IOException if it is not there
   */
  private static byte[] curve(byte[] key) throws IOException {
    for (int i = 0; i + 3 < key.length; i++) {
      int length = key[i + 1] & 0xff;
      // The private value before it is random, so all three must fit.
      if ((key[i] & 0xff) == CURVE
          && length < 0x80
          && key[i + 2] == OID
          && key[i + 3] == length - 2
          && i + 2 + length <= key.length) {
        return Arrays.copyOfRange(key, i + 2, i + 2 + length);
      }
    }
    throw new IOException("the private key in it does not name its curve");
  }

  private static byte[] tagged(int tag, byte[] content) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(tag);
    int length = content.length;
    if (length < 0x80) {
      out.write(length);
    } else {
      int bytes = length > 0xffff ? 3 : length > 0xff ? 2 : 1;
      out.write(0x80 | bytes);
      for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8) {
        out.write(length >> shift);
      }
    }
    out.writeBytes(content);
    return out.toByteArray();
  }

  private static byte[] join(byte[] first, byte[] second) {
    byte[] both = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, both, first.length, second.length);
    return both;
  }
}
