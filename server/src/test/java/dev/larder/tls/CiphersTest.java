package dev.larder.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.larder.config.ConfigException;
import org.junit.jupiter.api.Test;

final class CiphersTest {
  @Test
  void allUnlessSome() throws ConfigException {
    assertThat(Ciphers.names("", "")).hasSize(13).isEqualTo(Ciphers.names("DEFAULT:!MD5", ""));
    assertThat(Ciphers.names("ECDHE-RSA-AES128-GCM-SHA256", "TLS_AES_256_GCM_SHA384"))
        .containsExactly("TLS_AES_256_GCM_SHA384", "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256");
    assertThat(Ciphers.names("HIGH:!SHA:!CHACHA20:!RSA", ""))
        .endsWith(
            "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256", "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384")
        .hasSize(5);
  }

  @Test
  void unknownOnesAreRefused() {
    assertThatThrownBy(() -> Ciphers.names("RC4-MD5", "")).hasMessageContaining("RC4-MD5");
    assertThatThrownBy(() -> Ciphers.names("", "TLS_NULL")).hasMessageContaining("TLS_NULL");
    assertThatThrownBy(() -> Ciphers.names("DEFAULT:!ECDHE", "")).hasMessageContaining("none");
  }
}
