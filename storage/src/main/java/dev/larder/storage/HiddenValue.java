package dev.larder.storage;

/**
 * A collection in the making that lives longer than a unit: what a job collects in slices, until a
 * key gets it or it is thrown away. Nobody but the job knows of it. See {@link
 * CollectionValue#pointHidden}.
 *
 * <p>Used by one thread, which owns the shard for everything but {@link #discard}.
 */
public final class HiddenValue {
  private final Shard shard;
  private final int database;
  private final long hash;
  private final long key;
  private final int keyLength;
  private final long deadlineMillis;

  /** Its record, 0 while it has no element. */
  private int reference;

  /**
   * One without elements.
   *
   * @param hash of the key that may get it
   * @param key the key's bytes, which stay where they are
   */
  public HiddenValue(Shard shard, int database, long hash, long key, int keyLength) {
    this(shard, database, hash, key, keyLength, -1);
  }

  /** The same, for an entry with this deadline in milliseconds since the epoch, -1 for none. */
  HiddenValue(Shard shard, int database, long hash, long key, int keyLength, long deadlineMillis) {
    this.shard = shard;
    this.database = database;
    this.hash = hash;
    this.key = key;
    this.keyLength = keyLength;
    this.deadlineMillis = deadlineMillis;
  }

  public Shard shard() {
    return shard;
  }

  /** Points a view at it; when that has changed it, {@link #keep} follows. */
  public void point(CollectionValue view) {
    view.pointHidden(shard, database, hash, key, keyLength, deadlineMillis, reference);
  }

  /** Remembers what the view that was pointed at it has made of it. */
  public void keep(CollectionValue view) {
    reference = view.hiddenReference();
  }

  /**
   * Gives it to the key by a view that was pointed at it: {@link CollectionValue#install}. Nothing
   * is left here.
   */
  public void install(CollectionValue view, KeyEvent event) {
    reference = 0;
    view.install(event);
  }

  /**
   * Gives it, which has elements, to the key as it was kept last.
   *
   * @return the entry, or 0 when memory is exhausted and nothing has changed
   */
  long adopt(Unit unit) {
    if (!EntryTransfer.adopt(unit, shard, database, hash, reference)) {
      return 0;
    }
    long entry = shard.arena.address(reference);
    reference = 0;
    return entry;
  }

  /** Throws it away, whether or not the shard is owned; its memory is freed in slices later. */
  public void discard() {
    if (reference != 0) {
      shard.values.discard(reference);
      reference = 0;
    }
  }
}
