package dev.larder.commands;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.larder.command.CommandException;
import dev.larder.command.ErrorReply;
import dev.larder.command.Job;
import dev.larder.metrics.Clock;
import dev.larder.resp.ReplyWriter;
import dev.larder.storage.Bytes;
import dev.larder.storage.Keyspace;
import dev.larder.storage.Shard;
import dev.larder.storage.Unit;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** DEBUG POPULATE: creates keys {@code prefix:0}, {@code prefix:1} and so on that are not there. */
final class PopulateJob implements Job {
  /** Longer values are stored short and then grown: the rest is zeros anyway. */
  private static final int MAX_WHOLE_BYTES = 16 * 1024;

  private static final int MAX_DIGITS = 20;
  private static final int KEYS_PER_CLOCK_READING = 16;

  private final Keyspace keyspace;
  private final Unit unit;
  private final int database;
  private final long count;
  private final byte[] prefix;
  private final long valueBytes;
  private final ByteBuffer scratch;
  private final long key;
  private long next;

  /**
   * @param valueBytes the length of the values, 0 for as long as {@code value:N} is
   */
  PopulateJob(
      Keyspace keyspace, Unit unit, int database, long count, byte[] prefix, long valueBytes) {
    this.keyspace = keyspace;
    this.unit = unit;
    this.database = database;
    this.count = count;
    this.prefix = prefix;
    this.valueBytes = valueBytes;
    this.scratch = ByteBuffer.allocateDirect(prefix.length + MAX_DIGITS + MAX_WHOLE_BYTES);
    this.key = Bytes.addressOf(scratch);
  }

  @Override
  public boolean step(ReplyWriter out, long budgetNanos) throws CommandException {
    long deadline = Clock.nanos() + budgetNanos;
    long now = unit.nowMillis();
    boolean ownsNothing = unit.isIdle();
    while (next < count) {
      int keyLength = writeKey();
      long hash = keyspace.hash(key, keyLength);
      Shard shard = keyspace.shardOf(hash);
      if (!unit.acquire(shard)) {
        return false;
      }
      boolean stored = storeIfAbsent(shard, hash, keyLength);
      if (ownsNothing) {
        unit.releaseAll();
        unit.begin(now);
      }
      if (!stored) {
        throw new CommandException(ErrorReply.OUT_OF_MEMORY);
      }
      next++;
      if (next % KEYS_PER_CLOCK_READING == 0 && Clock.nanos() >= deadline) {
        return false;
      }
    }
    out.ok();
    return true;
  }

  private int writeKey() {
    byte[] number = (":" + next).getBytes(ISO_8859_1);
    Bytes.fromArray(prefix, 0, key, prefix.length);
    Bytes.fromArray(number, 0, key + prefix.length, number.length);
    return prefix.length + number.length;
  }

  /** False when memory is exhausted. */
  private boolean storeIfAbsent(Shard shard, long hash, int keyLength) {
    if (shard.find(unit, database, hash, key, keyLength) != 0) {
      return true;
    }
    byte[] text = ("value:" + next).getBytes(ISO_8859_1);
    long length = valueBytes == 0 ? text.length : valueBytes;
    int written = (int) Math.min(length, MAX_WHOLE_BYTES);
    long value = key + keyLength;
    byte[] bytes = Arrays.copyOf(text, written);
    Bytes.fromArray(bytes, 0, value, written);
    long entry = shard.store(unit, database, hash, key, keyLength, value, written, -1);
    if (entry == 0 || length == written) {
      return entry != 0;
    }
    long grown = shard.grow(unit, database, hash, entry, length);
    if (grown != 0) {
      shard.written(unit, database, grown, written, length - written);
    }
    return grown != 0;
  }
}
