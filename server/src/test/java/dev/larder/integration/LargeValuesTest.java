package dev.larder.integration;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.LarderServer;
import dev.larder.config.Config;
import dev.larder.config.ConfigException;
import dev.larder.config.Options;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.JedisClientConfig;

/**
 * Values around the sizes at which their storage or their way through the network changes, compared
 * with arrays.
 */
final class LargeValuesTest {
  private static final byte[] KEY = "value".getBytes(ISO_8859_1);
  private static final byte[] COPY = "copy".getBytes(ISO_8859_1);

  private static final JedisClientConfig SETTINGS =
      DefaultJedisClientConfig.builder().resp3().timeoutMillis(30_000).build();

  private static LarderServer server;

  private final long seed = Long.getLong("seed", System.identityHashCode(this));
  private final Random random = new Random(seed);
  private Jedis jedis;

  @BeforeAll
  static void start() throws ConfigException {
    server = LarderServer.start(new Config().set(Options.PORT, 0L));
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @BeforeEach
  void connect() {
    jedis = new Jedis("127.0.0.1", server.port(), SETTINGS);
    jedis.flushAll();
  }

  @AfterEach
  void disconnect() {
    jedis.close();
  }

  private byte[] bytes(int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }

  private void check(byte[] expected) {
    assertThat(jedis.strlen(KEY)).isEqualTo(expected.length);
    // AssertJ would print megabytes.
    boolean same = Arrays.equals(jedis.get(KEY), expected);
    assertThat(same).as("value of %d bytes, seed %d", expected.length, seed).isTrue();
  }

  @ParameterizedTest
  @ValueSource(ints = {32 << 10, 64 << 10, 256 << 10, 1 << 20, 3 << 20})
  void aroundASize(int size) {
    for (int length = size - 33; length <= size + 33; length += random.nextInt(1, 12)) {
      byte[] value = bytes(length);
      jedis.set(KEY, value);
      check(value);
      byte[] shorter = Arrays.copyOf(value, length - 1);
      jedis.set(KEY, shorter);
      check(shorter);
      byte[] tail = {value[length - 1]};
      assertThat(jedis.append(KEY, tail)).isEqualTo(length);
      check(value);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {30 << 10, 60 << 10, 250 << 10, 1000 << 10})
  void growsAcrossSizes(int start) {
    ByteArrayOutputStream expected = new ByteArrayOutputStream();
    byte[] first = bytes(start);
    jedis.set(KEY, first);
    expected.writeBytes(first);
    for (int added : new int[] {1, 700, 5_000, 1, 33_000, 70_000, 64 << 10, 3, 300_000, 0}) {
      byte[] more = bytes(added);
      expected.writeBytes(more);
      assertThat(jedis.append(KEY, more)).isEqualTo(expected.size());
      check(expected.toByteArray());
    }
  }

  /** Writes and reads of any place and length, also behind the end, on a value and its copy. */
  @ParameterizedTest
  @ValueSource(ints = {0, 32 << 10, 300 << 10, 2 << 20})
  void writesAndReadsRanges(int start) {
    byte[] expected = bytes(start);
    jedis.set(KEY, expected);
    jedis.copy(KEY, COPY, true);
    byte[] copied = expected;
    for (int i = 0; i < 60; i++) {
      int offset = random.nextInt(expected.length + 50_000);
      byte[] part = bytes(random.nextInt(i % 10 == 0 ? 200_000 : 300));
      int end = part.length == 0 ? 0 : offset + part.length;
      byte[] grown = Arrays.copyOf(expected, Math.max(expected.length, end));
      System.arraycopy(part, 0, grown, Math.min(offset, grown.length - part.length), part.length);
      expected = grown;
      assertThat(jedis.setrange(KEY, offset, part)).isEqualTo(expected.length);
      int from = random.nextInt(expected.length + 1);
      int to = Math.min(expected.length - 1, from + random.nextInt(100_000));
      boolean same =
          Arrays.equals(jedis.getrange(KEY, from, to), Arrays.copyOfRange(expected, from, to + 1));
      assertThat(same).as("[%d, %d] of %d, seed %d", from, to, expected.length, seed).isTrue();
    }
    check(expected);
    assertThat(Arrays.equals(jedis.get(COPY), copied)).as("the copy, seed %d", seed).isTrue();
  }

  @Test
  void bitsOfLargeValues() {
    byte[] value = bytes((1 << 20) + 7);
    jedis.set(KEY, value);
    long ones = 0;
    for (byte b : value) {
      ones += Integer.bitCount(b & 0xff);
    }
    assertThat(jedis.bitcount(KEY)).isEqualTo(ones);
    boolean last = (value[value.length - 1] & 1) != 0;
    assertThat(jedis.setbit(KEY, value.length * 8L - 1, !last)).isEqualTo(last);
    assertThat(jedis.bitcount(KEY)).isEqualTo(ones + (last ? -1 : 1));
    assertThat(jedis.getbit(KEY, 5_000_000)).isEqualTo((value[625_000] & 0x80) != 0);
  }

  @Test
  void largeValuesKeepTheirDeadlineAndMoveWithTheirKey() {
    byte[] value = bytes(400_000);
    jedis.setex(KEY, 1000, value);
    jedis.append(KEY, new byte[100_000]);
    byte[] expected = Arrays.copyOf(value, 500_000);
    assertThat(jedis.ttl(KEY)).isBetween(900L, 1000L);
    jedis.rename(KEY, COPY);
    jedis.rename(COPY, KEY);
    check(expected);
    assertThat(jedis.ttl(KEY)).isBetween(900L, 1000L);
    assertThat(jedis.setGet(KEY, bytes(70_000))).isEqualTo(expected);
    assertThat(jedis.getDel(KEY)).hasSize(70_000);
    assertThat(jedis.dbSize()).isZero();
  }

  /** Arguments that are large in every place where one may be. */
  @Test
  void largeArgumentsOfAnyKind() {
    byte[] key = bytes(100_000);
    byte[] value = bytes(200_000);
    jedis.set(key, value);
    assertThat(jedis.get(key)).isEqualTo(value);
    jedis.mset(key, bytes(70_000), KEY, value, COPY, bytes(10));
    check(value);
    assertThat(jedis.mget(key, KEY, COPY).stream().map(found -> found.length))
        .containsExactly(70_000, 200_000, 10);
    assertThat(jedis.exists(bytes(100_000))).isFalse();
    assertThat(jedis.echo(value)).isEqualTo(value);
    assertThat(jedis.del(key, bytes(80_000), KEY, COPY)).isEqualTo(3);
  }
}
