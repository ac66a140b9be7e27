package dev.larder.storage;

import dev.larder.storage.memory.Arena;
import dev.larder.storage.table.ExpiryTree;
import dev.larder.storage.table.KeyTable;

/** One database's part of a shard: its keys, and those with a deadline in order. */
final class ShardDatabase {
  final KeyTable table;
  final ExpiryTree expiry;

  ShardDatabase(Arena arena, int shardBits, long scratch) {
    table = new KeyTable(arena, shardBits, scratch);
    expiry = new ExpiryTree(arena);
  }
}
