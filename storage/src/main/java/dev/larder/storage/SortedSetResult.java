package dev.larder.storage;

import dev.larder.storage.memory.Memory;
import dev.larder.storage.table.Record;

/**
 * A sorted set in the making, which no key has: what a command finds before it replies it or gives
 * it to a key. It takes its memory from a shard's arena, whose owner uses it. A unit has some for
 * commands, one at a time, which end by {@link #clear} or {@link SortedSetValue#take}; a job has
 * its own, which may end by {@link #discard} as well.
 */
public final class SortedSetResult {
  private final Keyspace keyspace;
  final ScoreTable table = new ScoreTable();
  private Shard shard;

  /** A record without a key, whose value is the table's root; 0 while there is none. */
  private int record;

  private int longest;
  private long current;

  public SortedSetResult(Keyspace keyspace) {
    this.keyspace = keyspace;
    this.shard = keyspace.shard(0);
  }

  /** Starts with no member in a shard that the unit owns; false when memory is exhausted. */
  public boolean begin(Shard newShard) {
    clear();
    shard = newShard;
    longest = 0;
    int bytes = Record.bytes(0, ScoreTable.ROOT_BYTES, false);
    if (!shard.arena.hasRoom(bytes)) {
      return false;
    }
    record = shard.arena.allocate(bytes);
    long address = shard.arena.address(record);
    Record.writeHead(
        address,
        ValueType.SORTED_SET.ordinal(),
        SortedSetStructure.TABLE | SortedSetStructure.CONVERTED,
        -1,
        address,
        0,
        ScoreTable.ROOT_BYTES);
    long root = Record.valueAddress(address);
    ScoreTable.writeEmpty(root);
    table.bind(shard.arena, shard.members, shard.scratch, root);
    return true;
  }

  public long count() {
    return table.count();
  }

  /** Bytes of the longest member. */
  int longest() {
    return longest;
  }

  /** Makes this member the current one; whether it is there. */
  public boolean find(long member, int length) {
    current = table.find(keyspace.hash(member, length), member, length);
    return current != 0;
  }

  /** The current member's score. */
  public double score() {
    return ScoreTable.score(current);
  }

  /** The current member's bytes; see {@link #length}. */
  public long address() {
    return Record.keyAddress(current);
  }

  public int length() {
    return Record.keyLength(current);
  }

  /**
   * Adds a member that is not there.
   *
   * @return false when memory is exhausted and nothing was added
   */
  public boolean add(long member, int length, double score) {
    if (!shard.arena.hasRoom(length)) {
      return false;
    }
    longest = Math.max(longest, length);
    table.add(keyspace.hash(member, length), member, length, score);
    return true;
  }

  /** Gives the current member another score. */
  public void rescore(double score) {
    table.rescore(current, score);
  }

  /** Makes the member with the lowest score the current one; false when there is none. */
  public boolean seekFirst() {
    current = table.tree.seekFirst() ? table.atCursor() : 0;
    return current != 0;
  }

  /** Makes the next member the current one, after {@link #seekFirst}; false at the end. */
  public boolean next() {
    current = table.tree.next() ? table.atCursor() : 0;
    return current != 0;
  }

  /** Hands its blocks to a root at an address; nothing is left here. */
  void moveTo(long root) {
    Memory.copy(Record.valueAddress(shard.arena.address(record)), root, ScoreTable.ROOT_BYTES);
    shard.arena.free(record);
    record = 0;
  }

  /** Gives all memory back at once; may be called at any time. */
  public void clear() {
    if (record != 0) {
      while (!table.freeSome(Integer.MAX_VALUE)) {
        // One step frees all members, a further one what is left of the tree.
      }
      shard.arena.free(record);
      record = 0;
    }
  }

  /** The same, whether or not the shard is owned; the memory is freed in slices later. */
  public void discard() {
    if (record != 0) {
      shard.values.discard(record);
      record = 0;
    }
  }
}
