package dev.larder.oracle;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** One of the two servers, emptied, with the connections of one session to it. */
final class Peer implements AutoCloseable {

  private final int port;
  private final List<Wire> wires = new ArrayList<>();

  Peer(int port) throws IOException {
    this.port = port;
    for (int i = 0; i < SessionGenerator.CONNECTIONS; i++) {
      wires.add(new Wire(port));
    }
    wires.getFirst().ask("FLUSHALL");
  }

  Wire wire(int connection) {
    return wires.get(connection);
  }

  /** Replaces a connection that the server has closed. */
  void reconnect(int connection) throws IOException {
    wires.get(connection).close();
    wires.set(connection, new Wire(port));
  }

  /** Requests that read the whole content of a database, in an order that both servers share. */
  static List<Request> readAll(List<String> keys) {
    return keys.stream()
        .flatMap(key ->
            IntStream.range(0, 8)
                .mapToObj(i ->
                    switch (i) {
                      case 0 -> Request.of("TYPE", key);
                      case 1 -> Request.of("GET", key);
                      case 2 -> Request.of("PTTL", key);
                      case 3 -> Request.of("STRLEN", key);
                      case 4 -> Request.of("HGETALL", key);
                      case 5 -> Request.of("XRANGE", key, "-", "+");
                      case 6 ->
                          new Request(
                              "xinfo|stream",
                              List.of(
                                  Pools.bytes("XINFO"),
                                  Pools.bytes("STREAM"),
                                  Pools.bytes(key),
                                  Pools.bytes("FULL"),
                                  Pools.bytes("COUNT"),
                                  Pools.bytes("0")),
                              false);
                      default ->
                          new Request(
                              "object|encoding",
                              List.of(
                                  Pools.bytes("OBJECT"), Pools.bytes("ENCODING"), Pools.bytes(key)),
                              false);
                    }))
        .toList();
  }

  @Override
  public void close() throws IOException {
    for (Wire wire : wires) {
      wire.close();
    }
  }
}
