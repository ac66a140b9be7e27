package dev.larder.storage;

import dev.larder.storage.memory.Memory;
import dev.larder.storage.rdb.Crc64;
import dev.larder.storage.rdb.DumpFooter;
import dev.larder.storage.rdb.RdbException;
import org.jspecify.annotations.Nullable;

/**
 * Makes values from payloads of DUMP, in two parts. The first, {@link #prepare}, needs no shard and
 * runs in slices: it holds everything in the payload against the format, so that a bad one changes
 * nothing. The second, {@link #build}, makes a key hold the value, at once or in slices as well.
 * Used by one thread at a time; {@link #close} ends each use.
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

  private final RestoredValue value;
  private long payload;
  private long length;
  private long crc;
  private long summed;
  private boolean isOpen;
  private String diagnosis = "";

  public Restore(Keyspace keyspace) {
    this.value = new RestoredValue(keyspace);
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
      return value.check(bytes) ? Finding.SOUND : null;
    } catch (RdbException e) {
      diagnosis = String.valueOf(e.getMessage());
      return e.isOutOfMemory() ? Finding.MEMORY_EXHAUSTED : Finding.MALFORMED;
    }
  }

  private void open() throws RdbException {
    if (length == DumpFooter.BYTES) {
      throw RdbException.truncated();
    }
    int type = Memory.getByte(payload) & 0xFF;
    long bytes = length - DumpFooter.BYTES - 1;
    value.begin(type, DumpFooter.version(payload, length), payload + 1, bytes);
    isOpen = true;
  }

  /** What is wrong with a payload that is {@link Finding#MALFORMED}: for people. */
  public String diagnosis() {
    return diagnosis;
  }

  /**
   * Makes a key hold the value of a payload that is {@link Finding#SOUND}, whatever it held, at
   * once; the unit owns its shard.
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
    return value.build(unit, shard, database, hash, key, keyLength, deadlineMillis);
  }

  /**
   * Begins with the second part for a payload that is {@link Finding#SOUND}, to be done in slices:
   * {@link #step}, then {@link #install}. The parameters are those of {@link #build}; the key's
   * bytes stay where they are until the end.
   */
  public void beginBuild(
      Unit unit,
      Shard shard,
      int database,
      long hash,
      long key,
      int keyLength,
      long deadlineMillis) {
    RestoreTarget target = new RestoreTarget();
    target.point(unit, shard, database, hash, key, keyLength, deadlineMillis);
    value.beginBuild(target);
  }

  /**
   * Goes on with the second part; the unit owns the shard. The key is as it was until {@link
   * #install}.
   *
   * @param bytes how many bytes of the payload to read, about
   */
  public Progress step(long bytes) {
    return value.step(bytes);
  }

  /**
   * Makes the key hold the value that is complete; the unit owns the shard.
   *
   * @return the new entry, or 0 when memory is exhausted and nothing has changed
   */
  public long install() {
    return value.install();
  }

  /**
   * Gives all memory back but a few KiB, and up what was built and not installed; the shard need
   * not be owned. A second call does nothing.
   */
  @Override
  public void close() {
    value.close();
    isOpen = false;
  }
}
