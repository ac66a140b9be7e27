package dev.larder.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.RSAPrivateKey;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class PrivateKeysTest {
  @TempDir Path directory;

  private static PrivateKey read(String name, String passPhrase) throws IOException {
    return PrivateKeys.read(PemFile.read(TestCertificates.path(name)), passPhrase);
  }

  private static BigInteger number(PrivateKey key) {
    return key instanceof ECPrivateKey curve
        ? curve.getS()
        : ((RSAPrivateKey) key).getPrivateExponent();
  }

  @ParameterizedTest
  @CsvSource({
    "server-rsa.key, server-rsa-pkcs1.key",
    "server-ec.key, server-ec-sec1.key",
    "server-ec.key, server-ec-encrypted.key"
  })
  void olderAndEncryptedFormsAreTheSameKey(String plain, String other) throws IOException {
    assertThat(number(read(other, "larder"))).isEqualTo(number(read(plain, "")));
  }

  @Test
  void saysWhatIsWrong() throws IOException {
    assertThatThrownBy(() -> read("server-ec-encrypted.key", ""))
        .hasMessageContaining("set tls-key-file-pass");
    assertThatThrownBy(() -> read("server-ec-encrypted.key", "secret"))
        .hasMessageNotContaining("secret")
        .hasMessageContaining("tls-key-file-pass is not");
    assertThatThrownBy(() -> read("server-rsa-old-encrypted.key", "larder"))
        .hasMessageContaining("openssl pkcs8");
    assertThatThrownBy(() -> read("ca.crt", "")).hasMessageContaining("no private key");
    Path broken = directory.resolve("broken.key");
    Files.writeString(broken, "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n");
    assertThatThrownBy(() -> PrivateKeys.read(PemFile.read(broken), ""))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("cannot be read");
    assertThatThrownBy(() -> PemFile.read(directory.resolve("missing"))).hasMessage("no such file");
    assertThatThrownBy(() -> PemFile.read(directory)).hasMessage("it is a directory");
  }
}
