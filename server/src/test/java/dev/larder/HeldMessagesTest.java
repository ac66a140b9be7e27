package dev.larder;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.config.Config;
import dev.larder.config.Options;
import dev.larder.config.PersistenceOptions;
import dev.larder.net.TestClient;
import dev.larder.net.TestClients;
import dev.larder.resp.RespValue;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Under {@code appendfsync always}, messages wait for what their publisher has done and seen. */
@Timeout(60)
final class HeldMessagesTest {
  @TempDir Path folder;

  private final GatedDisk disk = new GatedDisk();
  private final TestClients clients = new TestClients();
  private LarderServer server;
  private TestClient writer;
  private TestClient listener;
  private TestClient observer;

  @BeforeEach
  void start() throws IOException {
    Config config = new Config().set(Options.PORT, 0L).set(Options.DIR, folder.toString());
    config.set(Options.IO_THREADS, 2L);
    config.set(PersistenceOptions.APPENDONLY, true).set(PersistenceOptions.APPENDFSYNC, "always");
    server = LarderServer.open(config, disk);
    server.load();
    writer = clients.connect(server.port());
    listener = clients.connect(server.port());
    observer = clients.connect(server.port());
    listener.send("SUBSCRIBE", "news");
    listener.read();
    listener.send("PSUBSCRIBE", "__key*");
    listener.read();
  }

  @AfterEach
  void stop() throws IOException {
    disk.open();
    clients.close();
    assertThat(server.stats().bugs()).isZero();
    server.close();
  }

  private void shutAfterWriting() throws IOException, InterruptedException {
    disk.shut();
    writer.send("SET", "a", "1");
    disk.awaitForce();
  }

  private void awaitCalls(String command, int calls) throws IOException {
    String line = "cmdstat_" + command + ":calls=" + calls + ",";
    String info = "";
    while (!info.contains(line)) {
      observer.send("INFO", "commandstats");
      info = observer.read().toString();
    }
  }

  private boolean hasMessage() throws IOException {
    for (int i = 0; i < 3; i++) {
      assertThat(observer.call("PING")).isEqualTo("+PONG");
    }
    return listener.socket.getInputStream().available() > 0;
  }

  private void assertHeld(String text) throws IOException {
    assertThat(hasMessage()).isFalse();
    disk.open();
    assertThat(listener.read().toString()).contains(text);
  }

  @Test
  void whoHasSeenNothingIsHeardAtOnce() throws Exception {
    shutAfterWriting();
    assertThat(observer.call("PUBLISH", "news", "calm")).isEqualTo(":1");
    assertThat(listener.read().toString()).contains("calm");
  }

  @Test
  void whatFollowsAWriteWaits() throws Exception {
    shutAfterWriting();
    writer.send("PUBLISH", "news", "written");
    awaitCalls("publish", 1);
    assertHeld("written");
  }

  @Test
  void whatFollowsAReadWaits() throws Exception {
    shutAfterWriting();
    TestClient reader = clients.connect(server.port());
    reader.send("GET", "a");
    reader.send("PUBLISH", "news", "read");
    awaitCalls("publish", 1);
    assertHeld("read");
    assertThat(reader.read()).isInstanceOf(RespValue.BulkString.class);
    assertThat(reader.readLine()).isEqualTo(":1");
  }

  @Test
  void whatIsInATransactionWaits() throws Exception {
    disk.shut();
    writer.sendRaw("MULTI\r\nPUBLISH news between\r\nSET a 1\r\nEXEC\r\n");
    disk.awaitForce();
    awaitCalls("exec", 1);
    assertHeld("between");
  }

  @Test
  void eventsOfKeysWait() throws Exception {
    assertThat(observer.call("CONFIG", "SET", "notify-keyspace-events", "KEA")).isEqualTo("+OK");
    shutAfterWriting();
    awaitCalls("set", 1);
    assertHeld("__keyspace@0__:a");
  }

  /** What is heard must not come out before its turn by what its receiver does. */
  @Test
  void receiversDoNotHurryIt() throws Exception {
    shutAfterWriting();
    writer.send("PUBLISH", "news", "written");
    awaitCalls("publish", 1);
    listener.send("PING");
    awaitCalls("ping", 1);
    assertHeld("written");
    assertThat(listener.read().toString()).contains("pong");
  }
}
