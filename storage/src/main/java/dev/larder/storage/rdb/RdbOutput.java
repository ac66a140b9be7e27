package dev.larder.storage.rdb;

import dev.larder.storage.memory.ChunkStore;
import dev.larder.storage.memory.GrowableMemory;
import dev.larder.storage.memory.Memory;

/**
 * Bytes that are being written, in one piece of memory that grows. When memory is exhausted, what
 * is written from then on goes nowhere, and {@link #isExhausted} tells. Used by one thread at a
 * time; {@link #clear} gives the memory back.
 */
public final class RdbOutput {
  /** Copies go in steps of at most 1 MiB, so that no safepoint waits long for one. */
  private static final int STEP_BYTES = 1 << 20;

  private final GrowableMemory memory;
  private long length;
  private boolean exhausted;

  public RdbOutput(ChunkStore chunks) {
    this.memory = new GrowableMemory(chunks);
  }

  /** Where the first byte lies, until more is written. */
  public long address() {
    return memory.address();
  }

  /** Bytes written. */
  public long length() {
    return length;
  }

  /** Whether something could not be written. */
  public boolean isExhausted() {
    return exhausted;
  }

  /** Forgets what was written, and gives all memory back but a few KiB. */
  public void clear() {
    memory.shrink();
    length = 0;
    exhausted = false;
  }

  /**
   * Makes room for so many bytes behind what was written.
   *
   * @return where they go, 0 when there is no memory; {@link #advance} then counts them in
   */
  public long reserve(long bytes) {
    if (exhausted || !memory.ensure(length + bytes, length)) {
      exhausted = true;
      return 0;
    }
    return memory.address() + length;
  }

  /** Counts bytes in that were put where {@link #reserve} said. */
  public void advance(long bytes) {
    assert length + bytes <= memory.capacity();
    length += bytes;
  }

  public void put(int oneByte) {
    long at = reserve(1);
    if (at != 0) {
      Memory.putByte(at, (byte) oneByte);
      length++;
    }
  }

  /** Two bytes, the lowest first. */
  public void putShort(int number) {
    long at = reserve(Short.BYTES);
    if (at != 0) {
      Memory.putShort(at, (short) number);
      length += Short.BYTES;
    }
  }

  /** Four bytes, the lowest first. */
  public void putInt(int number) {
    long at = reserve(Integer.BYTES);
    if (at != 0) {
      Memory.putInt(at, number);
      length += Integer.BYTES;
    }
  }

  /** Eight bytes, the lowest first; of a big-endian number, its reversed bytes. */
  public void putLong(long number) {
    long at = reserve(Long.BYTES);
    if (at != 0) {
      Memory.putLong(at, number);
      length += Long.BYTES;
    }
  }

  public void putBytes(long address, long bytes) {
    long at = reserve(bytes);
    if (at != 0) {
      for (long done = 0; done < bytes; done += STEP_BYTES) {
        Memory.copy(address + done, at + done, Math.min(STEP_BYTES, bytes - done));
      }
      length += bytes;
    }
  }

  /** A length: 6, 14, 32 or 64 bits, whatever it needs. It may be any 64 bits. */
  public void putLength(long number) {
    if (number >= 0 && number < 1 << 6) {
      put((int) number);
    } else if (number >= 0 && number < 1 << 14) {
      put(RdbInput.BITS_14 | (int) (number >>> Byte.SIZE));
      put((int) number);
    } else if (number >>> Integer.SIZE == 0) {
      put(RdbInput.BITS_32);
      putInt(Integer.reverseBytes((int) number));
    } else {
      put(RdbInput.BITS_64);
      putLong(Long.reverseBytes(number));
    }
  }
}
