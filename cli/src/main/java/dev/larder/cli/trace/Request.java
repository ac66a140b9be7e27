package dev.larder.cli.trace;

/**
 * What a client asks of a cache.
 *
 * @param value of the key: what is written, or what a reader who does not find it would write
 * @param timeMillis since the epoch, or {@link #NO_TIME}
 */
@SuppressWarnings("ArrayRecordComponent") // Nobody compares requests.
public record Request(Kind kind, byte[] key, Value value, long timeMillis) {
  /** Of a trace that does not tell the time. */
  public static final long NO_TIME = -1;

  /** What is asked. */
  public enum Kind {
    READ,
    WRITE,
    REMOVE
  }

  /**
   * What is known of a value.
   *
   * @param ttlMillis how long it has to live from when it is written, or {@link #NO_TTL}
   */
  public record Value(int bytes, long ttlMillis) {
    /** It lives until it has to go. */
    public static final long NO_TTL = -1;
  }

  static Request read(byte[] key, Value value) {
    return new Request(Kind.READ, key, value, NO_TIME);
  }
}
