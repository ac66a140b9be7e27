package dev.larder.integration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.LarderServer;
import dev.larder.config.Config;
import dev.larder.config.Options;
import dev.larder.net.TestClient;
import dev.larder.resp.RespValue;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Replies of many elements are streamed, of one state of the collection, whatever others do. */
@Tag("slow")
final class LongRepliesTest {
  private static final int ELEMENTS = 200_000;
  private static final int BATCH = 1_000;

  private final LarderServer server = LarderServer.start(new Config().set(Options.PORT, 0L));

  @AfterEach
  void close() {
    server.close();
  }

  private static String element(int index) {
    return "element-" + index + "-" + "x".repeat(index % 40);
  }

  private void fill(TestClient client) throws IOException {
    for (int i = 0; i < ELEMENTS; i += BATCH) {
      List<String> push = new ArrayList<>(List.of("RPUSH", "list"));
      for (int j = i; j < i + BATCH; j++) {
        push.add(element(j));
      }
      client.send(push.toArray(String[]::new));
    }
    for (int i = 0; i < ELEMENTS; i += BATCH) {
      assertThat(client.readLine()).isEqualTo(":" + (i + BATCH));
    }
  }

  private static void readAll(TestClient client) throws IOException {
    RespValue reply = client.read();
    assertThat(reply).isInstanceOf(RespValue.Array.class);
    List<RespValue> elements = ((RespValue.Array) reply).elements();
    assertThat(elements).hasSize(ELEMENTS);
    for (int i = 0; i < ELEMENTS; i++) {
      assertThat(elements.get(i).toString()).contains(element(i));
    }
  }

  @Test
  void whoWritesWaitsForTheReplyAndNotForItsReader() throws IOException {
    try (TestClient reader = new TestClient(server.port());
        TestClient writer = new TestClient(server.port())) {
      fill(writer);
      reader.send("LRANGE", "list", "0", "-1");
      // The first element has been seen: the reply is under way, and too long for the socket.
      assertThat(reader.socket.getInputStream().read()).isEqualTo('*');
      writer.send("SET", "other", "free");
      assertThat(writer.readLine()).isEqualTo("+OK");
      assertThat(writer.call("LLEN", "list")).isEqualTo(":" + ELEMENTS);
      // Nobody reads the long reply, and yet this comes to its end.
      assertThat(writer.call("LPUSH", "list", "new")).isEqualTo(":" + (ELEMENTS + 1));
      assertThat(writer.call("DEL", "list")).isEqualTo(":1");
      assertThat(writer.call("FLUSHALL")).isEqualTo("+OK");
      String header = ELEMENTS + "\r\n";
      byte[] rest = reader.socket.getInputStream().readNBytes(header.length());
      assertThat(new String(rest, java.nio.charset.StandardCharsets.ISO_8859_1)).isEqualTo(header);
      for (int i = 0; i < ELEMENTS; i++) {
        assertThat(reader.read().toString()).contains(element(i));
      }
    }
  }

  @Test
  void aReaderThatGoesAwayFreesTheKey() throws IOException {
    try (TestClient writer = new TestClient(server.port())) {
      fill(writer);
      try (TestClient reader = new TestClient(server.port())) {
        reader.send("LRANGE", "list", "0", "-1");
        assertThat(reader.socket.getInputStream().read()).isEqualTo('*');
      }
      assertThat(writer.call("LPUSH", "list", "new")).isEqualTo(":" + (ELEMENTS + 1));
    }
  }

  @Test
  void severalReadersReadAtOnce() throws IOException {
    try (TestClient first = new TestClient(server.port());
        TestClient second = new TestClient(server.port())) {
      fill(first);
      first.send("LRANGE", "list", "0", "-1");
      second.send("LRANGE", "list", "0", "-1");
      first.send("LPUSH", "list", "new");
      readAll(second);
      readAll(first);
      assertThat(first.readLine()).isEqualTo(":" + (ELEMENTS + 1));
    }
  }

  @Test
  void aKeyThatExpiresMeanwhileIsReadToItsEnd() throws IOException {
    try (TestClient reader = new TestClient(server.port());
        TestClient other = new TestClient(server.port())) {
      fill(other);
      other.send("PEXPIRE", "list", "30");
      reader.send("LRANGE", "list", "0", "-1");
      assertThat(other.readLine()).isEqualTo(":1");
      RespValue reply = reader.read();
      assertThat(((RespValue.Array) reply).elements().size()).isIn(0, ELEMENTS);
      while (!other.call("EXISTS", "list").equals(":0")) {
        Thread.onSpinWait();
      }
    }
  }
}
