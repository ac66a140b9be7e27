package dev.larder.commands;

import dev.larder.command.Call;
import dev.larder.command.Job;
import dev.larder.metrics.Clock;
import dev.larder.resp.ReplyWriter;
import dev.larder.storage.Bytes;
import dev.larder.storage.Entry;
import dev.larder.storage.Keyspace;
import dev.larder.storage.Shard;
import dev.larder.storage.Unit;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * Replies the name of a random key. Draws slots of shards, chosen by their number of keys, until
 * one holds a live key: nearly always at the first or second draw. Where most keys have expired and
 * many draws failed, it takes the first live key behind a random place, so that it ends.
 */
final class RandomKey implements Job {
  private static final int SHARDS_DRAWN = 16;
  private static final int SLOTS_DRAWN = 32;
  private static final long CURSOR_MASK = (1L << 48) - 1;

  private final Keyspace keyspace;
  private final Unit unit;
  private final int database;
  private @Nullable ReplyWriter out;

  /** The walk from a random place, then the one from the beginning. */
  private @Nullable KeyWalk walk;

  private boolean isSecondWalk;
  private boolean isFound;

  RandomKey(Call call) {
    this.keyspace = call.keyspace();
    this.unit = call.unit();
    this.database = call.db();
  }

  @Override
  public boolean step(ReplyWriter reply, long budgetNanos) {
    out = reply;
    if (walk == null) {
      if (keyspace.size(database) == 0) {
        reply.nil();
        return true;
      }
      if (draw()) {
        return true;
      }
      walk = walkFrom(ThreadLocalRandom.current().nextLong() & CURSOR_MASK);
    }
    walk.step(Long.MAX_VALUE, Long.MAX_VALUE, Clock.nanos() + budgetNanos);
    if (isFound) {
      return true;
    }
    if (walk.isAtEnd()) {
      if (isSecondWalk) {
        reply.nil();
        return true;
      }
      isSecondWalk = true;
      walk = walkFrom(0);
    }
    return false;
  }

  private KeyWalk walkFrom(long cursor) {
    return new KeyWalk(keyspace, unit, database, cursor, (_, entry) -> take(entry));
  }

  private boolean draw() {
    ThreadLocalRandom random = ThreadLocalRandom.current();
    boolean ownsNothing = unit.isIdle();
    for (int i = 0; i < SHARDS_DRAWN && !isFound; i++) {
      Shard shard = drawShard(random);
      if (unit.acquire(shard)) {
        for (int k = 0; k < SLOTS_DRAWN && !isFound; k++) {
          long entry = shard.sample(unit, database, random.nextLong());
          if (entry != 0) {
            take(entry);
          }
        }
        if (ownsNothing) {
          unit.releaseAll();
        }
      }
    }
    return isFound;
  }

  private Shard drawShard(ThreadLocalRandom random) {
    long left = random.nextLong(Math.max(1, keyspace.size(database)));
    int index = 0;
    while (index < keyspace.shardCount() - 1) {
      left -= keyspace.shard(index).count(database);
      if (left < 0) {
        break;
      }
      index++;
    }
    return keyspace.shard(index);
  }

  /** Replies this key unless one was replied; false, as no more is needed. */
  private boolean take(long entry) {
    if (!isFound && out != null) {
      isFound = true;
      int length = Entry.keyLength(entry);
      Bytes.copy(Entry.keyAddress(entry), out.beginBulk(length), length);
      out.endBulk();
    }
    return false;
  }
}
