package dev.larder.storage;

import static java.util.Objects.requireNonNull;

import dev.larder.storage.rdb.RdbException;
import org.jspecify.annotations.Nullable;

/**
 * What building a collection by its view needs whatever its type, for codecs: the view is pointed
 * at a hidden collection.
 */
final class CollectionBuild {
  private final CollectionValue view;
  private @Nullable HiddenValue hidden;
  private @Nullable Unit unit;

  CollectionBuild(CollectionValue view) {
    this.view = view;
  }

  /** Starts; false when there is no room for so many bytes. */
  boolean begin(RestoreTarget target, long bytes) {
    unit = target.unit;
    hidden =
        new HiddenValue(
            target.shard,
            target.database,
            target.hash,
            target.key,
            target.keyLength,
            target.deadlineMillis);
    resume();
    return view.hasRoom(bytes);
  }

  /** Before an event of so many bytes: others have allocated since the room for all was granted. */
  void requireRoom(long bytes) throws RdbException {
    if (!view.hasRoom(bytes)) {
      throw RdbException.memoryExhausted();
    }
  }

  /** See {@link ValueCodec#pause}. */
  void pause() {
    requireNonNull(hidden).keep(view);
  }

  /** See {@link ValueCodec#resume}. */
  void resume() {
    requireNonNull(hidden).point(view);
  }

  /** See {@link ValueCodec#install}. */
  long install() {
    return requireNonNull(hidden).adopt(requireNonNull(unit));
  }

  /** See {@link ValueCodec#abandon}. */
  void abandon() {
    requireNonNull(hidden).discard();
  }
}
