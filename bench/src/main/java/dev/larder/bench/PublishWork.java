package dev.larder.bench;

import java.io.IOException;
import java.util.List;

/**
 * One client publishes, and goes on when everybody has heard it.
 *
 * @param listeners clients subscribed to the channel
 * @param patterns of other clients, which the channel does not match
 */
record PublishWork(String name, int listeners, int patterns, int pipeline) implements Work {
  @Override
  public List<Exchange> exchanges(Protocol protocol) {
    Messages messages = new Messages(new Elements(1, 1));
    return List.of(
        new Exchange(
            messages.command("PUBLISH " + Listeners.CHANNEL + " " + Listeners.TEXT),
            Replies.integer(n -> listeners)));
  }

  @Override
  public int connections() {
    return 1;
  }

  @Override
  public KeySource numbers() {
    return KeySource.ascending(0, 1);
  }

  @Override
  public Listeners listeners(int port) {
    try {
      return new Listeners(port, listeners, patterns);
    } catch (IOException e) {
      throw new BenchException("cannot connect those who listen: " + e.getMessage(), e);
    }
  }
}
