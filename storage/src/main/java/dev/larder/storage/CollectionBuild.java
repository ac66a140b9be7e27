package dev.larder.storage;

import dev.larder.storage.table.Record;
import org.jspecify.annotations.Nullable;

/**
 * What building a collection by its view needs whatever its type, for codecs: the view is pointed
 * at the key as if it had no entry, so that its first element replaces what is there.
 */
final class CollectionBuild {
  private final CollectionValue view;
  private @Nullable RestoreTarget target;

  CollectionBuild(CollectionValue view) {
    this.view = view;
  }

  /** Starts; false, and nothing has changed, when there is no room for so many bytes. */
  boolean begin(RestoreTarget newTarget, long bytes) {
    target = newTarget;
    view.point(
        newTarget.shard, newTarget.database, newTarget.hash, newTarget.key, newTarget.keyLength, 0);
    return view.hasRoom(bytes);
  }

  /** Gives the entry its deadline; returns it. */
  long finish() {
    RestoreTarget built = target();
    long entry = view.entry();
    if (built.deadlineMillis >= 0) {
      entry =
          built.shard.reshape(
              built.unit,
              built.database,
              built.hash,
              entry,
              built.deadlineMillis,
              Record.valueLength(entry));
    }
    if (entry == 0) {
      abandon();
    }
    return entry;
  }

  /** Removes what was built. */
  void abandon() {
    RestoreTarget built = target();
    if (view.exists()) {
      built.shard.remove(
          built.unit, built.database, built.hash, built.key, built.keyLength, Removal.DELETED);
    }
  }

  private RestoreTarget target() {
    RestoreTarget built = target;
    if (built == null) {
      throw new IllegalStateException("nothing is being built");
    }
    return built;
  }
}
