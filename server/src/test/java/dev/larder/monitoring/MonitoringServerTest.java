package dev.larder.monitoring;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.Socket;
import java.net.http.HttpResponse;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** How requests are answered, whatever the server. */
final class MonitoringServerTest {
  private volatile @Nullable String illness;
  private volatile @Nullable String unreadiness;
  private volatile Supplier<byte[]> page = () -> "up 1\n".getBytes(UTF_8);

  private final MonitoringServer server = open();
  private final Http http = new Http(server.address().getPort());

  private MonitoringServer open() {
    try {
      return MonitoringServer.open("127.0.0.1", 0, () -> page.get(), new TestHealth());
    } catch (java.io.IOException e) {
      throw new AssertionError(e);
    }
  }

  private final class TestHealth implements Health {
    @Override
    public @Nullable String illness() {
      return illness;
    }

    @Override
    public @Nullable String unreadiness() {
      return unreadiness;
    }
  }

  @AfterEach
  void close() {
    server.close();
    http.close();
  }

  @Test
  void tellsWhetherItIsAliveAndReady() throws Exception {
    assertThat(http.get("/healthz").statusCode()).isEqualTo(200);
    assertThat(http.get("/readyz").body()).isEqualTo("ok\n");

    unreadiness = "Loading data, 12 %";
    assertThat(http.get("/healthz").statusCode()).isEqualTo(200);
    assertThat(http.get("/readyz").statusCode()).isEqualTo(503);
    assertThat(http.get("/readyz").body()).isEqualTo("Loading data, 12 %\n");

    illness = "stuck";
    assertThat(http.get("/healthz").statusCode()).isEqualTo(503);
    assertThat(http.get("/healthz").body()).isEqualTo("stuck\n");
  }

  @Test
  void answersGetAndHeadOfThreePathsOnly() throws Exception {
    HttpResponse<String> metrics = http.get("/metrics?debug=1");
    assertThat(metrics.body()).isEqualTo("up 1\n");
    assertThat(metrics.headers().firstValue("Content-Type"))
        .hasValue("text/plain; version=0.0.4; charset=utf-8");

    HttpResponse<String> head = http.send("HEAD", "/metrics");
    assertThat(head.statusCode()).isEqualTo(200);
    assertThat(head.body()).isEmpty();
    assertThat(head.headers().firstValue("Content-Length")).hasValue("5");

    assertThat(http.get("/").statusCode()).isEqualTo(404);
    assertThat(http.get("/metrics/").statusCode()).isEqualTo(404);
    assertThat(http.get("/metrics/../healthz").statusCode()).isEqualTo(404);
    for (String method : new String[] {"POST", "PUT", "DELETE", "OPTIONS", "TRACE"}) {
      HttpResponse<String> refused = http.send(method, "/metrics");
      assertThat(refused.statusCode()).as(method).isEqualTo(405);
      assertThat(refused.headers().firstValue("Allow")).hasValue("GET, HEAD");
    }
  }

  @Test
  void aPageThatFailsIsAnErrorOfThatRequestOnly() throws Exception {
    Supplier<byte[]> works = page;
    page =
        () -> {
          throw new IllegalStateException("for this test");
        };
    assertThat(http.get("/metrics").statusCode()).isEqualTo(500);
    assertThat(http.get("/metrics").body()).doesNotContain("for this test");
    page = works;
    assertThat(http.get("/metrics").statusCode()).isEqualTo(200);
  }

  @Test
  void otherPathsAreAnsweredWhileAPageIsMadeAndClosingWaitsForIt() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch end = new CountDownLatch(1);
    page =
        () -> {
          begun.countDown();
          await(end);
          return new byte[0];
        };
    CompletableFuture<Void> scrape = CompletableFuture.runAsync(() -> ignore("/metrics"));
    begun.await();
    assertThat(http.get("/healthz").statusCode()).isEqualTo(200);

    CompletableFuture<Void> closing = CompletableFuture.runAsync(server::close);
    Thread.sleep(100);
    assertThat(closing).isNotDone();
    end.countDown();
    closing.join();
    scrape.join();
  }

  /** Also when it is interrupted, as a page is that reads memory. */
  private static void await(CountDownLatch end) {
    while (end.getCount() > 0) {
      try {
        end.await();
      } catch (InterruptedException e) {
        // Once more.
      }
    }
  }

  private void ignore(String path) {
    try {
      http.get(path);
    } catch (Exception e) {
      // The connection was closed under it.
    }
  }

  @Test
  void clientsThatSendNothingOrHalfARequestKeepNobodyWaiting() throws Exception {
    Socket[] idle = new Socket[20];
    try {
      for (int i = 0; i < idle.length; i++) {
        idle[i] = new Socket("127.0.0.1", server.address().getPort());
        idle[i].getOutputStream().write(i % 2 == 0 ? new byte[0] : "GET /met".getBytes(UTF_8));
      }
      assertThat(http.get("/metrics").statusCode()).isEqualTo(200);
    } finally {
      for (Socket socket : idle) {
        socket.close();
      }
    }
  }

  @Test
  @Tag("slow")
  void halfARequestIsGivenUp() throws Exception {
    try (Socket socket = new Socket("127.0.0.1", server.address().getPort())) {
      socket.getOutputStream().write("GET /metrics HTTP/1.1\r\nHost: ".getBytes(UTF_8));
      socket.setSoTimeout(30_000);
      assertThat(socket.getInputStream().readAllBytes()).hasSizeLessThan(1000);
    }
  }

  @Test
  void aHeadThatIsTooLongIsRefused() throws Exception {
    try (Socket socket = new Socket("127.0.0.1", server.address().getPort())) {
      socket.setSoTimeout(30_000);
      String head = "GET /metrics HTTP/1.1\r\nHost: a\r\nX: " + "x".repeat(40_000) + "\r\n\r\n";
      try {
        socket.getOutputStream().write(head.getBytes(UTF_8));
        String answer = new String(socket.getInputStream().readAllBytes(), UTF_8);
        assertThat(answer).doesNotContain("up 1");
      } catch (java.net.SocketException e) {
        // Closed before all of it was read.
      }
    }
  }
}
