package dev.larder.storage.rdb;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What was compressed comes back, and nothing else does any harm. */
class LzfTest {
  private static final long SEED = Long.getLong("seed", System.nanoTime());
  private static final int CAPACITY = 1 << 20;

  private final Random random = new Random(SEED);
  private final LzfCompressor compressor = new LzfCompressor();
  private final LzfDecoder decoder = new LzfDecoder();
  private final NativeBytes plain = new NativeBytes(CAPACITY);
  private final NativeBytes packed = new NativeBytes(CAPACITY);
  private final NativeBytes result = new NativeBytes(CAPACITY);

  @AfterEach
  void close() {
    plain.close();
    packed.close();
    result.close();
  }

  @Test
  void roundTrips() throws RdbException {
    for (int i = 0; i < 1000; i++) {
      roundTrip(compressible(random.nextInt(random.nextInt(20) == 0 ? 100_000 : 400)));
    }
  }

  private void roundTrip(byte[] bytes) throws RdbException {
    long from = plain.put(bytes);
    long length = compressor.compress(from, bytes.length, packed.address(), CAPACITY);
    byte[] compressed = NativeBytes.read(packed.address(), length);
    assertThat(compressor.compress(from, bytes.length, packed.address(), CAPACITY))
        .as("the same bytes give the same result, seed %d", SEED)
        .isEqualTo(length);
    assertThat(NativeBytes.read(packed.address(), length)).isEqualTo(compressed);
    if (bytes.length == 0) {
      assertThat(length).isZero();
      return;
    }
    assertThat(compressor.compress(from, bytes.length, packed.address(), length)).isEqualTo(length);
    assertThat(compressor.compress(from, bytes.length, packed.address(), length - 1)).isZero();
    assertThat(decode(compressed, bytes.length)).as("seed %d", SEED).isEqualTo(bytes);
  }

  /** Runs, repetitions at any distance, and noise. */
  private byte[] compressible(int length) {
    byte[] bytes = new byte[length];
    int at = 0;
    while (at < length) {
      int part = Math.min(length - at, 1 + random.nextInt(600));
      switch (random.nextInt(4)) {
        case 0 -> Arrays.fill(bytes, at, at + part, (byte) random.nextInt(256));
        case 1 -> {
          for (int i = 0; i < part; i++) {
            bytes[at + i] = (byte) random.nextInt();
          }
        }
        default -> {
          int distance = 1 + random.nextInt(Math.min(20_000, at + 1));
          for (int i = 0; i < part; i++) {
            bytes[at + i] = at + i >= distance ? bytes[at + i - distance] : 0;
          }
        }
      }
      at += part;
    }
    return bytes;
  }

  private byte[] decode(byte[] compressed, int length) throws RdbException {
    long from = packed.put(compressed);
    decoder.begin(from, compressed.length, 0, length);
    while (!decoder.step(1 + random.nextInt(1000))) {
      // Checks only.
    }
    long to = result.put(new byte[length]);
    decoder.begin(from, compressed.length, to, length);
    while (!decoder.step(1 + random.nextInt(1000))) {
      // In slices.
    }
    return NativeBytes.read(to, length);
  }

  /** What redis-server 7.0.15 made of a hundred letters. */
  @Test
  void readsWhatRedisHasCompressed() throws RdbException {
    byte[] letters = HexFormat.of().parseHex("016161e05700016161");
    assertThat(decode(letters, 100)).isEqualTo("a".repeat(100).getBytes(US_ASCII));
  }

  /** Bytes that LZF did not make are refused, or stand for something; never is more touched. */
  @Test
  void refusesNonsense() {
    for (int i = 0; i < 10_000; i++) {
      byte[] bytes = new byte[random.nextInt(40)];
      random.nextBytes(bytes);
      if (random.nextBoolean() && bytes.length > 0) {
        bytes[0] &= 0x1F; // starts with literal bytes, so that it gets further
      }
      int length = random.nextInt(300);
      try {
        assertThat(decode(bytes, length)).hasSize(length);
      } catch (RdbException e) {
        assertThat(e.isOutOfMemory()).isFalse();
      }
    }
  }

  @Test
  void saysWhatIsWrong() {
    assertRefused("00", 1, "literal bytes beyond the end");
    assertRefused("0061", 2, "not as long as promised");
    assertRefused("00610062", 1, "not as long as promised");
    assertRefused("0161", 2, "literal bytes beyond the end");
    assertRefused("2000", 3, "a reference to bytes that are not there");
    assertRefused("00612001", 4, "a reference to bytes that are not there");
    assertRefused("006120", 4, "a reference beyond the end");
    assertRefused("0061e000", 10, "a reference beyond the end");
    assertRefused("00612000", 3, "a reference to bytes that are not there");
  }

  private void assertRefused(String hex, int length, String diagnosis) {
    byte[] bytes = HexFormat.of().parseHex(hex);
    assertThatThrownBy(() -> decode(bytes, length))
        .isInstanceOf(RdbException.class)
        .hasMessage("LZF: " + diagnosis);
  }
}
