package dev.larder.session;

import dev.larder.resp.HotPath;
import dev.larder.storage.Keyspace;
import dev.larder.storage.ShardSet;
import dev.larder.storage.Unit;
import java.util.ArrayList;
import java.util.List;

/** The keys that one client watches. For its loop. */
@HotPath
public final class Watches {
  private final WatchedKeys all;
  private final Keyspace keyspace;
  private final ShardSet shards;
  private final List<Watch> watches = new ArrayList<>(1);

  /** Read by other threads, too. */
  private int count;

  Watches(WatchedKeys all, Keyspace keyspace) {
    this.all = all;
    this.keyspace = keyspace;
    this.shards = new ShardSet(keyspace);
  }

  /**
   * Watches a key, unless it is watched already; the unit owns its shard.
   *
   * @param existed whether there is such a key
   * @return false if too many keys are watched
   */
  public boolean add(int database, long hash, boolean existed) {
    for (int i = 0; i < watches.size(); i++) {
      Watch watch = watches.get(i);
      if (watch.hash == hash && watch.database == database) {
        return true;
      }
    }
    if (!all.count()) {
      return false;
    }
    watches.add(all.of(keyspace, keyspace.shardOf(hash)).add(database, hash, existed));
    shards.addKey(hash);
    count = watches.size();
    return true;
  }

  /** How many keys are watched; any thread. */
  int count() {
    return count;
  }

  /** The shards of the keys. */
  public ShardSet shards() {
    return shards;
  }

  /**
   * Whether a key has changed since it is watched; any thread that finds one true may rely on it.
   */
  public boolean areBroken() {
    for (int i = 0; i < watches.size(); i++) {
      if (watches.get(i).isBroken()) {
        return true;
      }
    }
    return false;
  }

  /** Whether a key has expired since it is watched; the unit owns the shards of all. */
  public boolean haveExpired(Unit unit) {
    for (int i = 0; i < watches.size(); i++) {
      Watch watch = watches.get(i);
      if (watch.home.hasExpired(unit, watch)) {
        return true;
      }
    }
    return false;
  }

  /** Watches nothing any more. */
  public void end() {
    if (count > 0) {
      for (int i = 0; i < count; i++) {
        watches.get(i).end();
      }
      all.uncount(count);
      count = 0;
      watches.clear();
      shards.clear();
    }
  }
}
