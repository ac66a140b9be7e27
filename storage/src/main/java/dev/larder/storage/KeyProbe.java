package dev.larder.storage;

/**
 * Looks for a key by its hash alone, where its bytes are not at hand. No two keys have the same
 * 64-bit hash, but by a chance that is not worth a thought. For one thread at a time.
 */
public final class KeyProbe {
  private final Keyspace keyspace;
  private final Shard.EntryVisitor visitor = this::visit;
  private long hash;
  private long entry;

  public KeyProbe(Keyspace keyspace) {
    this.keyspace = keyspace;
  }

  /** Whether there is such a key that has not expired; the unit owns its shard. */
  public boolean finds(Unit unit, int database, long keyHash) {
    hash = keyHash;
    entry = 0;
    keyspace.shardOf(keyHash).walk(unit, database, keyHash << keyspace.shardBits(), visitor);
    return entry != 0;
  }

  private void visit(long visited) {
    if (keyspace.hash(Entry.keyAddress(visited), Entry.keyLength(visited)) == hash) {
      entry = visited;
    }
  }

  /** Whether the key that was found is a hash with fields that have expired and are still there. */
  public boolean hasExpiredFields(Unit unit) {
    long deadline = keyspace.shardOf(hash).values.fieldDeadline(entry);
    return deadline >= 0 && deadline < unit.nowMillis();
  }
}
