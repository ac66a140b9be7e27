package dev.larder.bench;

import java.math.BigInteger;
import java.util.List;

/**
 * Requests sent once each, in ascending order of their numbers, a hundred of them in one pipeline:
 * so what goes to one small collection arrives in order, over whichever connection.
 */
record Pass(Exchange exchange, long requests, int connections) implements Step {
  private static final int MANY_CONNECTIONS = 16;
  private static final long MAX_PIPELINE = 100;

  /** A request for every {@code times} elements, whose words repeat {@code each}. */
  static Pass rows(Messages m, String words, String each, int times, Reply reply) {
    Template request = m.rowCommand(words, each, times);
    return over(m.elements(), request, reply, m.elements().count() / times);
  }

  /** A request for every element. */
  static Pass each(Messages m, String words, Reply reply) {
    return over(m.elements(), m.command(words), reply, m.elements().count());
  }

  /** A request for every collection; the reply's number is the collection's. */
  static Pass collections(Messages m, String words, Reply reply) {
    return over(m.elements(), m.collectionCommand(words), reply, m.elements().keys());
  }

  /** A few collections get what they are sent in order, since they have only one connection. */
  private static Pass over(Elements elements, Template request, Reply reply, long requests) {
    int connections = elements.keys() < MAX_PIPELINE ? 1 : MANY_CONNECTIONS;
    return new Pass(new Exchange(request, reply), requests, connections);
  }

  @Override
  public void run(ServerProcess server, boolean polling) {
    long divisor =
        BigInteger.valueOf(requests).gcd(BigInteger.valueOf(MAX_PIPELINE)).longValueExact();
    try (LoadGenerator load =
        new LoadGenerator(server.port(), List.of(exchange), (int) divisor, connections, polling)) {
      load.numbers(KeySource.ascending(0, requests));
      load.limit(requests);
      load.start();
      load.runRequests(requests);
    }
  }
}
