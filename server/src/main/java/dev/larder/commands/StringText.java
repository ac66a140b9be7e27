package dev.larder.commands;

import dev.larder.storage.Bytes;
import dev.larder.storage.Entry;
import dev.larder.storage.Keyspace;
import dev.larder.storage.PinnedString;
import dev.larder.storage.Shard;
import org.jspecify.annotations.Nullable;

/**
 * A string as it was at one moment, for a job that reads it byte by byte: pinned if it is large,
 * else copied. {@link #close} must follow.
 */
final class StringText implements AutoCloseable {
  private final @Nullable PinnedString pinned;
  private final byte[] copied;
  private final long length;

  /** The bytes of an entry, of whose shard the caller is the owner. */
  StringText(Keyspace keyspace, Shard shard, long entry) {
    length = shard.stringLength(entry);
    boolean isLarge = Entry.isLarge(entry);
    pinned = isLarge ? PinnedString.of(keyspace, entry, 0, length) : null;
    copied = isLarge ? new byte[0] : Bytes.toArray(shard.runAddress(entry, 0), (int) length);
  }

  long length() {
    return length;
  }

  /** A byte from 0 to 255. */
  int byteAt(long index) {
    return (pinned == null ? copied[(int) index] : Bytes.getByte(pinned.runAddress(index))) & 0xFF;
  }

  /** Lets go of what is pinned; a second call does nothing. */
  @Override
  public void close() {
    if (pinned != null) {
      pinned.close();
    }
  }
}
