package dev.larder.storage;

import dev.larder.storage.memory.Evacuation;
import java.util.function.IntPredicate;

/**
 * The emptying of the sparse pages of one shard after the other, in short steps: marks pages, moves
 * what is in them, and gives up on what had to stay. Between two steps anything may happen to the
 * shard. For one thread, which owns the shard for a step.
 */
final class ShardEvacuation {
  /** Pages of the page table that are looked at in a step: some 20 µs. */
  private static final int LOOKS = 2048;

  /** What a step may need: copies are made before their originals go. */
  private static final long STEP_BYTES = 1 << 20;

  /** What is next. */
  private enum Stage {
    /** Marking pages. */
    MARK,
    /** Going through all keys. */
    WALK,
    /** Going through the orders of deadlines. */
    ORDERS,
    /** Taking the marks from pages that could not be emptied. */
    END
  }

  private final Keyspace keyspace;
  private final Evacuation pages;
  private final RecordMover mover = new RecordMover();
  private final RecordWalk walk;
  private Stage stage = Stage.MARK;
  private int database;

  /** Whether the order of the keys' deadlines is done with, and that of fields is next. */
  private boolean isKeyOrderDone;

  ShardEvacuation(Keyspace keyspace) {
    this.keyspace = keyspace;
    this.pages = new Evacuation(keyspace.shard(0).arena);
    this.walk = new RecordWalk(keyspace, mover);
  }

  /** What was moved, of all shards so far. */
  RecordMover mover() {
    return mover;
  }

  /** Makes a plan for a shard, which need not be owned; see {@link Evacuation#survey}. */
  Evacuation plan(int shard, int least) {
    pages.survey(keyspace.shard(shard).arena, least);
    return pages;
  }

  /** Begins with a shard of which a plan has been made. */
  void begin(int shard) {
    stage = Stage.MARK;
    walk.goTo(shard);
    mover.begin();
  }

  /** Begins with a shard, and with these pages, whatever is in them; the unit owns the shard. */
  void begin(int shard, IntPredicate isWanted) {
    begin(shard);
    pages.markIf(keyspace.shard(shard).arena, isWanted);
    stage = Stage.WALK;
  }

  /** Moves no more; only what is needed to end is left. */
  void giveUp() {
    if (stage != Stage.END) {
      stage = Stage.END;
      pages.rewind();
    }
  }

  /**
   * Goes on with the shard, which the unit owns.
   *
   * @return whether it is done with
   */
  boolean step(long endNanos) {
    Shard shard = walk.shard();
    if (!shard.arena.hasRoom(STEP_BYTES)) {
      giveUp();
    }
    switch (stage) {
      case MARK -> {
        if (!pages.mark(LOOKS)) {
          stage = Stage.WALK;
        }
      }
      case WALK -> {
        if (walk.step(endNanos)) {
          stage = Stage.ORDERS;
          database = 0;
          isKeyOrderDone = false;
        }
      }
      case ORDERS -> {
        if (moveOrders(shard, endNanos)) {
          giveUp();
        }
      }
      case END -> {
        return !pages.keepRest(LOOKS);
      }
      default -> throw new IllegalStateException("no such stage");
    }
    return false;
  }

  /** Moves what deadlines are kept in; whether that was all. */
  private boolean moveOrders(Shard shard, long endNanos) {
    while (database < keyspace.databases()) {
      ShardDatabase content = shard.database(database);
      int moved = content == null ? -1 : moveLeaf(content);
      if (moved < 0) {
        database += content == null || isKeyOrderDone ? 1 : 0;
        isKeyOrderDone = content != null && !isKeyOrderDone;
      }
      mover.countMoved(moved < 0 ? -1 - moved : moved);
      if (Clock.nanos() >= endNanos) {
        break;
      }
    }
    return database >= keyspace.databases();
  }

  private int moveLeaf(ShardDatabase content) {
    return isKeyOrderDone ? content.fieldExpiry.moveLeaf() : content.expiry.moveLeaf();
  }
}
