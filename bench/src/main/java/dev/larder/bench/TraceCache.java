package dev.larder.bench;

import java.util.List;
import java.util.stream.IntStream;

/**
 * A server that serves as a cache of a given size under a policy, to replay traces on.
 *
 * <p>It is given as much memory as it says that so many objects take, once they are in it; how many
 * it holds in the end shows whether that is true. redis-server counts buffers of clients and tables
 * in the making as well, so that it holds less than half of a few hundred objects: for it the limit
 * is corrected until the number is right, as hit ratios could not be compared otherwise, and what
 * it refuses at times is not held against it.
 */
final class TraceCache implements AutoCloseable {
  private static final int MAX_CORRECTIONS = 10;

  /** Deviation from the wanted number of objects that is not corrected. */
  private static final double TOLERANCE = 0.004;

  /** When so many times what it holds has come, a cache is surely full. */
  private static final int FULL = 3;

  private static final double BITS_IN_RECORD = 3;

  /** From here on objects are numbered that no trace asks for. */
  private static final int OTHERS = 500_000_000;

  /** redis-server gives a part of a client's buffers back when they were not full for 5 s. */
  private static final long SETTLING_NANOS = 7 * Clock.SECOND;

  private static final long FLUSH_PATIENCE_NANOS = 5 * Clock.SECOND;

  private final ServerProcess server;

  /** The only one, for all there is to do: buffers of clients take memory of the cache. */
  private final TraceReplay client;

  /** The first of them that was not asked for yet. */
  private int others = OTHERS;

  /**
   * What a replay showed.
   *
   * @param held objects in the cache at the end
   */
  record Outcome(double hitRatio, long held, double requestsPerSecond) {}

  TraceCache(ServerSpec spec, String policy, int valueLength) {
    server = ServerProcess.start(spec);
    try {
      client = new TraceReplay(server.port(), valueLength);
      call("CONFIG", "SET", "maxmemory-policy", policy);
    } catch (BenchException e) {
      server.close();
      throw e;
    }
  }

  /** The memory that the server says it uses while it holds so many objects, in bytes. */
  long bytesFor(int entries) {
    call("CONFIG", "SET", "maxmemory", "0");
    bringOthers(entries);
    long used = usedBytes();
    empty();
    return used;
  }

  /** Asks for objects that were never there, so that they come. */
  private void bringOthers(int count) {
    client.run(IntStream.range(others, others + count).toArray());
    others += count;
  }

  /** Limits the cache to what so many objects are said to take. */
  void limitEntries(int entries) {
    limitBytes(bytesFor(entries));
  }

  /** Limits the cache to what lets it hold so many objects. */
  void limitHeldEntries(int entries) {
    client.tolerateRefusals();
    long empty = usedBytes();
    long limit = bytesFor(entries);
    double bytesEach = (double) (limit - empty) / entries;
    long patience = SETTLING_NANOS;
    for (int i = 0; i < MAX_CORRECTIONS; i++) {
      limitBytes(limit);
      long end = Clock.nanos() + patience;
      do {
        bringOthers(FULL * entries);
      } while (Clock.nanos() < end);
      patience = 0;
      long excess = held() - entries;
      if (Math.abs(excess) <= Math.max(1, TOLERANCE * entries)) {
        break;
      }
      limit -= Math.round(excess * bytesEach);
    }
    empty();
  }

  void limitBytes(long bytes) {
    call("CONFIG", "SET", "maxmemory", Long.toString(Math.max(1, bytes)));
  }

  Outcome replay(Trace trace) {
    long begun = Clock.nanos();
    client.run(trace.ids());
    return outcome(trace, begun);
  }

  /** Replays a trace on two caches at the same time and speed. */
  static List<Outcome> replayBoth(Trace trace, TraceCache a, TraceCache b) {
    long begun = Clock.nanos();
    TraceReplay.runBoth(a.client, b.client, trace.ids());
    return List.of(a.outcome(trace, begun), b.outcome(trace, begun));
  }

  private Outcome outcome(Trace trace, long begun) {
    double seconds = (double) (Clock.nanos() - begun) / Clock.SECOND;
    int requests = trace.ids().length;
    return new Outcome((double) client.hits() / requests, held(), requests / seconds);
  }

  /** What Larder's own policy keeps, in bytes: three bits in each object, more beside them. */
  double policyBytes() {
    return held() * BITS_IN_RECORD / Byte.SIZE + info("larder_policy_bytes");
  }

  private long held() {
    return Long.parseLong(call("DBSIZE"));
  }

  private long usedBytes() {
    return info("used_memory");
  }

  private long info(String field) {
    String value = client.control().info("memory").get(field);
    if (value == null) {
      throw new BenchException("INFO memory has no " + field);
    }
    return Long.parseLong(value);
  }

  private String call(String... words) {
    return client.control().call(words);
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
