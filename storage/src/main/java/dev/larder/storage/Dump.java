package dev.larder.storage;

import dev.larder.storage.rdb.DumpFooter;
import dev.larder.storage.rdb.ValueWriter;

/**
 * Makes the payloads of DUMP at once: a value as RDB has it, with a footer. One a unit, which owns
 * the shard of the entry; what was written last is there until {@link #clear}. Long collections are
 * for {@link StagedDump}.
 */
public final class Dump {
  /** A longer string is not written but streamed: {@link #isStreamed}. */
  private static final int MAX_WRITTEN_STRING_BYTES = 256 * 1024;

  private final Keyspace keyspace;
  private final ValueCodecs codecs;
  private ValueWriter writer;

  Dump(Keyspace keyspace, ValueCodecs codecs) {
    this.keyspace = keyspace;
    this.codecs = codecs;
    this.writer = new ValueWriter(keyspace.large());
  }

  /** Whether an entry is so long a string that its payload is a {@link DumpStream#ofString}. */
  public static boolean isStreamed(Shard shard, long entry) {
    return Entry.isString(entry) && shard.stringLength(entry) > MAX_WRITTEN_STRING_BYTES;
  }

  /**
   * Writes an entry's payload.
   *
   * @return false when memory is exhausted
   */
  public boolean write(Shard shard, long entry) {
    writer.clear();
    codecs.write(shard, entry, writer);
    DumpFooter.append(writer);
    if (writer.output().isExhausted()) {
      writer.clear();
      return false;
    }
    return true;
  }

  /** Where the payload lies. */
  public long address() {
    return writer.output().address();
  }

  /** The length of the payload in bytes. */
  public long length() {
    return writer.output().length();
  }

  /** Forgets the payload and gives its memory back. */
  public void clear() {
    writer.clear();
  }

  /** Hands the payload and its memory over. */
  public DumpStream detach() {
    DumpStream stream = new DumpStream(writer);
    writer = new ValueWriter(keyspace.large());
    return stream;
  }
}
