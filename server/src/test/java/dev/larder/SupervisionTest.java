package dev.larder;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.config.Config;
import dev.larder.config.ConfigLoader;
import dev.larder.config.Options;
import dev.larder.net.NotifiedSocket;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@EnabledOnOs(OS.LINUX)
final class SupervisionTest {
  @TempDir Path folder;

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
