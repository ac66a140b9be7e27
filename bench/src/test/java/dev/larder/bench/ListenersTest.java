package dev.larder.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Against a server that passes messages on until it is told to lie. */
@Tag("slow")
class ListenersTest {
  private static final PublishWork WORK = new PublishWork("test", 3, 2_500, 4);

  private final List<OutputStream> subscribers = new ArrayList<>();
  private int patterns;
  private boolean lies;
  private ServerSocket server;

  @BeforeEach
  void listen() throws IOException {
    server = new ServerSocket(0);
    Thread.ofVirtual().start(this::accept);
  }

  @AfterEach
  void stop() throws IOException {
    server.close();
  }

  private LoadGenerator load() {
    return new LoadGenerator(server.getLocalPort(), Protocol.RESP, WORK, false);
  }

  @Test
  void batchesAreOverWhenEverybodyHasHeardThem() {
    try (LoadGenerator load = load()) {
      load.start();
      assertThat(load.runRequests(400).requests()).isGreaterThanOrEqualTo(400);
      load.drain();
      assertThat(patterns).isEqualTo(2_500);
    }
  }

  @Test
  void oneWrongByteEndsTheRun() {
    try (LoadGenerator load = load()) {
      load.start();
      load.runRequests(40);
      lie();
      assertThatThrownBy(() -> load.runRequests(400))
          .isInstanceOf(BenchException.class)
          .hasMessageContaining("something else than what was published");
    }
  }

  private synchronized void lie() {
    lies = true;
  }

  private void accept() {
    try {
      for (; ; ) {
        Socket client = server.accept();
        Thread.ofVirtual().start(() -> serve(client));
      }
    } catch (IOException e) {
      // The test is over.
    }
  }

  private void serve(Socket client) {
    try (client) {
      BufferedReader in =
          new BufferedReader(new InputStreamReader(client.getInputStream(), US_ASCII));
      OutputStream out = client.getOutputStream();
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        List<String> words = new ArrayList<>();
        for (int left = Integer.parseInt(line.substring(1)); left > 0; left--) {
          in.readLine();
          words.add(in.readLine());
        }
        answer(words, out);
      }
    } catch (IOException e) {
      // The client has gone.
    }
  }

  private synchronized void answer(List<String> words, OutputStream out) throws IOException {
    String command = words.getFirst();
    if (command.equals("PUBLISH")) {
      String text = lies ? "rain" : words.get(2);
      for (OutputStream subscriber : subscribers) {
        send(subscriber, "*3\r\n" + bulk("message") + bulk(words.get(1)) + bulk(text));
      }
      send(out, ":" + subscribers.size() + "\r\n");
      return;
    }
    if (command.equals("subscribe")) {
      subscribers.add(out);
    } else {
      patterns += words.size() - 1;
    }
    for (int i = 1; i < words.size(); i++) {
      send(out, "*3\r\n" + bulk(command) + bulk(words.get(i)) + ":" + i + "\r\n");
    }
  }

  private static String bulk(String text) {
    return "$" + text.length() + "\r\n" + text + "\r\n";
  }

  private static void send(OutputStream out, String text) throws IOException {
    out.write(text.getBytes(US_ASCII));
  }
}
