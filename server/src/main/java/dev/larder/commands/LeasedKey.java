package dev.larder.commands;

import dev.larder.command.Call;
import dev.larder.storage.CollectionValue;
import dev.larder.storage.Entry;
import dev.larder.storage.KeyEvent;
import dev.larder.storage.Lease;
import dev.larder.storage.Leases;
import dev.larder.storage.Unit;

/** A key that a job keeps as it is between its steps. */
final class LeasedKey {
  private final Unit unit;
  private final Lease lease;
  private final long hash;

  /**
   * Leases a key, whose entry there is.
   *
   * @param isExclusive whether others must not even read it
   */
  LeasedKey(Call call, int keyArg, long entry, boolean isExclusive) {
    unit = call.unit();
    hash = call.hash(keyArg);
    lease = lease(call, keyArg, call.db(), entry, isExclusive, call.session().connection()::hurry);
  }

  /**
   * Leases a key for a job of the call, which has changed nothing under a shared lease.
   *
   * @param database the key's
   * @param entry the key's, 0 if there is none
   * @param onWanted told, on any thread, when somebody begins to wait for the end
   */
  static Lease lease(
      Call call, int keyArg, int database, long entry, boolean isExclusive, Runnable onWanted) {
    giveWay(call, keyArg);
    return call.shard(keyArg)
        .leases()
        .take(
            database,
            call.hash(keyArg),
            call.argAddress(keyArg),
            call.argLength(keyArg),
            entry,
            isExclusive,
            onWanted);
  }

  /** The call runs again later if somebody waits for others to give the key free. */
  static void giveWay(Call call, int keyArg) {
    Leases leases = call.shard(keyArg).leases();
    Lease wanted =
        leases.wanted(call.hash(keyArg), call.argAddress(keyArg), call.argLength(keyArg));
    if (wanted != null) {
      call.runAfter(wanted);
    }
  }

  /** Takes the key's shard for a step; false when it is taken. */
  boolean acquire() {
    return unit.acquireForStep(lease.shard());
  }

  /** The key's entry; its shard is owned. */
  long entry() {
    return lease.entry();
  }

  /** Points a view at the key, whose shard is owned. */
  void point(CollectionValue view) {
    long entry = lease.entry();
    view.point(
        lease.shard(),
        lease.database(),
        hash,
        Entry.keyAddress(entry),
        Entry.keyLength(entry),
        entry);
  }

  /** See {@link Call#event}; before the effect, in the same step. */
  void event(KeyEvent event) {
    long entry = lease.entry();
    unit.events().raise(event, lease.database(), Entry.keyAddress(entry), Entry.keyLength(entry));
  }

  /** The view has changed the key, under an exclusive lease: its entry may have moved, or gone. */
  void follow(CollectionValue view) {
    lease.follow(view.entry());
  }

  /** Whether somebody waits for the key. */
  boolean isWanted() {
    return lease.isWanted();
  }

  /** Gives the key free; a second call does nothing. */
  void end() {
    lease.end();
  }
}
