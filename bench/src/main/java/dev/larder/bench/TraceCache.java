package dev.larder.bench;

import java.util.stream.IntStream;

/**
 * A server that serves as a cache of a given size under a policy, to replay traces on.
 *
 * <p>It is given as much memory as it says that so many objects take, once they are in it. So what
 * a server needs beside them is its own affair; how many it holds in the end shows whether what it
 * said is true.
 */
final class TraceCache implements AutoCloseable {
  /** From here on objects are numbered that no trace asks for. */
  private static final int OTHERS = 500_000_000;

  private static final long FLUSH_PATIENCE_NANOS = 5 * Clock.SECOND;

  private final ServerProcess server;

  /** The only one that stays connected: buffers of clients take memory of the cache. */
  private final TraceReplay client;

  /**
   * What a replay showed.
   *
   * @param held objects in the cache at the end
   */
  record Outcome(double hitRatio, long held, double requestsPerSecond) {}

  TraceCache(ServerSpec spec, String policy, int valueLength) {
    server = ServerProcess.start(spec);
    try {
      call("CONFIG", "SET", "maxmemory-policy", policy);
      client = new TraceReplay(server.port(), valueLength);
    } catch (BenchException e) {
      server.close();
      throw e;
    }
  }

  /** The memory that the server says it uses while it holds so many objects, in bytes. */
  long bytesFor(int entries) {
    call("CONFIG", "SET", "maxmemory", "0");
    client.run(IntStream.range(OTHERS, OTHERS + entries).toArray());
    long used = usedBytes();
    empty();
    return used;
  }

  /** Limits the cache to what so many objects take. */
  void limitEntries(int entries) {
    limitBytes(bytesFor(entries));
  }

  void limitBytes(long bytes) {
    call("CONFIG", "SET", "maxmemory", Long.toString(Math.max(1, bytes)));
  }

  Outcome replay(Trace trace) {
    long begun = Clock.nanos();
    int hits = client.run(trace.ids());
    double seconds = (double) (Clock.nanos() - begun) / Clock.SECOND;
    int requests = trace.ids().length;
    return new Outcome((double) hits / requests, held(), requests / seconds);
  }

  private long held() {
    return Long.parseLong(call("DBSIZE"));
  }

  private long usedBytes() {
    try (ControlClient control = server.control()) {
      return (long) control.infoNumber("used_memory");
    }
  }

  private String call(String... words) {
    try (ControlClient control = server.control()) {
      return control.call(words);
    }
  }

  /** Flushed memory may be freed in the background. */
  private void empty() {
    long full = usedBytes();
    call("FLUSHALL");
    long end = Clock.nanos() + FLUSH_PATIENCE_NANOS;
    while (usedBytes() > full / 2 && Clock.nanos() < end) {
      Clock.pause(20 * Clock.MILLI);
    }
    Clock.pause(200 * Clock.MILLI);
  }

  @Override
  public void close() {
    client.close();
    server.close();
  }
}
