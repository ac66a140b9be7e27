package dev.larder.storage;

import dev.larder.storage.memory.GrowableMemory;
import dev.larder.storage.rdb.Crc64;
import dev.larder.storage.rdb.DumpFooter;
import dev.larder.storage.rdb.RdbException;
import dev.larder.storage.rdb.RdbInput;
import dev.larder.storage.rdb.RdbString;
import dev.larder.storage.rdb.RdbType;
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

  /** For a string that is not in the payload as it is, and short. */
  private final GrowableMemory memory;

  private long payload;
  private long length;
  private long crc;
  private long summed;
  private boolean isOpen;
  private String diagnosis = "";

  /** For a string that is long. */
  private @Nullable StagedString staged;

  /** Where the string's bytes are, or will be. */
  private long value;

  public Restore(Keyspace keyspace) {
    this.keyspace = keyspace;
    this.memory = new GrowableMemory(keyspace.large());
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
      return string.step(bytes) ? Finding.SOUND : null;
    } catch (RdbException e) {
      diagnosis = String.valueOf(e.getMessage());
      return e.isOutOfMemory() ? Finding.MEMORY_EXHAUSTED : Finding.MALFORMED;
    }
  }

  private void open() throws RdbException {
    input.point(payload, length - DumpFooter.BYTES);
    int type = input.readByte();
    if (type != RdbType.STRING) {
      throw RdbException.malformed("type " + type);
    }
    string.read(input);
    openString();
    isOpen = true;
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
   * @return the new entry, or 0 when memory is exhausted and nothing has changed
   */
  public long build(
      Unit unit,
      Shard shard,
      int database,
      long hash,
      long key,
      int keyLength,
      long deadlineMillis) {
    return shard.store(
        unit, database, hash, key, keyLength, value, string.length(), deadlineMillis);
  }

  /** Gives all memory back but a few KiB; a second call does nothing. */
  @Override
  public void close() {
    if (staged != null) {
      staged.close();
      staged = null;
    }
    isOpen = false;
  }
}
