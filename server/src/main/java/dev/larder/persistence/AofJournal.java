package dev.larder.persistence;

import static dev.larder.persistence.CommandText.arguments;
import static dev.larder.persistence.CommandText.head;

import dev.larder.metrics.ChangeCounter;
import dev.larder.storage.Dump;
import dev.larder.storage.Entry;
import dev.larder.storage.EntryTransfer;
import dev.larder.storage.Keyspace;
import dev.larder.storage.ListValue;
import dev.larder.storage.Removal;
import dev.larder.storage.Shard;
import dev.larder.storage.Unit;
import dev.larder.storage.Views;
import dev.larder.storage.journal.BlockJournal;
import java.util.Arrays;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Renders effects as the commands that reproduce them, for the append-only file. All that depends
 * on chance, time or a former value has been decided: a command gives the same result whenever it
 * is replayed, by Larder or by Redis. Called as {@link dev.larder.storage.Journal} says; keeps what
 * it needs for each unit apart.
 */
final class AofJournal extends AofStreamEffects {
  private static final byte[] SET = head(3, "SET");
  private static final byte[] SET_UNTIL = head(5, "SET");
  private static final byte[] PXAT = arguments("PXAT");
  private static final byte[] SETRANGE = head(4, "SETRANGE");
  private static final byte[] DEL = head(2, "DEL");
  private static final byte[] PERSIST = head(2, "PERSIST");
  private static final byte[] PEXPIREAT = head(3, "PEXPIREAT");
  private static final byte[] RESTORE = head(6, "RESTORE");
  private static final byte[] REPLACE_ABSTTL = arguments("REPLACE", "ABSTTL");
  private static final byte[] FLUSHDB = head(1, "FLUSHDB");
  private static final byte[] SWAPDB = head(3, "SWAPDB");
  private static final byte[] FUNCTION_LOAD = head(4, "FUNCTION", "LOAD", "REPLACE");
  private static final byte[] FUNCTION_DELETE = head(3, "FUNCTION", "DELETE");
  private static final byte[] FUNCTION_FLUSH = head(2, "FUNCTION", "FLUSH");

  private static final byte[] HSET = head(4, "HSET");
  private static final byte[] HDEL = head(3, "HDEL");
  private static final byte[] HPERSIST = head(5, "HPERSIST");
  private static final byte[] HPEXPIREAT = head(6, "HPEXPIREAT");
  private static final byte[] ONE_FIELD = arguments("FIELDS", "1");

  private static final byte[] LPUSH = head(3, "LPUSH");
  private static final byte[] RPUSH = head(3, "RPUSH");
  private static final byte[] LPOP = head(3, "LPOP");
  private static final byte[] RPOP = head(3, "RPOP");
  private static final byte[] LSET = head(4, "LSET");
  private static final byte[] LREM = head(4, "LREM");
  private static final byte[] LINSERT = head(5, "LINSERT");
  private static final byte[] BEFORE = arguments("BEFORE");

  private static final byte[] SADD = head(3, "SADD");
  private static final byte[] SREM = head(3, "SREM");
  private static final byte[] ZADD = head(4, "ZADD");
  private static final byte[] ZREM = head(3, "ZREM");
  private static final byte[] ZREMRANGEBYRANK = head(4, "ZREMRANGEBYRANK");

  /** What an element is set to before it is found by its value: no element has it by chance. */
  private static final byte[] MARK = arguments("larder:mark:6f1c9be2a7d84530");

  private final Keyspace keyspace;
  private final BlockJournal blocks;
  private final LongSupplier seconds;
  private volatile @Nullable AofUnit[] units = {};

  /**
   * @param changes hears of every effect as well
   * @param seconds the second that blocks are marked with, 0 for none
   */
  AofJournal(Keyspace keyspace, BlockJournal blocks, ChangeCounter changes, LongSupplier seconds) {
    super(changes);
    this.keyspace = keyspace;
    this.blocks = blocks;
    this.seconds = seconds;
  }

  // ---- units -----------------------------------------------------------------------------------

  private AofUnit of(Unit unit) {
    @Nullable AofUnit[] all = units;
    int index = unit.index();
    AofUnit known = index < all.length ? all[index] : null;
    return known == null ? add(index, unit) : known;
  }

  private synchronized AofUnit add(int index, Unit unit) {
    @Nullable AofUnit[] more = Arrays.copyOf(units, Math.max(units.length, index + 1));
    AofUnit added = new AofUnit(blocks.newAppender(), () -> Views.another(keyspace, unit));
    more[index] = added;
    units = more;
    return added;
  }

  @Override
  public void announce(Unit unit) {
    of(unit).appender().announce();
  }

  @Override
  public long begin(Unit unit) {
    return of(unit).open();
  }

