package dev.larder.storage;

/**
 * Hears of the keys of a shard that change, as far as readers can tell: also of those that expire
 * or are evicted, but not of what groups of consumers remember. While nobody listens, telling costs
 * the test of a field.
 *
 * <p>Calls come on the thread of the unit that owns the shard ({@link Shard#owner}), inside its
 * change: they are short, change no key, and keep nothing of the key's address. One command may
 * tell of a key several times.
 */
public interface KeyObserver {
  /** A key's value or deadline is another one now, or the key has come into being. */
  void changed(Shard shard, int database, long hash, long key, int keyLength);

  /** A key is about to go. */
  void removing(Shard shard, int database, long hash, long key, int keyLength, Removal reason);

  /** All keys of a database in this shard are about to go, and those in the other shards. */
  default void flushing(Shard shard, int database) {}

  /** Two databases are about to change places, in this shard as in all. */
  default void swapping(Shard shard, int first, int second) {}
}
