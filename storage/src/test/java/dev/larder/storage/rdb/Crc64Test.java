package dev.larder.storage.rdb;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class Crc64Test {
  private static final long SEED = Long.getLong("seed", System.nanoTime());

  /** The value that the polynomial's catalogue entry gives for these digits. */
  @Test
  void knownValue() {
    try (NativeBytes memory = new NativeBytes(1 << 16)) {
      long at = memory.put("123456789".getBytes(US_ASCII));
      assertThat(Crc64.update(0, at, 9)).isEqualTo(0xe9c6d914c4b8d9caL);
      assertThat(Crc64.update(0, at, 0)).isZero();
    }
  }

  @Test
  void wordsAndBytesAgreeHoweverTheInputIsCut() {
    Random random = new Random(SEED);
    byte[] bytes = new byte[1000];
    random.nextBytes(bytes);
    try (NativeBytes memory = new NativeBytes(1 << 16)) {
      long at = memory.put(bytes);
      long expected = 0;
      for (byte b : bytes) {
        expected = bitwise(expected, b);
      }
      for (int cut = 0; cut <= bytes.length; cut += 1 + random.nextInt(40)) {
        long crc = Crc64.update(Crc64.update(0, at, cut), at + cut, bytes.length - cut);
        assertThat(crc).as("seed %d, cut at %d", SEED, cut).isEqualTo(expected);
      }
    }
  }

  /** Of which two places are read at a time. */
  @Test
  void longInputHasTheChecksumOfItsBytes() {
    Random random = new Random(SEED);
    for (int length : new int[] {65_535, 65_536, 131_079, 300_001}) {
      byte[] bytes = new byte[length];
      random.nextBytes(bytes);
      long expected = random.nextLong();
      try (NativeBytes memory = new NativeBytes(1 << 19)) {
        long crc = Crc64.update(expected, memory.put(bytes), length);
        for (byte b : bytes) {
          expected = bitwise(expected, b);
        }
        assertThat(crc).as("seed %d, %d bytes", SEED, length).isEqualTo(expected);
      }
    }
  }

  @Test
  void partsAreConcatenated() {
    Random random = new Random(SEED);
    byte[] bytes = new byte[3000];
    random.nextBytes(bytes);
    try (NativeBytes memory = new NativeBytes(1 << 16)) {
      long at = memory.put(bytes);
      long whole = Crc64.update(0, at, bytes.length);
      for (int cut = 0; cut <= bytes.length; cut += 1 + random.nextInt(40)) {
        int rest = bytes.length - cut;
        long first = Crc64.update(0, at, cut);
        long second = Crc64.update(0, at + cut, rest);
        assertThat(Crc64.concat(first, second, rest))
            .as("seed %d, cut at %d", SEED, cut)
            .isEqualTo(whole);
      }
    }
  }

  private static long bitwise(long crc, byte b) {
    long state = crc ^ b & 0xFF;
    for (int i = 0; i < 8; i++) {
      state = (state & 1) != 0 ? state >>> 1 ^ Long.reverse(0xad93d23594c935a9L) : state >>> 1;
    }
    return state;
  }
}
