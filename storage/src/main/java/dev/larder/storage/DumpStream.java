package dev.larder.storage;

import dev.larder.storage.memory.Memory;
import dev.larder.storage.rdb.Crc64;
import dev.larder.storage.rdb.DumpFooter;
import dev.larder.storage.rdb.RdbOutput;
import dev.larder.storage.rdb.RdbType;
import dev.larder.storage.rdb.ValueWriter;
import org.jspecify.annotations.Nullable;

/**
 * A payload of DUMP that is read once, in order and in pieces, after its shard was given up. A long
 * string is not copied for it: its chunks are pinned, and the checksum is made as they are read.
 * Used by one thread at a time; {@link #close} must follow.
 */
public final class DumpStream implements AutoCloseable {
  /** The whole payload; or what stands before a string, and later what stands behind it. */
  private final ValueWriter written;

  private final @Nullable Spool spool;
  private final @Nullable PinnedString string;
  private final long stringStart;
  private final long stringEnd;
  private final long length;
  private long position;
  private long crc;

  DumpStream(ValueWriter payload) {
    written = payload;
    spool = null;
    string = null;
    length = payload.output().length();
    stringStart = length;
    stringEnd = length;
  }

  /** What a spool has, which is closed with this; the writer is not needed any more. */
  DumpStream(ValueWriter payload, Spool spool) {
    written = payload;
    this.spool = spool;
    string = null;
    length = spool.remaining();
    stringStart = length;
    stringEnd = length;
  }

  private DumpStream(ValueWriter head, PinnedString string) {
    this.written = head;
    this.spool = null;
    this.string = string;
    stringStart = head.output().length();
    stringEnd = stringStart + string.length();
    length = stringEnd + DumpFooter.BYTES;
  }

  /**
   * The payload of an entry that {@link Dump#isStreamed}, as it is now. It is not compressed: that
   * would take memory for the whole result before its first byte could be sent.
   */
  public static DumpStream ofString(Keyspace keyspace, Shard shard, long entry) {
    long bytes = shard.stringLength(entry);
    ValueWriter head = new ValueWriter(keyspace.large());
    head.type(RdbType.STRING);
    head.beginString(bytes);
    return new DumpStream(head, PinnedString.of(keyspace, entry, 0, bytes));
  }

  /** The length of the whole payload in bytes. */
  public long length() {
    return length;
  }

  /** Moves the next bytes, of which there must be so many, to an address. */
  public void read(long target, int bytes) {
    assert bytes <= length - position;
    if (spool != null) {
      spool.read(target, bytes);
      position += bytes;
      return;
    }
    for (int done = 0; done < bytes; ) {
      int part = readPart(target + done, bytes - done);
      position += part;
      done += part;
    }
  }

  private int readPart(long target, int bytes) {
    if (position < stringStart) {
      return readWritten(target, bytes, position);
    }
    if (position < stringEnd && string != null) {
      int part = (int) Math.min(bytes, stringEnd - position);
      string.copy(position - stringStart, target, part);
      crc = Crc64.update(crc, target, part);
      return part;
    }
    if (position == stringEnd) {
      DumpFooter.replace(written, crc);
    }
    return readWritten(target, bytes, position - stringEnd);
  }

  private int readWritten(long target, int bytes, long from) {
    RdbOutput output = written.output();
    int part = (int) Math.min(bytes, output.length() - from);
    Memory.copy(output.address() + from, target, part);
    crc = Crc64.update(crc, target, part);
    return part;
  }

  /** Gives back all that is held; a second call does nothing. */
  @Override
  public void close() {
    written.clear();
    if (spool != null) {
      spool.close();
    }
    if (string != null) {
      string.close();
    }
  }
}
