package dev.larder.storage.rdb;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.Arrays;
import org.junit.jupiter.api.Tag;

/**
 * Any bytes: they are a value or are refused, nothing beyond them is touched, all memory comes
 * back, slices make no difference, and what passed the check is read without a complaint. {@code
 * JAZZER_FUZZ=1} looks for new inputs, a normal run repeats those in the resources.
 */
@Tag("slow")
class ValueReaderFuzzTest {
  private static final Reading READING = new Reading();

  @FuzzTest(maxDuration = "60s")
  void anyBytesAreJudged(byte[] input) {
    int version = input.length % 3 == 0 ? RdbVersion.VALKEY : RdbVersion.NEWEST;
    READING.sliceBytes = Long.MAX_VALUE;
    String whole = READING.judge(input, version);
    READING.sliceBytes = 1 + (Arrays.hashCode(input) & 0x3F);
    assertThat(READING.judge(input, version)).isEqualTo(whole);
  }
}
