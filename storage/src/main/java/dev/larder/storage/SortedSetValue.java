package dev.larder.storage;

import static dev.larder.storage.SortedSetStructure.CONVERTED;
import static dev.larder.storage.SortedSetStructure.TABLE;

import dev.larder.storage.memory.HotPath;
import dev.larder.storage.memory.Memory;
import dev.larder.storage.type.Listpack;
import dev.larder.storage.type.PackedScores;

/**
 * A key's sorted set. Ranks count from 0 at the lowest score.
 *
 * <p>{@link #find}, the seeks, {@link #next} and {@link #previous} make a member the current one,
 * until the next change. Members given by address lie outside of the set.
 */
@HotPath
public final class SortedSetValue extends SortedSetCursor {
  /** A packed set that gets larger becomes a table, whatever the limits: it is slow to search. */
  private static final int MAX_PACKED_BYTES = 96 * 1024;

  /** The same for one that has passed the limits. */
  private static final int MAX_CONVERTED_BYTES = 4096;

  private static final int MAX_CONVERTED_MEMBERS = 128;

  SortedSetValue(Keyspace keyspace, Unit unit) {
    super(keyspace, unit);
  }

  // ---- changing
  // ----------------------------------------------------------------------------------------

  /** Before many members are added: makes the set a table if they would be too many. */
  public void expect(long members, int longest) {
    CollectionLimits limits = keyspace.limits();
    boolean isTooMuch =
        members > limits.zsetMaxListpackEntries() || longest > limits.zsetMaxListpackValue();
    if (entry == 0) {
      if (isTooMuch && members > MAX_CONVERTED_MEMBERS) {
        create(TABLE | CONVERTED, ScoreTable.ROOT_BYTES);
        ScoreTable.writeEmpty(value());
      } else {
        create(isTooMuch ? CONVERTED : 0, Listpack.EMPTY_BYTES);
        Listpack.writeEmpty(value());
      }
      pointed();
    } else if (isTooMuch && members > limits.zsetMaxListpackEntries()) {
      encoding(encoding() | CONVERTED);
    }
  }

  /** Adds a member that is not there. The score is a number. */
  public void add(long member, int length, double score) {
    if (entry == 0) {
      expect(1, length);
    }
    if (!isTable && !addPacked(member, length, score)) {
      becomeTable();
    }
    if (isTable) {
      table.add(keyspace.hash(member, length), member, length, score);
    }
    current = 0;
    tell().memberScored(sequence(), shard, database, entry, member, length, score);
    signal();
  }

  /** Adds a member to a listpack; false, having changed nothing else, if it may not be one. */
  private boolean addPacked(long member, int length, double newScore) {
    long lp = value();
    int count = Listpack.count(lp) / 2 + 1;
    CollectionLimits limits = keyspace.limits();
    if (count > limits.zsetMaxListpackEntries() || length > limits.zsetMaxListpackValue()) {
      encoding(encoding() | CONVERTED);
    }
    if (length > MAX_PACKED_BYTES) {
      return false;
    }
    double score = packed(newScore, isConverted());
    int bytes =
        Listpack.bytes(lp) + Listpack.encodedBytes(member, length) + PackedScores.bytes(score);
    if (!mayBePacked(encoding(), bytes, count)) {
      return false;
    }
    long offset = PackedScores.place(lp, score, member, length) - lp;
    resize(bytes);
    PackedScores.insert(value(), value() + offset, member, length, score);
    return true;
  }

  /** A score as it is packed: what Redis would have in a listpack knows no minus zero. */
  private static double packed(double score, boolean isConverted) {
    return isConverted ? score : score + 0.0;
  }

  private boolean isConverted() {
    return (encoding() & CONVERTED) != 0;
  }

  /** Makes a listpack of Redis's the sorted set that is being built; false if it does not suit. */
  boolean take(long pairs, int bytes) {
    CollectionLimits limits = keyspace.limits();
    int count = Listpack.count(pairs) / 2;
    boolean isTaken =
        count <= limits.zsetMaxListpackEntries()
            && mayBePacked(0, bytes, count)
            && PackedScores.suits(pairs, limits.zsetMaxListpackValue());
    if (isTaken) {
      create(0, bytes);
      Memory.copy(pairs, value(), bytes);
      pointed();
    }
    return isTaken;
  }

