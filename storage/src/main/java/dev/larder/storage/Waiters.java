package dev.larder.storage;

import dev.larder.storage.table.Record;
import org.jspecify.annotations.Nullable;

/**
 * Those who wait for keys of a shard to hold something, and whose turn it is.
 *
 * <p>A key is ready from the moment that it changes as somebody wishes until all in its queue have
 * had their turn. Whoever serves asks {@link Unit#nextReady} whose turn it is, and then makes that
 * place {@link #forget} or {@link #pass}. Everything is for the owner of the shard, except where it
 * says otherwise.
 */
public final class Waiters {
  private final Ownership ownership;

  /** Null while nobody waits. */
  private @Nullable WaitTable table;

  /** Whether somebody is going to serve what was left ready when the shard was given up. */
  private boolean isServicePlanned;

  Waiters(Ownership ownership) {
    this.ownership = ownership;
  }

  // ---- for those who wait and those who serve --------------------------------------------------

  /** Queues a place for a key of this shard, behind those that are there. */
  public void await(KeyWait wait, int database, long hash, long key, int keyLength) {
    assert wait.shard().waiters() == this && wait.queue == null;
    if (table == null) {
      table = new WaitTable();
    }
    table.add(wait, database, hash, key, keyLength);
  }

  /** Takes a place out of its queue; one that is in none any more is left alone. */
  public void forget(KeyWait wait) {
    if (table != null && wait.queue != null) {
      table.remove(wait, wait.queue);
      if (table.isEmpty()) {
        table = null;
      }
    }
  }

  /**
   * Who had the turn keeps its place without being served; the next one gets the turn.
   *
   * @param isAbsent whether the key does not hold what is waited for, so that most need not ask
   */
  public void pass(KeyWait wait, boolean isAbsent) {
    if (wait.queue != null) {
      wait.queue.pass(wait, isAbsent);
    }
  }

  /** Gives those in a place's queue another turn, though the key has not changed. */
  public void wake(KeyWait wait) {
    if (table != null && wait.queue != null) {
      table.makeReady(wait.queue);
      ownership.owner().setReady();
    }
  }

  /** The service that {@link Keyspace#addServer} speaks of is done. */
  public void endService() {
    isServicePlanned = false;
  }

  /** Plans a service of what is left ready; false when nothing is, or it is planned already. */
  boolean planService() {
    boolean isNew = !isServicePlanned && hasReady();
    isServicePlanned |= isNew;
    return isNew;
  }

  /** Whether a key may be ready whose queue has not been served to the end. */
  boolean hasReady() {
    return table != null && table.hasReady();
  }

  /** Whose turn it is, or null when no key is ready. */
  @Nullable KeyWait nextReady() {
    return table == null ? null : table.nextReady();
  }

  // ---- for those who change keys ---------------------------------------------------------------

  boolean hasAny() {
    return table != null;
  }

  /** A key holds this entry, or more in it than before. */
  void changed(int database, long hash, long entry) {
    if (table != null) {
      signal(table, database, hash, entry, Entry.type(entry));
    }
  }

  /** The key of a record goes. */
  void removed(int database, long hash, long record) {
    if (table != null) {
      signal(table, database, hash, record, null);
    }
  }

  private void signal(
      WaitTable waited, int database, long hash, long record, @Nullable ValueType type) {
    waited.signal(database, hash, Record.keyAddress(record), Record.keyLength(record), type);
    ownership.owner().setReady();
  }

  /** All keys of a database went. */
  void flushed(int database) {
    if (table != null) {
      table.signalAll(database, true);
      ownership.owner().setReady();
    }
  }

  /** Two databases changed places. */
  void swapped(int first, int second) {
    if (table != null) {
      table.signalAll(first, false);
      table.signalAll(second, false);
      ownership.owner().setReady();
    }
  }

  // ---- reports ---------------------------------------------------------------------------------

  /** Keys that are waited for; a racy read. */
  int awaitedKeys() {
    WaitTable racy = table;
    return racy == null ? 0 : racy.queueCount();
  }

  /** Those of them whose removal somebody waits for; a racy read. */
  int keysAwaitedToGo() {
    WaitTable racy = table;
    return racy == null ? 0 : racy.removalQueueCount();
  }
}
