package dev.larder.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.larder.LarderServer;
import dev.larder.config.Config;
import dev.larder.config.Options;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.Pipeline;

/** What counts as used, and who has to go for it. */
@Timeout(60)
final class MemoryLimitTest {
  private static final int MIB = 1 << 20;

  private final LarderServer server = LarderServer.start(new Config().set(Options.PORT, 0L));
  private final Jedis jedis = new Jedis("127.0.0.1", server.port());

  @AfterEach
  void close() {
    jedis.close();
    server.close();
  }

  private long memory(String field) {
    return number("memory", field);
  }

  private long number(String section, String field) {
    return jedis
        .info(section)
        .lines()
        .filter(line -> line.startsWith(field + ":"))
        .mapToLong(line -> Long.parseLong(line.substring(field.length() + 1).strip()))
        .findFirst()
        .orElseThrow();
  }

  /** Begins a command of one argument of so many bytes, most of which it sends. */
  private Socket halfCommand(int bytes) throws IOException {
    Socket socket = new Socket("127.0.0.1", server.port());
    byte[] head =
        ("*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$" + bytes + "\r\n").getBytes(StandardCharsets.US_ASCII);
    socket.getOutputStream().write(head);
    socket.getOutputStream().write(new byte[bytes - 1]);
    socket.getOutputStream().flush();
    return socket;
  }

  private static void await(BooleanSupplier condition) {
    for (int tries = 0; !condition.getAsBoolean(); tries++) {
      assertThat(tries).isLessThan(1000);
      LockSupport.parkNanos(10_000_000);
    }
  }

  @Test
  void queriesOnTheirWayCountAsUsed() throws IOException {
    long before = memory("used_memory");
    try (Socket half = halfCommand(4 * MIB)) {
      assertThat(half.isConnected()).isTrue();
      await(() -> memory("used_memory") >= before + 4 * MIB);
      await(() -> memory("mem_clients_normal") >= 4 * MIB);
    }
    // The network's buffers stay with their pool.
    await(() -> memory("mem_clients_normal") < MIB);
    await(() -> memory("used_memory") < before + 4 * MIB);
  }

  @Test
  void clientsWithTheMostMemoryAreEvicted() throws IOException {
    try (Socket small = halfCommand(MIB);
        Socket large = halfCommand(5 * MIB)) {
      jedis.configSet("maxmemory-clients", "3mb");
      InputStream end = large.getInputStream();
      assertThat(isEnded(end)).isTrue();
      assertThat(number("stats", "evicted_clients")).isEqualTo(1);
      small.getOutputStream().write("x\r\n".getBytes(StandardCharsets.US_ASCII));
      assertThat(small.getInputStream().read()).isEqualTo('+');
    }
    assertThat(jedis.strlen("k")).isEqualTo(MIB);
    assertThat(jedis.configResetStat()).isEqualTo("OK");
    assertThat(number("stats", "evicted_clients")).isZero();
  }

  private static boolean isEnded(InputStream input) {
    try {
      return input.read() < 0;
    } catch (IOException e) {
      return true;
    }
  }

  @Test
  void percentageOfNoLimitIsNone() throws IOException {
    jedis.configSet("maxmemory-clients", "1%");
    try (Socket half = halfCommand(5 * MIB)) {
      half.getOutputStream().write("x\r\n".getBytes(StandardCharsets.US_ASCII));
      assertThat(half.getInputStream().read()).isEqualTo('+');
    }
    assertThat(jedis.configGet("maxmemory-clients")).containsEntry("maxmemory-clients", "1%");
  }

  /** What is used once so many keys are there has room for so many, whoever comes and goes. */
  @Test
  void limitOfSoManyKeysKeepsSoMany() {
    int keys = 1500;
    jedis.configSet("maxmemory-policy", "allkeys-s3");
    setKeys("first", keys);
    jedis.configSet("maxmemory", String.valueOf(memory("used_memory")));
    try (Jedis other = new Jedis("127.0.0.1", server.port())) {
      other.ping();
      for (int i = 0; i < 5; i++) {
        setKeys("more" + i, keys);
        assertThat(jedis.dbSize()).isBetween(keys * 99L / 100, keys * 101L / 100);
      }
    }
    assertThat(number("stats", "evicted_keys")).isGreaterThan(4L * keys);
  }

  private void setKeys(String prefix, int count) {
    Pipeline pipeline = jedis.pipelined();
    for (int i = 0; i < count; i++) {
      pipeline.set(prefix + i, "value");
    }
    assertThat(pipeline.syncAndReturnAll()).containsOnly("OK");
  }