  /** Makes the key hold what a result has, whatever it held; it has at least one member. */
  public void take(SortedSetResult result) {
    CollectionLimits limits = keyspace.limits();
    boolean isConverted =
        result.count() > limits.zsetMaxListpackEntries()
            || result.longest() > limits.zsetMaxListpackValue();
    long bytes = packedBytes(result, isConverted);
    int encoding = isConverted ? CONVERTED : 0;
    if (mayBePacked(encoding, bytes, result.count())) {
      create(encoding, (int) bytes);
      Listpack.writeEmpty(value());
      for (boolean more = result.seekFirst(); more; more = result.next()) {
        double score = packed(result.score(), isConverted);
        long end = Listpack.end(value());
        PackedScores.insert(value(), end, result.address(), result.length(), score);
      }
      result.clear();
    } else {
      create(TABLE | encoding, ScoreTable.ROOT_BYTES);
      result.moveTo(value());
    }
    pointed();
    shard.stored(unit, database, hash, entry);
  }

  /** The bytes of the listpack that a result would be, or more than any has. */
  private static long packedBytes(SortedSetResult result, boolean isConverted) {
    long bytes = Listpack.EMPTY_BYTES;
    for (boolean more = result.seekFirst(); more && bytes <= MAX_PACKED_BYTES; ) {
      bytes +=
          result.length() > MAX_PACKED_BYTES
              ? result.length()
              : Listpack.encodedBytes(result.address(), result.length())
                  + PackedScores.bytes(packed(result.score(), isConverted));
      more = result.next();
    }
    return bytes;
  }

  private static boolean mayBePacked(int encoding, long bytes, long count) {
    return (encoding & CONVERTED) == 0
        ? bytes <= MAX_PACKED_BYTES
        : bytes <= MAX_CONVERTED_BYTES && count <= MAX_CONVERTED_MEMBERS;
  }

  private void becomeTable() {
    int block = allocate(ScoreTable.ROOT_BYTES);
    long root = arena().address(block);
    ScoreTable.writeEmpty(root);
    table.bind(arena(), shard.members, shard.scratch, root);
    for (boolean more = seekRank(0); more; more = next()) {
      long member = text();
      int length = length();
      table.append(keyspace.hash(member, length), member, length, score());
    }
    resize(ScoreTable.ROOT_BYTES);
    Memory.copy(root, value(), ScoreTable.ROOT_BYTES);
    arena().free(block);
    encoding(encoding() | TABLE);
    pointed();
  }

  /**
   * Gives the current member, which was found, another score.
   *
   * @param member its bytes, outside of the set
   */
  public void rescore(long member, int length, double score) {
    if (isTable) {
      table.rescore(current, score);
    } else {
      rescorePacked(member, length, packed(score, isConverted()));
    }
    current = 0;
    tell().memberScored(sequence(), shard, database, entry, member, length, score);
    signal();
  }

  private void rescorePacked(long member, int length, double score) {
    long scoreEntry = current + Listpack.entryBytes(current);
    long behind = scoreEntry + Listpack.entryBytes(scoreEntry);
    int growth = PackedScores.bytes(score) - (int) (behind - scoreEntry);
    boolean isFirst = current == Listpack.first(value());
    boolean stays =
        (behind == Listpack.end(value()) || PackedScores.compare(behind, score, member, length) > 0)
            && (isFirst
                || PackedScores.compare(
                        Listpack.previous(value(), Listpack.previous(value(), current)),
                        score,
                        member,
                        length)
                    < 0);
    if (growth == 0 && stays) {
      PackedScores.write(scoreEntry, score);
      return;
    }
    Listpack.delete(value(), current, 2);
    long offset = PackedScores.place(value(), score, member, length) - value();
    if (growth != 0) {
      resize(valueBytes() + growth);
    }
    PackedScores.insert(value(), value() + offset, member, length, score);
  }

  /** Removes the current member; the key goes with the last one. */
  public void remove() {
    if (isTable && !isPlaced) {
      table.place(current);
      isPlaced = true;
    }
    removeHere(1);
  }

  /** Removes members from a rank on; the key goes with the last one. */
  public void removeRange(long rank, long count) {
    boolean isThere = seekRank(rank);
    assert isThere && rank + count <= count();
    removeHere(count);
  }

  /**
   * Reports what {@link #removeRange} has done since {@link #build}, if the key is still there.
   *
   * @param rank of the first member that went, among those that were there before
   */
  public void tellRemoved(long rank, long count) {
    built();
    tell().ranksRemoved(sequence(), shard, database, entry, rank, count);
  }

  /** Removes the current member, at which the cursor is, and those behind. */
  private void removeHere(long count) {
    boolean isAll = count == count();
    long first = current;
    for (long i = 0; i < count; i++) {
      tell().scoreRemoved(sequence(), shard, database, entry, text(), length());
      if (isTable && !isAll) {
        table.removeAtCursor();
        placed();
      } else {
        next();
      }
    }
    current = 0;
    if (isAll) {
      removeEmpty();
      isTable = false;
    } else if (!isTable) {
      Listpack.delete(value(), first, 2 * (int) count);
      resize(Listpack.bytes(value()));
    }
  }
}
