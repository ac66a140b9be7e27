package dev.larder.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** How long Prometheus waits for {@code /metrics} while there are many clients. */
final class MetricsMeasurement implements Measurement {
  private static final String ROW = "/metrics at 10,000 clients";
  private static final int CONNECTIONS = 10_000;
  private static final int SCRAPES = 200;
  private static final long BETWEEN_NANOS = 20 * Clock.MILLI;

  @Override
  public String name() {
    return "metrics";
  }

  @Override
  public String summary() {
    return "how long a scrape of /metrics takes at 10,000 connections";
  }

  @Override
  public void run(Bench bench, List<Row> rows) {
    if (!bench.options().wants(ROW) || !bench.hasOwnOptions()) {
      return;
    }
    try {
      double[] millis = scrapes(bench);
      double first = millis[0];
      Arrays.sort(millis);
      double median = Stats.median(millis);
      rows.add(
          Row.judged(
              ROW,
              Goals.SCRAPE,
              median,
              Text.fixed(median, 1) + " ms",
              "median of %d; the first one took %s ms, 99 of 100 at most %s ms"
                  .formatted(
                      SCRAPES, Text.fixed(first, 1), Text.fixed(millis[SCRAPES * 99 / 100], 1))));
    } catch (IOException e) {
      rows.add(
          Row.unknown(ROW, Goals.SCRAPE, "needs 10,100 open files (ulimit -n): " + e.getMessage()));
    }
  }

  private static double[] scrapes(Bench bench) throws IOException {
    int port = ServerProcess.freePort();
    ServerSpec spec =
        bench.larder("--maxclients", "12000", "--larder-metrics-port", Integer.toString(port));
    List<SocketChannel> channels = new ArrayList<>();
    try (ServerProcess server = ServerProcess.start(spec);
        HttpClient http = HttpClient.newHttpClient()) {
      bench.say("metrics: " + server.name());
      for (int i = 0; i < CONNECTIONS; i++) {
        channels.add(
            SocketChannel.open(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port())));
      }
      awaitClients(server);
      double[] millis = new double[SCRAPES];
      for (int i = 0; i < SCRAPES; i++) {
        long started = Clock.nanos();
        check(scrape(http, port));
        millis[i] = (Clock.nanos() - started) / 1e6;
        Clock.pause(BETWEEN_NANOS);
      }
      return millis;
    } finally {
      for (SocketChannel channel : channels) {
        channel.close();
      }
    }
  }

  /** The last ones may still wait to be accepted. */
  private static void awaitClients(ServerProcess server) {
    try (ControlClient control = server.control()) {
      while (control.infoNumber("connected_clients") < CONNECTIONS) {
        Clock.pause(BETWEEN_NANOS);
      }
    }
  }

  private static String scrape(HttpClient http, int port) throws IOException {
    URI uri = URI.create("http://127.0.0.1:" + port + "/metrics");
    try {
      return http.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString())
          .body();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new BenchException("interrupted", e);
    }
  }

  private static void check(String page) {
    boolean hasAll =
        page.lines()
            .filter(line -> line.startsWith("redis_connected_clients "))
            .anyMatch(line -> Double.parseDouble(line.split(" ", -1)[1]) >= CONNECTIONS);
    if (!hasAll) {
      throw new BenchException("/metrics does not tell of all clients");
    }
  }
}
