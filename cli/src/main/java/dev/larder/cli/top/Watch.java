package dev.larder.cli.top;

import dev.larder.cli.remote.Remote;
import dev.larder.metrics.Clock;
import java.io.IOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Samples of one server, one after the other; connects anew when that is needed. */
final class Watch implements AutoCloseable {
  private final Remote remote;
  private final Map<String, String> environment;
  private @Nullable ServerConnection server;
  private @Nullable Sample last;

  /**
   * Connects with the first sample.
   *
   * @param environment may have the password
   */
  Watch(Remote remote, Map<String, String> environment) {
    this.remote = remote;
    this.environment = environment;
  }

  /** Where the server is, as it was given. */
  String address() {
    return remote.address();
  }

  /**
   * What the server has done since the last sample.
   *
   * @throws IOException with one line that says why it is not known
   */
  Interval next() throws IOException {
    try {
      ServerConnection connection = server == null ? connect() : server;
      Sample now = Sample.take(connection, Clock.nanos());
      Interval interval = Interval.between(last, now);
      last = now;
      return interval;
    } catch (ServerErrorException e) {
      close();
      throw new IOException(address() + " answers: " + explained(e.getMessage()), e);
    } catch (IOException e) {
      close();
      throw new IOException("cannot reach " + address() + ": " + e.getMessage(), e);
    }
  }

  private static String explained(@Nullable String error) {
    String text = String.valueOf(error);
    return text.startsWith("NOAUTH") ? text + " Set REDISCLI_AUTH in the environment." : text;
  }

  private ServerConnection connect() throws IOException, ServerErrorException {
    ServerConnection connection = new ServerConnection(remote);
    server = connection;
    connection.authenticate(environment);
    return connection;
  }

  @Override
  public void close() throws IOException {
    if (server != null) {
      server.close();
      server = null;
    }
  }
}