  @Override
  public void end(Unit unit, long sequence) {
    of(unit).publish(seconds.getAsLong());
  }

  @Override
  CommandText keyed(Shard shard, int database, byte[] head, long entry) {
    return of(shard.owner())
        .command(database, head)
        .bytes(Entry.keyAddress(entry), Entry.keyLength(entry));
  }

  // ---- keys and strings ------------------------------------------------------------------------

  @Override
  public void stored(long sequence, Shard shard, int database, long entry) {
    changes.stored(sequence, shard, database, entry);
    long deadline = Entry.expireAt(entry);
    if (!Entry.isString(entry)) {
      if (AofPieces.knows(entry) && EntryTransfer.isLong(shard, entry)) {
        of(shard.owner()).pieces().write(shard, database, entry, deadline);
      } else {
        restore(shard, database, entry, deadline);
      }
      return;
    }
    CommandText text = keyed(shard, database, deadline < 0 ? SET : SET_UNTIL, entry);
    string(text, shard, entry, 0, shard.stringLength(entry));
    if (deadline >= 0) {
      text.raw(PXAT).number(deadline);
    }
  }

  private void restore(Shard shard, int database, long entry, long deadline) {
    Dump dump = shard.owner().dump();
    if (!dump.write(shard, entry)) {
      throw new IllegalStateException("no memory for what the append-only file must hold");
    }
    keyed(shard, database, RESTORE, entry)
        .number(Math.max(0, deadline))
        .bytes(dump.address(), dump.length())
        .raw(REPLACE_ABSTTL);
    dump.clear();
  }

  private static void string(CommandText text, Shard shard, long entry, long offset, long bytes) {
    if (!Entry.isLarge(entry)) {
      text.bytes(shard.runAddress(entry, offset), bytes);
      return;
    }
    text.beginBytes(bytes);
    long end = offset + bytes;
    for (long at = offset; at < end; ) {
      long run = Math.min(shard.runLength(entry, at), end - at);
      text.part(shard.runAddress(entry, at), run);
      at += run;
    }
    text.endBytes();
  }

  @Override
  public void written(
      long sequence, Shard shard, int database, long entry, long offset, long bytes) {
    changes.written(sequence, shard, database, entry, offset, bytes);
    if (bytes == 0) {
      // An empty range makes no key.
      stored(sequence, shard, database, entry);
      return;
    }
    CommandText text = keyed(shard, database, SETRANGE, entry).number(offset);
    string(text, shard, entry, offset, bytes);
  }

  @Override
  public void removed(long sequence, Shard shard, int database, long entry, Removal reason) {
    changes.removed(sequence, shard, database, entry, reason);
    keyed(shard, database, DEL, entry);
  }

  @Override
  public void expiryChanged(
      long sequence, Shard shard, int database, long entry, long deadlineMillis) {
    changes.expiryChanged(sequence, shard, database, entry, deadlineMillis);
    if (deadlineMillis < 0) {
      keyed(shard, database, PERSIST, entry);
    } else {
      keyed(shard, database, PEXPIREAT, entry).number(deadlineMillis);
    }
  }

  @Override
  public void flushed(long sequence, Unit unit, int database) {
    changes.flushed(sequence, unit, database);
    of(unit).command(database, FLUSHDB);
  }

  @Override
  public void swapped(long sequence, Unit unit, int first, int second) {
    changes.swapped(sequence, unit, first, second);
    // In whichever database: it names both.
    of(unit).command(first, SWAPDB).number(first).number(second);
  }

  // ---- functions, which are in no database: whichever the command is in -------------------------

  @Override
  public void libraryStored(long sequence, Unit unit, byte[] source) {
    changes.libraryStored(sequence, unit, source);
    of(unit).command(0, FUNCTION_LOAD).bytes(source);
  }

  @Override
  public void libraryRemoved(long sequence, Unit unit, byte[] name) {
    changes.libraryRemoved(sequence, unit, name);
    of(unit).command(0, FUNCTION_DELETE).bytes(name);
  }

  @Override
  public void librariesFlushed(long sequence, Unit unit) {
    changes.librariesFlushed(sequence, unit);
    of(unit).command(0, FUNCTION_FLUSH);
  }

  // ---- hashes ----------------------------------------------------------------------------------

  @Override
  public void fieldStored(
      long sequence,
      Shard shard,
      int database,
      long entry,
      long field,
      int fieldLength,
      long value,
      int valueLength) {
    changes.fieldStored(sequence, shard, database, entry, field, fieldLength, value, valueLength);
    keyed(shard, database, HSET, entry).bytes(field, fieldLength).bytes(value, valueLength);
  }

