package dev.larder.storage;

import dev.larder.storage.rdb.ValueSink;
import dev.larder.storage.rdb.ValueWriter;
import org.jspecify.annotations.Nullable;

/**
 * What a type adds so that its values can be dumped and restored, at once or in slices. {@link
 * ValueCodecs} has one a unit and type for what is done at once, and makes one for each job. For
 * the owner of the shard at hand.
 */
interface ValueCodec {
  // ---- writing

  /** Begins to write an entry, which stays as it is meanwhile. */
  void beginWriting(Shard shard, long entry, ValueWriter out);

  /**
   * Goes on.
   *
   * @param pieces about how much to write: {@link Pieces}
   * @return whether type byte and value are complete
   */
  boolean write(long pieces);

  // ---- building

  /**
   * Starts to make a value from events, none of which is wrong: they were checked before. Nobody
   * sees it before {@link #install}.
   *
   * @param bytes about how many bytes the value has; 0 when they are not all there yet, and a
   *     member or field may come twice
   * @return where the events go; null when there is no memory for so much
   */
  @Nullable ValueSink begin(RestoreTarget target, long bytes);

  /** The unit is about to give the shard up: {@link #resume} has to precede further events. */
  void pause();

  /** The unit owns the shard again. */
  void resume();

  /**
   * Ends what {@link #begin} started, after the last event: the key holds it instead of anything it
   * held before, which is reported.
   *
   * @return the entry; 0 when memory is exhausted and nothing has changed
   */
  long install();

  /** Gives up what was begun and paused; the shard need not be owned. */
  void abandon();
}
