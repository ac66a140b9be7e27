package dev.larder;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.config.Config;
import dev.larder.config.Options;
import dev.larder.config.PersistenceOptions;
import dev.larder.net.TestClient;
import dev.larder.resp.RespValue;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** WAITAOF, on a disk that can be held. */
@Tag("slow")
final class WaitAofTest {
  private static final RespValue ON_DISK =
      new RespValue.Array(List.of(new RespValue.Int(1), new RespValue.Int(0)));
  private static final RespValue NOT_ON_DISK =
      new RespValue.Array(List.of(new RespValue.Int(0), new RespValue.Int(0)));

  @TempDir Path folder;

  private final GatedDisk disk = new GatedDisk();

  private LarderServer start(boolean appendOnly) {
    Config config = new Config().set(Options.PORT, 0L).set(Options.DIR, folder.toString());
    LarderServer server =
        LarderServer.open(config.set(PersistenceOptions.APPENDONLY, appendOnly), disk);
    server.load();
    return server;
  }

  private static RespValue ask(TestClient client, String... command) throws IOException {
    client.send(command);
    return client.read();
  }

  @Test
  void waitsForTheDisk() throws IOException {
    try (LarderServer server = start(true);
        TestClient client = new TestClient(server.port())) {
      assertThat(ask(client, "WAITAOF", "1", "0", "0")).isEqualTo(ON_DISK);
      client.send("SET", "a", "1");
      client.send("WAITAOF", "1", "0", "0");
      assertThat(client.readLine()).isEqualTo("+OK");
      assertThat(client.read()).isEqualTo(ON_DISK);
      assertThat(ask(client, "WAITAOF", "0", "1", "5")).isEqualTo(ON_DISK);
    }
  }

  @Test
  void givesUpAfterItsTime() throws Exception {
    try (LarderServer server = start(true);
        TestClient client = new TestClient(server.port());
        TestClient other = new TestClient(server.port())) {
      disk.shut();
      client.send("SET", "a", "1");
      assertThat(client.readLine()).isEqualTo("+OK");
      assertThat(ask(client, "WAITAOF", "0", "0", "0")).isEqualTo(NOT_ON_DISK);
      assertThat(ask(client, "WAITAOF", "1", "0", "5")).isEqualTo(NOT_ON_DISK);
      // Who has done nothing need not wait.
      assertThat(ask(other, "WAITAOF", "1", "0", "0")).isEqualTo(ON_DISK);
      client.send("WAITAOF", "1", "0", "0");
      disk.open();
      assertThat(client.read()).isEqualTo(ON_DISK);
    }
  }

  @Test
  void canBeUnblocked() throws Exception {
    try (LarderServer server = start(true);
        TestClient client = new TestClient(server.port());
        TestClient other = new TestClient(server.port())) {
      disk.shut();
      client.send("CLIENT", "ID");
      String id = client.readLine().substring(1);
      for (String how : List.of("TIMEOUT", "ERROR")) {
        client.send("SET", "a", "1");
        assertThat(client.readLine()).isEqualTo("+OK");
        client.send("WAITAOF", "1", "0", "0");
        RespValue done = ask(other, "CLIENT", "UNBLOCK", id, how);
        while (done.equals(new RespValue.Int(0))) {
          done = ask(other, "CLIENT", "UNBLOCK", id, how);
        }
        if (how.equals("TIMEOUT")) {
          assertThat(client.read()).isEqualTo(NOT_ON_DISK);
        } else {
          assertThat(client.readLine()).startsWith("-UNBLOCKED client unblocked");
        }
      }
      disk.open();
    }
  }

  @Test
  void needsAFile() throws IOException {
    try (LarderServer server = start(false);
        TestClient client = new TestClient(server.port())) {
      client.send("WAITAOF", "1", "0", "0");
      assertThat(client.readLine())
          .isEqualTo(
              "-ERR WAITAOF cannot be used when numlocal is set but appendonly is disabled.");
      assertThat(ask(client, "WAITAOF", "0", "0", "0")).isEqualTo(NOT_ON_DISK);
    }
  }

  @Test
  void argumentsAreChecked() throws IOException {
    try (LarderServer server = start(true);
        TestClient client = new TestClient(server.port())) {
      client.send("WAITAOF", "2", "0", "0");
      assertThat(client.readLine())
          .isEqualTo("-ERR value is out of range, value must between 0 and 1");
      client.send("WAITAOF", "x", "0", "0");
      assertThat(client.readLine()).isEqualTo("-ERR value is not an integer or out of range");
      client.send("WAITAOF", "1", "-1", "0");
      assertThat(client.readLine()).isEqualTo("-ERR value is out of range, must be positive");
      client.send("WAITAOF", "1", "0", "-1");
      assertThat(client.readLine()).isEqualTo("-ERR timeout is negative");
    }
  }
}