  @Override
  public void fieldRemoved(
      long sequence,
      Shard shard,
      int database,
      long entry,
      long field,
      int fieldLength,
      Removal reason) {
    changes.fieldRemoved(sequence, shard, database, entry, field, fieldLength, reason);
    keyed(shard, database, HDEL, entry).bytes(field, fieldLength);
  }

  @Override
  public void fieldExpiryChanged(
      long sequence,
      Shard shard,
      int database,
      long entry,
      long field,
      int fieldLength,
      long deadlineMillis) {
    changes.fieldExpiryChanged(
        sequence, shard, database, entry, field, fieldLength, deadlineMillis);
    if (deadlineMillis < 0) {
      keyed(shard, database, HPERSIST, entry).raw(ONE_FIELD).bytes(field, fieldLength);
    } else {
      keyed(shard, database, HPEXPIREAT, entry)
          .number(deadlineMillis)
          .raw(ONE_FIELD)
          .bytes(field, fieldLength);
    }
  }

  // ---- lists -----------------------------------------------------------------------------------

  @Override
  public void elementPushed(
      long sequence,
      Shard shard,
      int database,
      long entry,
      boolean atHead,
      long element,
      int elementLength) {
    changes.elementPushed(sequence, shard, database, entry, atHead, element, elementLength);
    keyed(shard, database, atHead ? LPUSH : RPUSH, entry).bytes(element, elementLength);
  }

  @Override
  public void elementsPopped(
      long sequence, Shard shard, int database, long entry, boolean atHead, long count) {
    changes.elementsPopped(sequence, shard, database, entry, atHead, count);
    keyed(shard, database, atHead ? LPOP : RPOP, entry).number(count);
  }

  @Override
  public void elementInserted(
      long sequence,
      Shard shard,
      int database,
      long entry,
      long index,
      long element,
      int elementLength) {
    changes.elementInserted(sequence, shard, database, entry, index, element, elementLength);
    // The neighbour is marked, found by its mark, and gets its value back.
    keyed(shard, database, LSET, entry).number(index).raw(MARK);
    keyed(shard, database, LINSERT, entry).raw(BEFORE).raw(MARK).bytes(element, elementLength);
    Unit unit = shard.owner();
    ListValue list = unit.views().otherList();
    list.point(shard, database, entry);
    boolean isThere = list.seek(index + 1);
    assert isThere : "an element was inserted before none";
    CommandText text = keyed(shard, database, LSET, entry).number(index + 1);
    if (list.isInteger()) {
      text.integer(list.integer());
    } else {
      text.bytes(list.address(), list.length());
    }
  }

  @Override
  public void elementReplaced(
      long sequence,
      Shard shard,
      int database,
      long entry,
      long index,
      long element,
      int elementLength) {
    changes.elementReplaced(sequence, shard, database, entry, index, element, elementLength);
    keyed(shard, database, LSET, entry).number(index).bytes(element, elementLength);
  }

  @Override
  public void elementsRemoved(
      long sequence, Shard shard, int database, long entry, long index, long count) {
    changes.elementsRemoved(sequence, shard, database, entry, index, count);
    for (long i = 0; i < count; i++) {
      keyed(shard, database, LSET, entry).number(index + i).raw(MARK);
    }
    keyed(shard, database, LREM, entry).number(count).raw(MARK);
  }

  // ---- sets and sorted sets --------------------------------------------------------------------

  @Override
  public void memberAdded(
      long sequence, Shard shard, int database, long entry, long member, int memberLength) {
    changes.memberAdded(sequence, shard, database, entry, member, memberLength);
    keyed(shard, database, SADD, entry).bytes(member, memberLength);
  }

  @Override
  public void memberRemoved(
      long sequence, Shard shard, int database, long entry, long member, int memberLength) {
    changes.memberRemoved(sequence, shard, database, entry, member, memberLength);
    keyed(shard, database, SREM, entry).bytes(member, memberLength);
  }

  @Override
  public void memberScored(
      long sequence,
      Shard shard,
      int database,
      long entry,
      long member,
      int memberLength,
      double score) {
    changes.memberScored(sequence, shard, database, entry, member, memberLength, score);
    keyed(shard, database, ZADD, entry).score(score).bytes(member, memberLength);
  }

  @Override
  public void scoreRemoved(
      long sequence, Shard shard, int database, long entry, long member, int memberLength) {
    changes.scoreRemoved(sequence, shard, database, entry, member, memberLength);
    keyed(shard, database, ZREM, entry).bytes(member, memberLength);
  }

  @Override
  public void ranksRemoved(
      long sequence, Shard shard, int database, long entry, long rank, long count) {
    changes.ranksRemoved(sequence, shard, database, entry, rank, count);
    keyed(shard, database, ZREMRANGEBYRANK, entry).number(rank).number(rank + count - 1);
  }
}
