package dev.larder.bench;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.function.LongUnaryOperator;
import org.junit.jupiter.api.Test;

/** Against a server that answers anything with one text, in pieces. */
class WholeReadTest {
  private static final int COUNT = 1_000;

  private final Messages messages = new Messages(new Elements(1, COUNT));
  private final WholeRead anyOrder =
      WholeRead.of(messages, "SMEMBERS {key}", 1, "$16|{member}|", Messages.byMember("$16|"));
  private final WholeRead inOrder =
      WholeRead.of(messages, "LRANGE {key} 0 -1", 1, "$16|{member}|", null);

  private static String array(LongUnaryOperator numberAt) {
    StringBuilder text = new StringBuilder("*" + COUNT + "\r\n");
    for (int i = 0; i < COUNT; i++) {
      String key = KeyValues.key(numberAt.applyAsLong(i));
      text.append("$16\r\n").append(key).append("\r\n");
    }
    return text.toString();
  }

  private static void read(WholeRead read, String answer) throws IOException {
    try (ServerSocket server = new ServerSocket(0)) {
      Thread.ofVirtual().start(() -> answer(server, answer));
      read.run(server.getLocalPort());
    }
  }

  private static void answer(ServerSocket server, String answer) {
    byte[] bytes = answer.getBytes(StandardCharsets.ISO_8859_1);
    try (Socket socket = server.accept()) {
      socket.getInputStream().read(new byte[1_000]);
      OutputStream out = socket.getOutputStream();
      for (int at = 0; at < bytes.length; at += 777) {
        out.write(bytes, at, Math.min(777, bytes.length - at));
      }
    } catch (IOException e) {
      // The reader has left early.
    }
  }

  @Test
  void readsInOrderAndInAnyOrder() throws IOException {
    read(inOrder, array(i -> i));
    read(anyOrder, array(i -> i));
    read(anyOrder, array(i -> COUNT - 1 - i));
  }

  @Test
  void noticesWhatIsWrong() {
    assertThatThrownBy(() -> read(inOrder, array(i -> COUNT - 1 - i)))
        .hasMessage("wrong element 0 of a long array");
    assertThatThrownBy(() -> read(anyOrder, array(i -> i + 1)))
        .hasMessage("wrong element 999 of a long array");
    assertThatThrownBy(() -> read(anyOrder, array(i -> Math.max(1, i))))
        .hasMessage("a long array has elements twice, or more than it says");
    assertThatThrownBy(() -> read(inOrder, array(i -> i) + "$-1\r\n"))
        .hasMessage("a long array has elements twice, or more than it says");
    assertThatThrownBy(() -> read(inOrder, "-ERR no\r\n"))
        .hasMessage("not the array that was expected: -ERR no");
    assertThatThrownBy(() -> read(inOrder, array(i -> i).substring(0, 5_000)))
        .hasMessageStartingWith("no whole reply: ");
  }
}
