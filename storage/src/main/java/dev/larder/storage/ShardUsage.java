package dev.larder.storage;

import dev.larder.storage.memory.HotPath;
import dev.larder.storage.table.KeyTable;

/**
 * What a shard adds to the sums of its keyspace: bytes, keys, how many of these are new ones, and
 * segments of the index. It tells them when its owner gives it up, and not of each small change,
 * since all shards write the same words; how exact the sums are depends on how much there is.
 */
@HotPath
final class ShardUsage {
  private final Shard shard;
  private final Eviction eviction;
  private long keys;
  private long smalls;
  private long segments;
  private long publishedBytes;
  private long publishedKeys;
  private long publishedSmalls;
  private long publishedSegments;

  ShardUsage(Shard shard, Eviction eviction) {
    this.shard = shard;
    this.eviction = eviction;
  }

  void addKeys(long more) {
    keys += more;
  }

  void addSmalls(long more) {
    smalls += more;
  }

  /** Segments of tables of keys. */
  void addSegments(long more) {
    segments += more;
  }

  void publish() {
    long bytes = shard.arena.usedBytes() - publishedBytes;
    if (bytes != 0 && Math.abs(bytes) >= eviction.byteStep()) {
      publishedBytes += bytes;
      shard.keyspace.addUsedBytes(bytes);
    }
    long moreSegments = segments - publishedSegments;
    if (moreSegments != 0) {
      publishedSegments = segments;
      shard.keyspace.memory().addIndexBytes(moreSegments * KeyTable.SEGMENT_BYTES);
    }
    long moreKeys = keys - publishedKeys;
    long moreSmalls = smalls - publishedSmalls;
    if ((moreKeys | moreSmalls) != 0
        && Math.max(Math.abs(moreKeys), Math.abs(moreSmalls)) >= eviction.keyStep()) {
      publishedKeys = keys;
      publishedSmalls = smalls;
      eviction.addKeys(moreKeys, moreSmalls);
    }
  }
}
