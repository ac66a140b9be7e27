package dev.larder.net;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.metrics.Clock;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** The clients of a test, which are closed together. */
public final class TestClients implements AutoCloseable {
  private static final long PATIENCE_NANOS = 20_000_000_000L;

  private final List<TestClient> all = new ArrayList<>();

  /** What a test waits for. */
  @FunctionalInterface
  public interface Condition {
    boolean holds() throws IOException;
  }

  /** One more. */
  public TestClient connect(int port) throws IOException {
    TestClient client = new TestClient(port);
    all.add(client);
    return client;
  }

  @Override
  public void close() throws IOException {
    for (TestClient client : all) {
      client.close();
    }
  }

  /** Waits for what is bound to come. */
  public static void await(Condition condition) throws IOException {
    long end = Clock.nanos() + PATIENCE_NANOS;
    while (!condition.holds()) {
      assertThat(Clock.nanos() - end).as("out of patience").isNegative();
      Thread.yield();
    }
  }
}
