package dev.larder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.larder.config.Config;
import dev.larder.config.Options;
import dev.larder.config.PersistenceOptions;
import dev.larder.net.TestClient;
import dev.larder.resp.ByteString;
import dev.larder.resp.RespValue;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Under {@code appendfsync always}, nobody hears of what is not on the disk. */
final class HeldRepliesTest {
  private static final int BIG = 100_000;
  private static final int BIG_WRITES = 40;

  @TempDir Path folder;

  private final GatedDisk disk = new GatedDisk();
  private LarderServer server;
  private TestClient writer;
  private TestClient other;

  /** Asked in between, also for what the server has done so far. */
  private TestClient observer;

  @BeforeEach
  void start() throws IOException {
    Config config = new Config().set(Options.PORT, 0L).set(Options.DIR, folder.toString());
    config.set(PersistenceOptions.APPENDONLY, true).set(PersistenceOptions.APPENDFSYNC, "always");
    server = LarderServer.open(config, disk);
    server.load();
    writer = new TestClient(server.port());
    other = new TestClient(server.port());
    observer = new TestClient(server.port());
  }

  @AfterEach
  void stop() throws IOException {
    disk.open();
    writer.close();
    other.close();
    observer.close();
    server.close();
  }

  private static RespValue bulk(String text) {
    return new RespValue.BulkString(ByteString.of(text));
  }

  private void write(String... command) throws IOException, InterruptedException {
    disk.shut();
    writer.send(command);
    disk.awaitForce();
  }

  /** Waits until a command was called so often. */
  private void awaitCalls(String command, int calls) throws IOException {
    String line = "cmdstat_" + command + ":calls=" + calls + ",";
    String info = "";
    while (!info.contains(line)) {
      observer.send("INFO", "commandstats");
      info = observer.read().toString();
    }
  }

  /** Waits until a client's last command is this one, which may be under way for long. */
  private void awaitBegun(String command) throws IOException {
    String list = "";
    while (!list.contains("cmd=" + command)) {
      observer.send("CLIENT", "LIST");
      list = observer.read().toString();
    }
  }

  /** Whether there is a reply, as far as can be told after everybody else had a turn. */
  private boolean hasReply(TestClient client) throws IOException {
    for (int i = 0; i < 3; i++) {
      observer.send("PING");
      assertThat(observer.readLine()).isEqualTo("+PONG");
    }
    return client.socket.getInputStream().available() > 0;
  }

  @Test
  void noReplyBeforeTheForce() throws Exception {
    write("SET", "a", "1");
    assertThat(hasReply(writer)).isFalse();
    disk.open();
    assertThat(writer.readLine()).isEqualTo("+OK");
  }

  /** What is done before the file begins would not be in it. */
  @Test
  void nobodyWritesBeforeTheFileBegins() throws Exception {
    Path empty = Files.createDirectory(folder.resolve("new"));
    Config config = new Config().set(Options.PORT, 0L).set(Options.DIR, empty.toString());
    config.set(PersistenceOptions.APPENDONLY, true);
    try (LarderServer begins = LarderServer.open(config, new GatedDisk());
        TestClient client = new TestClient(begins.port())) {
      client.send("SET", "a", "1");
      assertThat(client.readLine()).startsWith("-LOADING");
      begins.load();
      client.send("SET", "a", "1");
      assertThat(client.readLine()).isEqualTo("+OK");
    }
  }

  @Test
  void laterRepliesStayBehind() throws Exception {
    write("SET", "a", "1");
    writer.send("PING");
    awaitCalls("ping", 1);
    writer.send("ECHO", "x");
    awaitCalls("echo", 1);
    assertThat(hasReply(writer)).isFalse();
    disk.open();
    assertThat(writer.readLine()).isEqualTo("+OK");
    assertThat(writer.readLine()).isEqualTo("+PONG");
    assertThat(writer.read()).isEqualTo(bulk("x"));
  }

  @Test
  void readersWaitForWhatTheySee() throws Exception {
    write("SET", "a", "1");
    other.send("GET", "a");
    awaitCalls("get", 1);
    assertThat(hasReply(other)).isFalse();
    disk.open();
    assertThat(other.read()).isEqualTo(bulk("1"));
    assertThat(writer.readLine()).isEqualTo("+OK");
  }

  /** Some of these keys are in the same shard, one might by chance share a mark. */
  @Test
  void readersOfOtherKeysDoNotWait() throws Exception {
    write("SET", "a", "1");
    int answered = 0;
    for (int i = 0; i < 100; i++) {
      try (TestClient reader = new TestClient(server.port())) {
        reader.send(i % 2 == 0 ? "GET" : "MGET", "key:" + i);
        awaitCalls(i % 2 == 0 ? "get" : "mget", i / 2 + 1);
        answered += hasReply(reader) ? 1 : 0;
      }
    }
    assertThat(answered).isGreaterThanOrEqualTo(99);
  }

  @Test
  void whoReadsItAmongOthersWaits() throws Exception {
    write("SET", "a", "1");
    other.send("MGET", "key:1", "a", "key:2");
    awaitCalls("mget", 1);
    assertThat(hasReply(other)).isFalse();
    disk.open();
    assertThat(other.read()).isInstanceOf(RespValue.Array.class);
  }

