package dev.larder.storage;

import static java.util.Objects.requireNonNull;

import dev.larder.storage.rdb.RdbException;
import dev.larder.storage.rdb.ValueReader;
import dev.larder.storage.type.Listpack;
import org.jspecify.annotations.Nullable;

/**
 * What building a collection by its view needs whatever its type, for codecs: the view is pointed
 * at a hidden collection.
 */
final class CollectionBuild {
  /** What is longer is not packed by any limit that is in use. */
  private static final int MAX_RESERVED_BYTES = 32 * 1024;

  private final CollectionValue view;
  private @Nullable HiddenValue hidden;
  private @Nullable Unit unit;
  private long bytes;

  /** See {@link #expectPacked}; 0 for nothing. */
  private int reservedBytes;

  CollectionBuild(CollectionValue view) {
    this.view = view;
  }

  /** Starts; false when there is no room for so many bytes. */
  boolean begin(RestoreTarget target, long allBytes) {
    unit = target.unit;
    bytes = allBytes;
    reservedBytes = 0;
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

  /**
   * Says that the elements will be kept in one listpack, beside which each needs so many bytes:
   * room for all is taken at once then.
   */
  void expectPacked(long elements, int bytesEach) {
    long packed =
        Listpack.EMPTY_BYTES + bytes + elements * (bytesEach - ValueReader.BYTES_PER_ELEMENT);
    if (packed <= MAX_RESERVED_BYTES) {
      reservedBytes = (int) packed;
      view.reserveBlock(reservedBytes);
    }
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
    view.reserveBlock(reservedBytes);
  }

  /** See {@link ValueCodec#install}. */
  long install() {
    if (reservedBytes != 0) {
      resume();
      view.fit();
      pause();
    }
    return requireNonNull(hidden).adopt(requireNonNull(unit));
  }

  /** See {@link ValueCodec#abandon}. */
  void abandon() {
    requireNonNull(hidden).discard();
  }
}
