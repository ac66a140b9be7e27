package dev.larder;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.config.Config;
import dev.larder.config.ConfigLoader;
import dev.larder.config.Options;
import dev.larder.net.NotifiedSocket;
import java.io.InputStream;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@EnabledOnOs(OS.LINUX)
final class SupervisionTest {
  private static final long LONG_NANOS = 1_000_000_000L;

  @TempDir Path folder;

  /** A client changes an option, and what applies it waits, on the client's event loop. */
  @Test
  @Tag("slow")
  void aLoopThatIsStuckIsNoticed() throws Exception {
    Config config = new Config().set(Options.PORT, 0L).set(Options.IO_THREADS, 2L);
    CountDownLatch end = new CountDownLatch(1);
    try (LarderServer server = LarderServer.start(config);
        Socket client = new Socket("127.0.0.1", server.port())) {
      assertThat(server.stuckNanos()).isLessThan(LONG_NANOS);
      config.onChange(Options.TIMEOUT, value -> await(end));
      client.getOutputStream().write("CONFIG SET timeout 5\r\n".getBytes(UTF_8));
      awaitThat(() -> server.stuckNanos() > LONG_NANOS);
      end.countDown();
      awaitThat(() -> server.stuckNanos() < LONG_NANOS);
    }
  }

  private static void await(CountDownLatch end) {
    try {
      end.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void awaitThat(BooleanSupplier condition) throws InterruptedException {
    for (int i = 0; i < 600 && !condition.getAsBoolean(); i++) {
      Thread.sleep(50);
    }
    assertThat(condition.getAsBoolean()).isTrue();
  }

  @Test
  void tellsWhatTheServerDoesAndReadsItsFileAgain() throws Exception {
    Path file = Files.writeString(folder.resolve("larder.conf"), "timeout 5\nport 0\n");
    List<String> arguments = List.of(file.toString(), "--supervised", "systemd");
    Config config = ConfigLoader.load(arguments, Map.of(), InputStream.nullInputStream()).config();
    String path = folder.resolve("notify").toString();
    try (NotifiedSocket socket = new NotifiedSocket(path);
        ServiceManager manager = ServiceManager.of(config, Map.of("NOTIFY_SOCKET", path));
        Supervision supervision = new Supervision(config, arguments, manager);
        LarderServer server = LarderServer.open(config)) {
      server.load();
      supervision.ready(server);
      assertThat(socket.next()).matches("STATUS=Serving 0 clients, \\d+ MiB used");
      assertThat(socket.next()).isEqualTo("READY=1");

      Files.writeString(file, "timeout 6\nport 0\n");
      supervision.reload();
      assertThat(socket.next()).startsWith("RELOADING=1");
      assertThat(socket.next()).isEqualTo("READY=1");
      assertThat(config.get(Options.TIMEOUT)).isEqualTo(6);

      Files.writeString(file, "timeout 7\nno-such-option 1\n");
      supervision.reload();
      assertThat(socket.next()).startsWith("RELOADING=1");
      assertThat(socket.next()).isEqualTo("READY=1");
      assertThat(config.get(Options.TIMEOUT)).isEqualTo(6);
      assertThat(server.stuckNanos()).isLessThan(30_000_000_000L);
    }
  }
}
