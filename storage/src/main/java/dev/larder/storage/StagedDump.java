package dev.larder.storage;

import dev.larder.storage.rdb.Crc64;
import dev.larder.storage.rdb.DumpFooter;
import dev.larder.storage.rdb.RdbOutput;
import dev.larder.storage.rdb.ValueWriter;

/**
 * Makes the payload of DUMP of a long collection in slices, from the beginning to the end of which
 * a lease keeps it as it is. The payload gathers in a spool, since its length comes before it. Used
 * by one job, whose unit owns the entry's shard for {@link #step}; {@link #close} must follow.
 */
public final class StagedDump implements AutoCloseable {
  /** So many bytes are written before they are moved to the spool. */
  private static final int MOVED_BYTES = 32 * 1024;

  private static final int STEP_BYTES = 1 << 20;

  private final ValueCodec codec;
  private final ValueWriter writer;
  private final Spool spool;
  private long crc;

  private StagedDump(Keyspace keyspace, ValueCodec codec) {
    this.codec = codec;
    writer = new ValueWriter(keyspace.large());
    spool = new Spool(keyspace);
  }

  /** Begins with an entry that {@link EntryTransfer#isLong}. */
  public static StagedDump of(Unit unit, Shard shard, long entry) {
    StagedDump dump = new StagedDump(shard.keyspace, unit.codecs().newCodec(Entry.type(entry)));
    dump.codec.beginWriting(shard, entry, dump.writer);
    return dump;
  }

  /**
   * Goes on.
   *
   * @param pieces about how many elements to write, of about 64 bytes
   */
  public Progress step(long pieces) {
    boolean isDone = codec.write(pieces);
    RdbOutput output = writer.output();
    if (isDone || output.length() >= MOVED_BYTES || output.isExhausted()) {
      crc = Crc64.update(crc, output.address(), output.length());
      if (!move(output)) {
        return Progress.MEMORY_EXHAUSTED;
      }
    }
    if (!isDone) {
      return Progress.MORE;
    }
    DumpFooter.replace(writer, crc);
    return move(output) ? Progress.DONE : Progress.MEMORY_EXHAUSTED;
  }

  /** Moves what was written to the spool; false when memory is exhausted. */
  private boolean move(RdbOutput output) {
    boolean isMoved = !output.isExhausted();
    for (long done = 0; isMoved && done < output.length(); done += STEP_BYTES) {
      int part = (int) Math.min(STEP_BYTES, output.length() - done);
      isMoved = spool.append(output.address() + done, part);
    }
    output.clear();
    return isMoved;
  }

  /** Hands over the payload, when it is complete. */
  public DumpStream payload() {
    return new DumpStream(writer, spool);
  }

  /** Gives all memory back, unless the payload was handed over. */
  @Override
  public void close() {
    writer.clear();
    spool.close();
  }
}
