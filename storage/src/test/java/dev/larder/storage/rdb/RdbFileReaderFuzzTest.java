package dev.larder.storage.rdb;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.Arrays;
import org.junit.jupiter.api.Tag;

/**
 * Any bytes behind a header: they are a file or are refused, all memory comes back, the size of the
 * window and of what is read at once make no difference, and each value ends where its entry does.
 * {@code JAZZER_FUZZ=1} looks for new inputs, a normal run repeats those in the resources.
 */
@Tag("slow")
class RdbFileReaderFuzzTest {
  private static final FileReading READING = new FileReading();

  @FuzzTest(maxDuration = "60s")
  void anyBytesAreJudged(byte[] input) {
    String header = input.length % 4 == 3 ? "VALKEY080" : "REDIS0014";
    byte[] file = PackedBytes.concat(header.getBytes(ISO_8859_1), input);
    READING.windowBytes = 1 << 12;
    READING.mostAtOnce = Integer.MAX_VALUE;
    String whole = READING.judge(file);
    READING.windowBytes = 32 + (Arrays.hashCode(input) & 0x3F);
    READING.mostAtOnce = 1 + (Arrays.hashCode(input) >>> 6 & 0x1F);
    String inPieces = READING.judge(file);
    // Why it is refused may be told by another part of it.
    if (!whole.startsWith("refused") || !inPieces.startsWith("refused")) {
      assertThat(inPieces).isEqualTo(whole);
    }
  }
}
