package dev.larder.oracle;

import java.util.List;

/**
 * A pipeline that one connection sends at once; its replies are read before the next step begins.
 *
 * @param connection number of the connection
 * @param pauseMillis how long both servers are left alone afterwards, so that a deadline passes
 * @param settle requests sent after the pause; they belong to the step because without them the
 *     servers may differ in what they have reclaimed
 */
record Step(int connection, List<Request> requests, int pauseMillis, List<Request> settle) {

  Step {
    requests = List.copyOf(requests);
    settle = List.copyOf(settle);
  }

  Step(int connection, List<Request> requests) {
    this(connection, requests, 0, List.of());
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    requests.forEach(
        r -> text.append("  [").append(connection).append("] ").append(r).append('\n'));
    if (pauseMillis > 0) {
      text.append("      (").append(pauseMillis).append(" ms later)\n");
    }
    settle.forEach(r -> text.append("  [").append(connection).append("] ").append(r).append('\n'));
    return text.toString();
  }
}
