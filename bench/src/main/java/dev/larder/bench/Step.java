package dev.larder.bench;

/** Something done to a server once, whose replies are checked. */
interface Step {
  /**
   * Returns when all replies have come and were right.
   *
   * @param polling whether the client has a core of its own
   */
  void run(ServerProcess server, boolean polling);
}
