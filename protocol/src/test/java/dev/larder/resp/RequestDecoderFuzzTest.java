package dev.larder.resp;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Tag;

/**
 * Any input, cut in any way: the decoder never fails, never reads outside, leaks nothing, and finds
 * the same. The cuts follow from the input, so that a finding repeats. {@code JAZZER_FUZZ=1} looks
 * for new inputs, a normal run repeats those in the resources.
 */
@Tag("slow")
class RequestDecoderFuzzTest {
  @FuzzTest(maxDuration = "60s")
  void splitsDoNotMatter(byte[] input) {
    check(input, true);
    check(input, false);
  }

  private static void check(byte[] input, boolean authenticated) {
    try (FakeConnection whole = connection(authenticated, false)) {
      whole.feed(input);
      Random random = new Random(Arrays.hashCode(input));
      int most = 1 + input.length / 8; // bounds the number of cuts of a large input below
      for (int least : new int[] {1, 1 + random.nextInt(8), 1 + random.nextInt(1000)}) {
        int step = input.length < 4096 ? least : Math.max(least, most);
        try (FakeConnection cut = connection(authenticated, random.nextBoolean())) {
          for (int from = 0; from < input.length; ) {
            int to = Math.min(input.length, from + 1 + random.nextInt(step));
            cut.feed(input, from, to);
            from = to;
          }
          assertThat(cut.commands).isEqualTo(whole.commands);
          assertThat(cut.error()).isEqualTo(whole.error());
          if (cut.error() == null) {
            assertThat(cut.keptBytes()).isEqualTo(whole.keptBytes());
          }
        }
      }
    }
  }

  private static FakeConnection connection(boolean authenticated, boolean bypass) {
    FakeConnection connection = new FakeConnection(new Batch(4, 16), bypass);
    connection.decoder.setAuthenticated(authenticated);
    connection.large.budget(300_000);
    return connection;
  }
}
