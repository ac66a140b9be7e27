package dev.larder.monitoring;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers GET and HEAD of {@code /metrics}, {@code /healthz} and {@code /readyz}, on threads of its
 * own. One page of metrics is made at a time, however many ask. Any thread may close it.
 */
public final class MonitoringServer implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(MonitoringServer.class);

  /**
   * The JDK's server knows these limits as properties of the JVM only: seconds for a request and
   * for its response, connections, bytes of a request's head. Those that the JVM was given stay.
   */
  private static final Map<String, String> LIMITS =
      Map.of(
          "sun.net.httpserver.maxReqTime", "10",
          "sun.net.httpserver.maxRspTime", "10",
          "sun.net.httpserver.maxReqHeaderSize", "16384",
          "jdk.httpserver.maxConnections", "64",
          "sun.net.httpserver.nodelay", "true");

  private static final int BACKLOG = 16;
  private static final int OK = 200;
  private static final int NOT_FOUND = 404;
  private static final int METHOD_NOT_ALLOWED = 405;
  private static final int INTERNAL_ERROR = 500;
  private static final int UNAVAILABLE = 503;
  private static final int NO_BODY = -1;
  private static final String TEXT = "text/plain; charset=utf-8";

  private final HttpServer http;
  private final ExecutorService threads;
  private final Supplier<byte[]> metrics;
  private final Health health;

  /** Guards the making of a page: what it reads is there until {@link #close} has returned. */
  private final Object pageLock = new Object();

  private boolean isClosed;

  private MonitoringServer(HttpServer http, Supplier<byte[]> metrics, Health health) {
    this.http = http;
    this.metrics = metrics;
    this.health = health;
    // Platform threads, no more than connections: on virtual ones, the JDK's BufferedWriter begins
    // so small and grows so slowly that a page takes twenty megabytes of heap.
    this.threads =
        Executors.newCachedThreadPool(
            Thread.ofPlatform().name("larder-http-", 0).daemon().factory());
  }

  /**
   * Begins to answer.
   *
   * @param address a name or a number, {@code *} for all
   * @param port 0 for any that is free
   * @param metrics makes a page
   * @throws IOException when the port cannot be had
   */
  public static MonitoringServer open(
      String address, int port, Supplier<byte[]> metrics, Health health) throws IOException {
    LIMITS.forEach(System.getProperties()::putIfAbsent);
    InetSocketAddress bind =
        address.equals("*")
            ? new InetSocketAddress(port)
            : new InetSocketAddress(InetAddress.getByName(address), port);
    MonitoringServer server =
        new MonitoringServer(HttpServer.create(bind, BACKLOG), metrics, health);
    server.http.setExecutor(server.threads);
    server.http.createContext("/", server::handle);
    server.http.start();
    return server;
  }

  /** Where it listens. */
  public InetSocketAddress address() {
    return http.getAddress();
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      String method = exchange.getRequestMethod();
      if (!method.equals("GET") && !method.equals("HEAD")) {
        exchange.getResponseHeaders().set("Allow", "GET, HEAD");
        answer(exchange, METHOD_NOT_ALLOWED, TEXT, line("only GET and HEAD"));
        return;
      }
      switch (exchange.getRequestURI().getPath()) {
        case "/metrics" -> answerMetrics(exchange);
        case "/healthz" -> answerState(exchange, health.illness());
        case "/readyz" -> answerState(exchange, health.unreadiness());
        case null, default ->
            answer(exchange, NOT_FOUND, TEXT, line("try /metrics, /healthz or /readyz"));
      }
    }
  }

  private void answerMetrics(HttpExchange exchange) throws IOException {
    byte[] page;
    try {
      synchronized (pageLock) {
        page = isClosed ? null : metrics.get();
      }
    } catch (RuntimeException e) {
      log.error("The page of metrics could not be made", e);
      answer(exchange, INTERNAL_ERROR, TEXT, line("failed; the server's log says why"));
      return;
    }
    if (page == null) {
      answerState(exchange, "stopping");
    } else {
      answer(exchange, OK, MetricsPage.CONTENT_TYPE, page);
    }
  }

  private static void answerState(HttpExchange exchange, @Nullable String trouble)
      throws IOException {
    if (trouble == null) {
      answer(exchange, OK, TEXT, line("ok"));
    } else {
      answer(exchange, UNAVAILABLE, TEXT, line(trouble));
    }
  }

  private static byte[] line(String text) {
    return (text + "\n").getBytes(UTF_8);
  }

  private static void answer(HttpExchange exchange, int status, String type, byte[] body)
      throws IOException {
    Headers headers = exchange.getResponseHeaders();
    headers.set("Content-Type", type);
    headers.set("Cache-Control", "no-store");
    headers.set("X-Content-Type-Options", "nosniff");
    if (exchange.getRequestMethod().equals("HEAD")) {
      headers.set("Content-Length", Integer.toString(body.length));
      exchange.sendResponseHeaders(status, NO_BODY);
    } else {
      exchange.sendResponseHeaders(status, body.length);
      exchange.getResponseBody().write(body);
    }
  }

  /** Stops answering; a page that is being made is finished first. */
  @Override
  public void close() {
    http.stop(0);
    threads.shutdownNow();
    synchronized (pageLock) {
      isClosed = true;
    }
  }
}