  /** Housekeeping does it, a little at a time. */
  @Test
  void limitThatIsLoweredIsReachedWithoutCommands() {
    jedis.configSet("maxmemory-policy", "allkeys-s3");
    setKeys("key", 5000);
    long limit = memory("used_memory_startup") + memory("used_memory_dataset") / 2;
    long mostOfKeys = server.keyspace().usedBytes() - (memory("used_memory") - limit) / 2;
    jedis.configSet("maxmemory", String.valueOf(limit));
    await(() -> server.keyspace().usedBytes() < mostOfKeys);
    await(() -> memory("used_memory") <= limit);
    assertThat(number("stats", "evicted_keys")).isPositive();
    assertThat(number("stats", "current_eviction_exceeded_time")).isZero();
  }

  /** In an idle server nobody begins its turns. */
  @Test
  void limitThatIsLoweredMuchIsReachedWithoutCommands() {
    jedis.configSet("maxmemory-policy", "allkeys-s3");
    setKeys("key", 200_000);
    long data = server.keyspace().usedBytes();
    jedis.configSet("maxmemory", String.valueOf(memory("used_memory") - data / 2));
    await(() -> server.keyspace().usedBytes() < data * 3 / 5);
  }

  /** However little each command evicts: who brings much waits until there is room. */
  @Test
  void writersOfLargeValuesWaitForRoom() {
    jedis.configSet("maxmemory-policy", "allkeys-s3");
    jedis.configSet("maxmemory-eviction-tenacity", "0");
    setKeys("key", 20_000);
    long limit = memory("used_memory");
    jedis.configSet("maxmemory", String.valueOf(limit));
    for (int i = 0; i < 20; i++) {
      assertThat(jedis.set("large" + i, "v".repeat(MIB / 4))).isEqualTo("OK");
      assertThat(memory("used_memory")).isLessThan(limit + MIB / 2);
    }
    assertThat(jedis.strlen("large19")).isEqualTo(MIB / 4);
    assertThat(number("stats", "total_eviction_exceeded_time")).isPositive();
  }

  /** There are keys, but none that may go. */
  @ParameterizedTest
  @ValueSource(strings = {"0", "10"})
  void nobodyWaitsForEver(String tenacity) {
    jedis.configSet("maxmemory-policy", "volatile-s3");
    jedis.configSet("maxmemory-eviction-tenacity", tenacity);
    setKeys("key", 5_000);
    jedis.configSet("maxmemory", "1");
    String value = "v".repeat(MIB / 4);
    try (Jedis patient = new Jedis("127.0.0.1", server.port(), 30_000)) {
      assertThatThrownBy(() -> patient.set("large", value)).hasMessageStartingWith("OOM ");
      assertThat(patient.dbSize()).isEqualTo(5_000);
    }
  }

  /** Nothing can go, so nobody waits for it. */
  @Test
  void largeValuesAreRefusedWhereNothingCanGo() {
    String value = "v".repeat(MIB / 4);
    jedis.configSet("maxmemory", "1");
    assertThatThrownBy(() -> jedis.set("large", value)).hasMessageStartingWith("OOM ");
    assertThatThrownBy(() -> jedis.eval("return redis.call('set', KEYS[1], '')", 1, "k"))
        .hasMessageContaining("OOM ");
    assertThat(jedis.eval("return redis.call('get', KEYS[1])", 1, "k")).isNull();
    assertThat(jedis.eval("#!lua flags=allow-oom\nreturn redis.call('set', KEYS[1], '')", 1, "k"))
        .isEqualTo("OK");
    assertThatThrownBy(() -> jedis.eval("#!lua\nreturn 1", 0)).hasMessageStartingWith("OOM ");
    jedis.configSet("maxmemory-policy", "allkeys-s3");
    assertThatThrownBy(() -> jedis.set("large", value)).hasMessageStartingWith("OOM ");
  }

  /** The pool's memory is used or base, whoever has it. */
  @Test
  void poolOfBuffersIsShown() {
    assertThat(memory("larder_buffer_pool"))
        .isGreaterThanOrEqualTo(memory("larder_buffer_pool_base"));
    assertThat(memory("larder_buffer_pool_lent")).isPositive();
    assertThat(jedis.memoryStats()).containsKeys("larder.buffer-pool", "larder.buffer-pool.lent");
  }

  @Test
  void purgeAndReportsWork() {
    jedis.set("large", "v".repeat(10 * MIB));
    jedis.del("large");

    assertThat(jedis.memoryPurge()).isEqualTo("OK");
    assertThat(memory("allocator_resident")).isLessThan(8 * MIB);
    assertThat(jedis.memoryDoctor()).isNotEmpty();
    assertThat(jedis.memoryStats()).containsKeys("peak.allocated", "allocator.resident");
  }
}
