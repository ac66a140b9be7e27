package dev.larder.cli;

import dev.larder.cli.trace.Request;

/** A cache that requests of a trace are replayed on, and that counts what it had. */
abstract class SimulatedCache implements AutoCloseable {
  private final String size;
  private final String policy;
  private long reads;
  private long hits;

  SimulatedCache(String size, String policy) {
    this.size = size;
    this.policy = policy;
  }

  /** A request comes at this time, in milliseconds; what a reader does not find he stores. */
  final void accept(Request request, long nowMillis) {
    advance(nowMillis);
    switch (request.kind()) {
      case READ -> {
        reads++;
        if (get(request.key())) {
          hits++;
        } else {
          put(request.key(), request.value());
        }
      }
      case WRITE -> put(request.key(), request.value());
      case REMOVE -> remove(request.key());
    }
  }

  final String size() {
    return size;
  }

  final String policy() {
    return policy;
  }

  /** The part of the reads that found their key, in percent. */
  final double hitPercent() {
    return reads == 0 ? 0 : 100.0 * hits / reads;
  }

  abstract void advance(long nowMillis);

  abstract boolean get(byte[] key);

  abstract void put(byte[] key, Request.Value value);

  abstract void remove(byte[] key);

  abstract long keys();

  abstract long evictedKeys();

  /** Writes that found no room, since nothing could go. */
  abstract long refused();

  @Override
  public abstract void close();
}
