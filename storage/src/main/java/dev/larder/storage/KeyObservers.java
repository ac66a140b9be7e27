package dev.larder.storage;

import dev.larder.storage.memory.HotPath;
import dev.larder.storage.table.Record;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Who hears of the changes in a shard; eviction notes them, too. */
@HotPath
public final class KeyObservers {
  private final Shard shard;

  /** Null while there is nobody; never changed, but replaced. */
  private volatile KeyObserver @Nullable [] all;

  KeyObservers(Shard shard) {
    this.shard = shard;
  }

  boolean areThere() {
    return all != null;
  }

  /** Has one more hear of the keys that change, from the next unit on at the latest. Any thread. */
  public synchronized void add(KeyObserver observer) {
    KeyObserver[] now = all;
    List<KeyObserver> next = new ArrayList<>(now == null ? List.of() : Arrays.asList(now));
    assert !next.contains(observer);
    next.add(observer);
    all = next.toArray(KeyObserver[]::new);
  }

  /** Undoes {@link #add}; one that is not there is left alone. Any thread. */
  public synchronized void remove(KeyObserver observer) {
    KeyObserver[] now = all;
    if (now != null) {
      List<KeyObserver> next = new ArrayList<>(Arrays.asList(now));
      next.remove(observer);
      all = next.isEmpty() ? null : next.toArray(KeyObserver[]::new);
    }
  }

  /** The key of this record has changed. */
  void changed(int database, long hash, long record) {
    shard.keyspace.eviction().changed(record, shard);
    tell(database, hash, record);
  }

  private void tell(int database, long hash, long record) {
    KeyObserver[] told = all;
    if (told != null) {
      long key = Record.keyAddress(record);
      for (KeyObserver observer : told) {
        observer.changed(shard, database, hash, key, Record.keyLength(record));
      }
    }
  }

  /** The same, where the hash is not at hand. */
  void changed(int database, long record) {
    shard.keyspace.eviction().changed(record, shard);
    if (all != null) {
      long key = Record.keyAddress(record);
      tell(database, shard.keyspace.hash(key, Record.keyLength(record)), record);
    }
  }

  /** The key of this record is about to go. */
  void removing(int database, long hash, long record, Removal reason) {
    KeyObserver[] told = all;
    if (told != null) {
      long key = Record.keyAddress(record);
      for (KeyObserver observer : told) {
        observer.removing(shard, database, hash, key, Record.keyLength(record), reason);
      }
    }
  }

  void flushing(int database) {
    KeyObserver[] told = all;
    if (told != null) {
      for (KeyObserver observer : told) {
        observer.flushing(shard, database);
      }
    }
  }

  void swapping(int first, int second) {
    KeyObserver[] told = all;
    if (told != null) {
      for (KeyObserver observer : told) {
        observer.swapping(shard, first, second);
      }
    }
  }
}