  @Test
  void whoCountsKeysWaits() throws Exception {
    write("SET", "a", "1");
    other.send("DBSIZE");
    awaitCalls("dbsize", 1);
    assertThat(hasReply(other)).isFalse();
    disk.open();
    assertThat(other.readLine()).isEqualTo(":1");
  }

  @Test
  void everybodyWaitsForTheEndOfAllKeys() throws Exception {
    write("FLUSHALL");
    other.send("GET", "key:1");
    awaitCalls("get", 1);
    assertThat(hasReply(other)).isFalse();
    disk.open();
    assertThat(other.read()).isInstanceOf(RespValue.Null.class);
  }

  @Test
  void whatIsOverwrittenInPlaceIsHeldAsWell() throws Exception {
    observer.send("SETRANGE", "a", "3", "x");
    assertThat(observer.readLine()).isEqualTo(":4");
    write("SETRANGE", "a", "1", "y");
    other.send("STRLEN", "a");
    awaitCalls("strlen", 1);
    assertThat(hasReply(other)).isFalse();
    disk.open();
    assertThat(other.readLine()).isEqualTo(":4");
  }

  @Test
  void theEndOfAConnectionWaitsToo() throws Exception {
    write("SET", "a", "1");
    writer.send("QUIT");
    awaitCalls("quit", 1);
    assertThat(hasReply(writer)).isFalse();
    disk.open();
    assertThat(writer.readLine()).isEqualTo("+OK");
    assertThat(writer.readLine()).isEqualTo("+OK");
    assertThatThrownBy(writer::read).isInstanceOf(EOFException.class);
  }

  @Test
  void whoGoesWhileHisReplyWaitsIsForgotten() throws Exception {
    write("SET", "a", "1");
    writer.close();
    disk.open();
    other.send("GET", "a");
    assertThat(other.read()).isEqualTo(bulk("1"));
  }

  @Test
  void theServedWaitForWhatTheyGot() throws Exception {
    other.send("BLPOP", "list", "0");
    awaitCalls("blpop", 1);
    write("RPUSH", "list", "x");
    assertThat(hasReply(other)).isFalse();
    disk.open();
    assertThat(writer.readLine()).isEqualTo(":1");
    assertThat(other.read()).isInstanceOf(RespValue.Array.class);
  }

  @Test
  void longRepliesWait() throws Exception {
    String value = "x".repeat(1 << 20);
    write("SET", "a", value);
    other.send("GET", "a");
    awaitBegun("get");
    assertThat(hasReply(other)).isFalse();
    disk.open();
    assertThat(other.read()).isEqualTo(bulk(value));
  }

  @Test
  void anotherPolicyLetsThemGo() throws Exception {
    write("SET", "a", "1");
    observer.send("CONFIG", "SET", "appendfsync", "everysec");
    assertThat(observer.readLine()).isEqualTo("+OK");
    assertThat(writer.readLine()).isEqualTo("+OK");
  }

  @Test
  void whatWasWrittenUnderAnotherPolicyIsHeldAsWell() throws Exception {
    observer.send("CONFIG", "SET", "appendfsync", "no");
    assertThat(observer.readLine()).isEqualTo("+OK");
    disk.shut();
    writer.send("SET", "a", "1");
    assertThat(writer.readLine()).isEqualTo("+OK");
    observer.send("CONFIG", "SET", "appendfsync", "always");
    assertThat(observer.readLine()).isEqualTo("+OK");
    other.send("GET", "a");
    awaitCalls("get", 1);
    disk.awaitForce();
    assertThat(hasReply(other)).isFalse();
    disk.open();
    assertThat(other.read()).isEqualTo(bulk("1"));
  }

  @Test
  void aFailedForceEndsTheServer() throws Exception {
    write("SET", "a", "1");
    disk.breakDown();
    assertThatThrownBy(writer::read).isInstanceOf(IOException.class);
    server.awaitClosed();
    assertThat(server.hasFailed()).isTrue();
  }

  @Test
  void whoWritesToAStuckDiskIsRefused() throws Exception {
    observer.send("CONFIG", "SET", "appendfsync", "everysec");
    assertThat(observer.readLine()).isEqualTo("+OK");
    disk.stick();
    String value = "x".repeat(BIG);
    String reply = "+OK";
    while (reply.equals("+OK")) {
      writer.send("SET", "big", value);
      reply = writer.readLine();
    }
    assertThat(reply).isEqualTo("-MISCONF Errors writing to the AOF file: the disk takes nothing");
    disk.open();
    while (!reply.equals("+OK")) {
      writer.send("SET", "big", value);
      reply = writer.readLine();
    }
  }

  @Test
  void whoWritesTooMuchWaits() throws Exception {
    write("SET", "a", "1");
    String value = "x".repeat(BIG);
    for (int i = 0; i < BIG_WRITES; i++) {
      other.send("SET", "big", value);
    }
    while (!server.stats().aof().isFull()) {
      Thread.onSpinWait();
    }
    assertThat(hasReply(other)).isFalse();
    assertThat(server.stats().aof().pendingBytes()).isLessThan((long) BIG * BIG_WRITES);
    disk.open();
    for (int i = 0; i < BIG_WRITES; i++) {
      assertThat(other.readLine()).isEqualTo("+OK");
    }
    assertThat(writer.readLine()).isEqualTo("+OK");
  }
}
