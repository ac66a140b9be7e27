package dev.larder.commands;

import dev.larder.command.Call;
import dev.larder.storage.Bytes;
import dev.larder.storage.KeyEvent;
import dev.larder.storage.Overwriting;
import dev.larder.storage.Removal;
import dev.larder.storage.Shard;
import dev.larder.storage.SortedSetResult;
import dev.larder.storage.SortedSetValue;
import dev.larder.storage.Unit;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;

/** A key that a job stores its result in, perhaps when the client and its arguments are gone. */
final class TargetKey {
  private final Unit unit;
  private final Shard shard;
  private final int database;
  private final long hash;
  private final ByteBuffer bytes;
  private final KeyEvent event;

  /**
   * @param event which it is that it holds a result
   */
  TargetKey(Call call, int keyArg, KeyEvent event) {
    unit = call.unit();
    shard = call.shard(keyArg);
    database = call.db();
    hash = call.hash(keyArg);
    this.event = event;
    bytes = ByteBuffer.allocateDirect(call.argLength(keyArg));
    Bytes.copy(call.argAddress(keyArg), Bytes.addressOf(bytes), bytes.capacity());
  }

  /** Gives the key what a result has, which may be nothing; the unit owns its shard. */
  void store(SortedSetResult result) {
    long key = Bytes.addressOf(bytes);
    if (result.count() == 0) {
      if (shard.remove(unit, database, hash, key, bytes.capacity(), Removal.DELETED)) {
        unit.events().raise(KeyEvent.DEL, database, key, bytes.capacity());
      }
    } else {
      SortedSetValue target = unit.views().otherSortedSet();
      target.point(shard, database, hash, key, bytes.capacity(), 0);
      target.take(result);
      Overwriting.tell(unit, shard, database, target.entry());
      unit.events().raise(event, database, key, bytes.capacity());
    }
    // The buffer's memory must not go before all that reads it has ended.
    Reference.reachabilityFence(bytes);
  }
}
