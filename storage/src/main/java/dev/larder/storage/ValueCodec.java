package dev.larder.storage;

import dev.larder.storage.rdb.ValueSink;
import dev.larder.storage.rdb.ValueWriter;
import org.jspecify.annotations.Nullable;

/**
 * What a type adds so that its values can be dumped and restored; {@link ValueCodecs} has one a
 * unit and type. For the owner of the shard at hand.
 */
interface ValueCodec {
  /** Writes an entry's type byte and value. */
  void write(Shard shard, long entry, ValueWriter out);

  /**
   * Starts to make a value from events, none of which is wrong: they were checked before.
   *
   * @param bytes about how many bytes the value has
   * @return where the events go; null when there is no memory for so much and nothing has changed
   */
  @Nullable ValueSink begin(RestoreTarget target, long bytes);

  /**
   * Ends what {@link #begin} started, after the last event. The caller reports the entry.
   *
   * @return the entry, which the key has instead of any it had before
   */
  long finish();

  /** Ends it instead of {@link #finish}: the key has no value, and what was built is freed. */
  void abandon();
}
