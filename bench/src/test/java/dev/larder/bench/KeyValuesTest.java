package dev.larder.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class KeyValuesTest {
  private final ByteBuffer buffer = ByteBuffer.allocate(64).order(ByteOrder.LITTLE_ENDIAN);

  @Test
  void keysAndValuesTellTheirNumbers() {
    long seed = Long.getLong("seed", 1);
    SplittableRandom random = new SplittableRandom(seed);
    for (int i = 0; i < 10_000; i++) {
      long number = random.nextLong();
      KeyValues.putKey(buffer, 3, number);
      assertThat(KeyValues.numberOfKey(buffer, 3)).as("seed %d", seed).isEqualTo(number);
      KeyValues.putValue(buffer, 3, 16, number);
      assertThat(KeyValues.numberOfValue(buffer, 3)).as("seed %d", seed).isEqualTo(number);
    }
  }

  @Test
  void aKeyAsTextIsTheKeyThatIsSent() {
    KeyValues.putKey(buffer, 0, 42);
    byte[] sent = new byte[KeyValues.KEY_LENGTH];
    buffer.get(0, sent);
    assertThat(KeyValues.key(42)).hasSize(16).isEqualTo(new String(sent));
  }
}
