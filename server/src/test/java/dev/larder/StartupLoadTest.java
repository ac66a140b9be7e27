package dev.larder;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.larder.config.Config;
import dev.larder.config.Options;
import dev.larder.net.StartException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.exceptions.JedisDataException;

/** A server that finds data on disk when it starts. */
final class StartupLoadTest {
  private static final String SOUND = "fe00 00 0161 0162 fd 01000000 00 0163 0164 ff";

  @TempDir Path folder;

  private Config config() {
    return new Config().set(Options.PORT, 0L).set(Options.DIR, folder.toString());
  }

  private void write(String hex) throws IOException {
    byte[] body = HexFormat.of().parseHex((hex + "0000000000000000").replace(" ", ""));
    byte[] header = "REDIS0010".getBytes(ISO_8859_1);
    byte[] file = new byte[header.length + body.length];
    System.arraycopy(header, 0, file, 0, header.length);
    System.arraycopy(body, 0, file, header.length, body.length);
    Files.write(folder.resolve("dump.rdb"), file);
  }

  @Test
  void dataAreThere() throws IOException {
    write(SOUND);
    try (LarderServer server = LarderServer.start(config());
        Jedis jedis = new Jedis("127.0.0.1", server.port())) {
      assertThat(jedis.get("a")).isEqualTo("b");
      assertThat(jedis.dbSize()).isEqualTo(1);
      assertThat(jedis.info("persistence"))
          .contains("loading:0\r\n")
          .contains("rdb_changes_since_last_save:0\r\n")
          .contains("rdb_last_load_keys_loaded:1\r\n")
          .contains("rdb_last_load_keys_expired:1\r\n")
          .doesNotContain("loading_eta_seconds");
    }
  }

  @Test
  void anotherNameIsLoaded() throws IOException {
    write(SOUND);
    Files.move(folder.resolve("dump.rdb"), folder.resolve("other"));
    try (LarderServer server = LarderServer.start(config().set(Options.DBFILENAME, "other"));
        Jedis jedis = new Jedis("127.0.0.1", server.port())) {
      assertThat(jedis.get("a")).isEqualTo("b");
    }
  }

  /** Until the data are there, only what needs none of them is answered. */
  @Test
  void clientsAreToldToWait() throws IOException {
    write(SOUND);
    try (LarderServer server = LarderServer.open(config());
        Jedis jedis = new Jedis("127.0.0.1", server.port())) {
      assertThatThrownBy(() -> jedis.get("a"))
          .isInstanceOf(JedisDataException.class)
          .hasMessage("LOADING Redis is loading the dataset in memory");
      assertThatThrownBy(jedis::ping).hasMessageStartingWith("LOADING");
      assertThat(jedis.info("persistence"))
          .contains("loading:1\r\n")
          .contains("loading_start_time:")
          .contains("loading_loaded_perc:0.00\r\n")
          .contains("loading_eta_seconds:1\r\n");
      assertThat(jedis.configGet("dbfilename")).containsEntry("dbfilename", "dump.rdb");
      server.load();
      assertThat(jedis.get("a")).isEqualTo("b");
    }
  }

  @Test
  void aServerThatIsClosedBeforeLoadsNothing() throws IOException {
    write(SOUND);
    LarderServer server = LarderServer.open(config());
    server.close();
    assertThat(server.load()).isFalse();
    assertThat(server.stats().load().isLoading()).isTrue();
  }

  @Test
  void damageIsToldInOneLine() throws IOException {
    write("fe00 00 0161 0162 0a 0163 0164 ff");
    assertThatThrownBy(() -> LarderServer.start(config()))
        .isInstanceOf(StartException.class)
        .hasMessageStartingWith(
            "cannot load " + folder.resolve("dump.rdb") + ": at offset 16, key 'c': a ziplist")
        .hasMessageContaining("check-rdb")
        .hasMessageNotContaining("\n");
  }

  @Test
  void fileNamesAreNoPaths() {
    assertThatThrownBy(() -> config().set(Options.DBFILENAME, "a/b"))
        .hasMessageContaining("dbfilename can't be a path, just a filename");
  }
}
