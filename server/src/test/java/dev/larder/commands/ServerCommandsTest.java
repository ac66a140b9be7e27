package dev.larder.commands;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.command.Declarations;
import dev.larder.info.MemoryReport;
import dev.larder.info.TestFacts;
import dev.larder.info.Vitals;
import dev.larder.metrics.MemoryUse;
import dev.larder.metrics.ServerStats;
import dev.larder.resp.ReplyWriter;
import dev.larder.session.Sessions;
import dev.larder.storage.Journal;
import dev.larder.storage.Keyspace;
import dev.larder.storage.StorageOptions;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class ServerCommandsTest {
  private final Keyspace reported = Keyspace.open(new StorageOptions(1, 1, 1L << 28), Journal.NONE);
  private int stops;
  private final CommandHarness server = new CommandHarness(this::declare);

  private void declare(Declarations c) {
    Vitals vitals = new Vitals(new MemoryUse(reported), new Sessions(), new ServerStats());
    MemoryCommands.declare(c);
    MemoryReport memory = new MemoryReport(new TestFacts(), reported, new Sessions(), vitals);
    ServerHandle handle =
        new ServerHandle() {
          @Override
          public void resetStatistics() {}

          @Override
          public void memoryStats(ReplyWriter reply) {
            memory.stats(reply);
          }

          @Override
          public String memoryDoctor() {
            return memory.doctor();
          }

          @Override
          public String memoryBlocks() {
            return memory.blocks();
          }

          @Override
          public CompletableFuture<Boolean> purgeMemory() {
            return reported.memory().purge();
          }

          @Override
          public CompletableFuture<Boolean> stop(@Nullable Boolean saves, boolean isForced) {
            boolean isSafe = saves == null || !saves || isForced;
            stops += isSafe ? 1 : 0;
            return CompletableFuture.completedFuture(isSafe);
          }
        };
    ServerCommands.declare(c, handle);
    MemoryCommands.declare(c, handle);
  }

  @AfterEach
  void close() {
    server.close();
    reported.close();
  }

  @Test
  void timeIsSecondsAndMicroseconds() {
    assertThat(server.send("TIME")).matches("\\*2\r\n\\$10\r\n\\d{10}\r\n\\$\\d\r\n\\d{1,6}\r\n");
  }

  @Test
  void shutdownStopsWithoutReply() {
    assertThat(server.send("SHUTDOWN", "nosave", "NOW", "force")).isEmpty();
    assertThat(stops).isEqualTo(1);
  }

  @Test
  void shutdownRefusesWhatItCannotDo() {
    assertThat(server.send("SHUTDOWN", "x")).isEqualTo("-ERR syntax error\r\n");
    assertThat(server.send("SHUTDOWN", "SAVE", "NOSAVE")).isEqualTo("-ERR syntax error\r\n");
    assertThat(server.send("SHUTDOWN", "ABORT", "NOW")).isEqualTo("-ERR syntax error\r\n");
    assertThat(server.send("SHUTDOWN", "ABORT")).isEqualTo("-ERR No shutdown in progress.\r\n");
    assertThat(server.send("SHUTDOWN", "SAVE"))
        .isEqualTo("-ERR Errors trying to SHUTDOWN. Check logs.\r\n");
    assertThat(stops).isZero();
    assertThat(server.send("SHUTDOWN", "SAVE", "FORCE")).isEmpty();
    assertThat(stops).isEqualTo(1);
  }

  @Test
  void memoryStatsIsAMapOfNumbers() {
    server.protocol(3);
    assertThat(server.send("MEMORY", "STATS"))
        .matches("(?s)%(30|34)\r\n\\$14\r\npeak.allocated\r\n:\\d+\r\n.*")
        .contains("$10\r\nkeys.count\r\n:0\r\n");
  }

  @Test
  void memoryStatsHasAsManyFieldsAsItSays() {
    server.protocol(3);
    String reply = server.send("MEMORY", "STATS");
    int fields = Integer.parseInt(reply.substring(1, reply.indexOf('\r')));

    assertThat(reply.lines().filter(line -> line.matches("[a-z].*"))).hasSize(fields);
  }

  @Test
  void memoryDoctorAndMallocStatsAreTexts() {
    server.protocol(3);
    assertThat(server.send("MEMORY", "DOCTOR")).matches("(?s)=\\d+\r\ntxt:There is too little .*");
    assertThat(server.send("MEMORY", "MALLOC-STATS"))
        .matches("(?s)=\\d+\r\ntxt:larder: 1 arenas\nlive: .*");
    assertThat(server.send("MEMORY", "DOCTOR", "x"))
        .isEqualTo("-ERR wrong number of arguments for 'memory|doctor' command\r\n");
  }

  @Test
  void memoryPurgeGivesBackWhatIsFree() {
    long large = reported.allocateLarge(1 << 20);
    reported.releaseLarge(large, 1 << 20);

    assertThat(server.send("MEMORY", "PURGE")).isEqualTo("+OK\r\n");
    assertThat(reported.memory().idleBytes()).isZero();
    assertThat(reported.memory().committedBytes()).isZero();
  }
}
