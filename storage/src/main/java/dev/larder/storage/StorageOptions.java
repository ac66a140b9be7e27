package dev.larder.storage;

/**
 * How a keyspace is laid out; fixed for its life.
 *
 * @param shards a power of two from 1 to 4096
 * @param databases from 1 to 65536
 * @param shardReserveBytes address space of one shard, a multiple of 64 KiB up to 32 GiB; halved
 *     until the system grants it
 */
public record StorageOptions(int shards, int databases, long shardReserveBytes) {
  public static final long DEFAULT_SHARD_RESERVE_BYTES = 1L << 35;
  private static final int MAX_SHARDS = 4096;
  private static final int MAX_DATABASES = 65536;

  public StorageOptions {
    if (shards < 1 || shards > MAX_SHARDS || Integer.bitCount(shards) != 1) {
      throw new IllegalArgumentException("shards must be a power of two up to 4096: " + shards);
    }
    if (databases < 1 || databases > MAX_DATABASES) {
      throw new IllegalArgumentException("databases must be from 1 to 65536: " + databases);
    }
    if (shardReserveBytes < 1 << 20 || shardReserveBytes > DEFAULT_SHARD_RESERVE_BYTES) {
      throw new IllegalArgumentException("a shard reserves from 1 MiB to 32 GiB");
    }
  }

  /** At least four shards a core and at least 64, sixteen databases. */
  public static StorageOptions forCores(int cores) {
    int shards = Math.max(64, Integer.highestOneBit(4 * cores - 1) << 1);
    return new StorageOptions(Math.min(shards, MAX_SHARDS), 16, DEFAULT_SHARD_RESERVE_BYTES);
  }
}
