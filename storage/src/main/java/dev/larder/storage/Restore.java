package dev.larder.storage;

import dev.larder.storage.memory.GrowableMemory;
import dev.larder.storage.rdb.Crc64;
import dev.larder.storage.rdb.DumpFooter;
import dev.larder.storage.rdb.RdbException;
import dev.larder.storage.rdb.RdbInput;
import dev.larder.storage.rdb.RdbString;
import dev.larder.storage.rdb.RdbType;
import dev.larder.storage.rdb.ValueReader;
import dev.larder.storage.rdb.ValueSink;
import org.jspecify.annotations.Nullable;

/**
 * Makes values from payloads of DUMP, in two parts. The first, {@link #prepare}, needs no shard and
 * runs in slices: it holds everything in the payload against the format, so that a bad one changes
 * nothing. The second, {@link #build}, makes a key hold the value. Used by one thread at a time;
 * {@link #close} ends each use.
 */
public final class Restore implements AutoCloseable {
  /** What a payload is found to be. */
  public enum Finding {
    SOUND,
    /** Of a version that is not known, or changed on its way. */
    BAD_FOOTER,
    MALFORMED,
    /** There is no memory to read it. */
    MEMORY_EXHAUSTED
  }

  private final Keyspace keyspace;
  private final RdbInput input = new RdbInput();
  private final RdbString string = new RdbString();
  private final ValueReader reader;

  /** For a string that is not in the payload as it is, and short. */
  private final GrowableMemory memory;

  private long payload;
  private long length;
  private long crc;
  private long summed;
  private boolean isOpen;
  private int type;
  private String diagnosis = "";

  /** For a string that is long. */
  private @Nullable StagedString staged;

  /** Where the string's bytes are, or will be. */
  private long value;

  public Restore(Keyspace keyspace) {
    this.keyspace = keyspace;
    this.memory = new GrowableMemory(keyspace.large());
    this.reader = new ValueReader(keyspace.large());
  }

  /** Starts with a payload, which stays where it is until {@link #close}. */
  public void begin(long newPayload, long newLength) {
    close();
    payload = newPayload;
    length = newLength;
    crc = 0;
    summed = 0;
  }

  /**
   * Goes on with the first part.
   *
   * @param bytes how many bytes to look at, about
   * @return null when there is more to do
   */
  public @Nullable Finding prepare(long bytes) {
    if (!DumpFooter.isReadable(payload, length)) {
      return Finding.BAD_FOOTER;
    }
    long toSum = Math.min(bytes, DumpFooter.summedBytes(length) - summed);
    if (toSum > 0) {
      crc = Crc64.update(crc, payload + summed, toSum);
      summed += toSum;
      if (summed < DumpFooter.summedBytes(length)) {
        return null;
      }
    }
    if (!DumpFooter.hasChecksum(payload, length, crc)) {
      return Finding.BAD_FOOTER;
    }
    try {
      if (!isOpen) {
        open();
      }
      boolean isDone = type == RdbType.STRING ? string.step(bytes) : reader.step(bytes);
      return isDone ? Finding.SOUND : null;
    } catch (RdbException e) {
      diagnosis = String.valueOf(e.getMessage());
      return e.isOutOfMemory() ? Finding.MEMORY_EXHAUSTED : Finding.MALFORMED;
    }
  }

  private void open() throws RdbException {
    pointAtValue();
    if (type == RdbType.STRING) {
      string.read(input);
      openString();
    } else {
      reader.begin(type, DumpFooter.version(payload, length), input, null);
    }
    isOpen = true;
  }

  private void pointAtValue() throws RdbException {
    input.point(payload, length - DumpFooter.BYTES);
    type = input.readByte();
  }

  /** Finds out where the string's bytes go. */
  private void openString() throws RdbException {
    // Bytes in chunks could not be stored from where they are, unless a chunk began with them.
    if (string.isPlain() && !keyspace.large().contains(string.address())) {
      value = string.address();
      string.begin(0);
      return;
    }
    if (string.length() <= GrowableMemory.KEPT_BYTES) {
      memory.ensure(GrowableMemory.KEPT_BYTES, 0);
      value = memory.address();
    } else {
      staged = StagedString.allocate(keyspace, 0, string.length());
      if (staged == null) {
        throw RdbException.memoryExhausted();
      }
      value = staged.address();
    }
    string.begin(value);
  }

  /** What is wrong with a payload that is {@link Finding#MALFORMED}: for people. */
  public String diagnosis() {
    return diagnosis;
  }

  /**
   * Makes a key hold the value of a payload that is {@link Finding#SOUND}, whatever it held; the
   * unit owns its shard.
   *
   * @param deadlineMillis milliseconds since the epoch, -1 for none
   * @return the new entry, or 0 when memory is exhausted: then the key has what it had, or nothing
   */
  public long build(
      Unit unit,
      Shard shard,
      int database,
      long hash,
      long key,
      int keyLength,
      long deadlineMillis) {
    if (type == RdbType.STRING) {
      return shard.store(
          unit, database, hash, key, keyLength, value, string.length(), deadlineMillis);
    }
    RestoreTarget target = unit.codecs().target();
    target.point(shard, database, hash, key, keyLength, deadlineMillis);
    ValueCodec codec = unit.codecs().of(ValueCodecs.typeOf(type));
    ValueSink sink = codec.begin(target, reader.elementBytes());
    long entry = sink == null ? 0 : build(codec, sink);
    if (entry != 0) {
      shard.stored(unit, database, hash, entry);
    }
    return entry;
  }

  private long build(ValueCodec codec, ValueSink sink) {
    try {
      pointAtValue();
      reader.begin(type, DumpFooter.version(payload, length), input, sink);
      while (!reader.step(length)) {
        // One step reads everything; only the format's own end says so.
      }
      return codec.finish();
    } catch (RdbException e) {
      codec.abandon();
      if (e.isOutOfMemory()) {
        return 0;
      }
      throw new IllegalStateException("a value was refused that had passed the check", e);
    }
  }

  /** Gives all memory back but a few KiB; a second call does nothing. */
  @Override
  public void close() {
    if (staged != null) {
      staged.close();
      staged = null;
    }
    reader.close();
    isOpen = false;
  }
}
