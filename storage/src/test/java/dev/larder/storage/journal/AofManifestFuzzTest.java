package dev.larder.storage.journal;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Tag;

/**
 * Any bytes are a manifest or are refused; what is read is written so that it is read again. {@code
 * JAZZER_FUZZ=1} looks for new inputs, a normal run repeats those in the resources.
 */
@Tag("slow")
class AofManifestFuzzTest {
  @FuzzTest(maxDuration = "30s")
  void anyBytes(byte[] bytes) throws AofManifestException {
    AofManifest manifest;
    try {
      manifest = AofManifest.parse(bytes);
    } catch (AofManifestException e) {
      return;
    }
    byte[] text = manifest.format().getBytes(StandardCharsets.ISO_8859_1);
    assertThat(AofManifest.parse(text)).isEqualTo(manifest);
  }
}
