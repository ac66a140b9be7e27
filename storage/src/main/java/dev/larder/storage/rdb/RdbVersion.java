package dev.larder.storage.rdb;

/** Versions of the format. */
public final class RdbVersion {
  /** What redis-server 7.0 reads, and what is written if the value allows it. */
  public static final int LOWEST_WRITTEN = 10;

  /** Redis 8.10's, the newest published. */
  public static final int NEWEST = 15;

  /** Valkey 9's; versions between are nobody's. */
  public static final int VALKEY = 80;

  private RdbVersion() {}

  /** Whether values of this version can be read. */
  public static boolean isReadable(int version) {
    return version <= NEWEST || version == VALKEY;
  }
}
