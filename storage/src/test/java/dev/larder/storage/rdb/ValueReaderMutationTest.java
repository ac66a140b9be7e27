package dev.larder.storage.rdb;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Sound values that were changed a bit are read or refused, and nothing else happens. */
class ValueReaderMutationTest {
  private static final long SEED = Long.getLong("seed", System.nanoTime());
  private static final int MUTATIONS = 20_000;

  /** A value of each encoding. */
  private static final String[] SOUND = {
    "00 c3 09 4064 016161e05700016161",
    "01 03 0161 c005 c309 4064 016161e05700016161",
    "02 03 0161 00 c1e803",
    "03 04 0161 03312e35 0162 fe 0163 ff 0164 042d316532",
    "04 02 0161 0162 c001 c002",
    "05 02 0178 0000000000000440 036f6e65 000000000000f03f",
    "09 1a 02 03 666f6f 03 00 626172 05 68656c6c6f 05 02 776f726c64 0000 ff",
    "0b 14 04000000 03000000 fbffffff 07000000 70110100",
    "10 12 12000000 0400 816602 817602 816e02 0c01 ff",
    "11 14 14000000 0400 816102 0101 816202 83322e3504 ff",
    "12 02 02 0d 0d000000 0200 816102 816202 ff 01 0163",
    "13 01 10 00000000000000010000000000000001 1d 1d000000 0a00 0101 0001 0101 816602 0001 0201"
        + " 0001 0001 817602 0401 ff 01 01 01 01 01 00 00 01 01 0167 01 01 01 01"
        + " 00000000000000010000000000000001 0000000000000000 01 01 0163 0000000000000000 01"
        + " 00000000000000010000000000000001",
    "1b 00 00 05 05 00 00 05 05 01 01 0167 00 00 01 00 00 00 4064 0a 01 0170 01 0169 01 01 07 08",
    "14 0c 0c000000 0200 816102 0101 ff",
    "16 02 00 0161 0162 43e8 0163 0164",
    "18 e803000000000000 03 00 0161 0162 01 0163 0164 4064 0165 0166",
    "19 e803000000000000 18 18000000 0600 816102 816202 c3e802 816302 816402 0001 ff",
  };

  @Test
  void soundValuesChangedABitAreJudged() {
    Random random = new Random(SEED);
    try (Reading reading = new Reading()) {
      int accepted = 0;
      for (int i = 0; i < MUTATIONS; i++) {
        byte[] value = Reading.bytes(SOUND[random.nextInt(SOUND.length)]);
        for (int changes = random.nextInt(4); changes >= 0; changes--) {
          mutate(value, random);
        }
        if (random.nextInt(10) == 0) {
          value = Arrays.copyOf(value, random.nextInt(value.length + 1));
        }
        String outcome = reading.judge(value, RdbVersion.NEWEST);
        accepted += outcome.startsWith("refused") ? 0 : 1;
      }
      assertThat(accepted).as("seed %d", SEED).isBetween(MUTATIONS / 100, MUTATIONS);
    }
  }

  private static void mutate(byte[] value, Random random) {
    int at = random.nextInt(value.length);
    switch (random.nextInt(4)) {
      case 0 -> value[at] ^= (byte) (1 << random.nextInt(8));
      case 1 -> value[at] += (byte) (random.nextInt(5) - 2);
      case 2 -> value[at] = (byte) random.nextInt();
      default -> value[at] = (byte) (random.nextBoolean() ? 0xFF : 0);
    }
  }
}
