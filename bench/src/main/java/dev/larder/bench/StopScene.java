package dev.larder.bench;

/** The server that the events happen to. */
record StopScene(ServerProcess server, long many) {
  static final String BIG = "big";
  static final String OTHER = "other";
  static final int CHUNKS = 512;
  static final long BYTES = (long) CHUNKS * BigValueClient.CHUNK;

  private static final long PATIENCE_NANOS = 30 * Clock.SECOND;

  void flush() {
    call("FLUSHALL");
  }

  void fill(long keys) {
    Populate.range(server, 0, keys, 32, false);
  }

  long keys() {
    return Long.parseLong(call("DBSIZE"));
  }

  double usedMemory() {
    try (ControlClient client = server.control()) {
      return client.infoNumber("used_memory");
    }
  }

  /** Returns at the latest after {@link #PATIENCE_NANOS}: to be slow at this is no failure. */
  void awaitMemoryBelow(double bytes) {
    long end = Clock.nanos() + PATIENCE_NANOS;
    while (usedMemory() > bytes && Clock.nanos() < end) {
      Clock.pause(50 * Clock.MILLI);
    }
  }

  void awaitEmpty() {
    long end = Clock.nanos() + PATIENCE_NANOS;
    while (keys() > 0) {
      if (Clock.nanos() > end) {
        throw new BenchException("an expired key is still there");
      }
      Clock.pause(10 * Clock.MILLI);
    }
  }

  /** Sends a command that must have one reply only. */
  void expect(String reply, String... words) {
    String seen = call(words);
    if (!seen.equals(reply)) {
      throw new BenchException(words[0] + " replied " + seen + " instead of " + reply);
    }
  }

  String call(String... words) {
    try (ControlClient client = server.control()) {
      return client.call(words);
    }
  }

  void send(int from, int to, String... words) {
    try (BigValueClient client = new BigValueClient(server)) {
      client.send(words, from, to);
    }
  }

  void getBig() {
    try (BigValueClient client = new BigValueClient(server)) {
      client.getAndCheck(BIG, CHUNKS);
    }
  }

  void needBig() {
    if (Long.parseLong(call("STRLEN", BIG)) != BYTES) {
      send(0, CHUNKS, "SET", BIG);
    }
  }
}
