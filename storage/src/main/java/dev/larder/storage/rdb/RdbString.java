package dev.larder.storage.rdb;

import dev.larder.storage.memory.Memory;
import dev.larder.storage.type.Decimal;

/**
 * One string of the input, in whatever form it is there: as it is, as a number, or compressed.
 * Reading it checks that it lies within the input; its bytes are made later, where the consumer
 * wants them and in slices. Used by one thread at a time.
 */
public final class RdbString {
  /** No string is longer, in bytes. */
  public static final long MAX_BYTES = Integer.MAX_VALUE;

  /** No two bytes of LZF stand for more. */
  private static final int MAX_EXPANSION = LzfCompressor.MAX_MATCH / 2;

  private static final int PLAIN = -1;

  private final LzfDecoder decoder = new LzfDecoder();

  /** The special kind, or {@link #PLAIN}. */
  private int kind;

  private long number;
  private long source;
  private long sourceBytes;
  private long length;
  private long target;
  private long done;

  /** Reads the next string of an input, up to its end. */
  public void read(RdbInput in) throws RdbException {
    int mark = in.readMark();
    if (!RdbInput.isSpecial(mark)) {
      kind = PLAIN;
      length = in.number(mark);
      sourceBytes = length;
    } else {
      kind = mark & ~RdbInput.SPECIAL;
      switch (kind) {
        case RdbInput.INT_8 -> number((byte) in.readByte());
        case RdbInput.INT_16 -> number(in.readShort());
        case RdbInput.INT_32 -> number(in.readInt());
        case RdbInput.LZF -> {
          sourceBytes = in.readNumber();
          length = in.readNumber();
        }
        default -> throw in.malformed("a string of kind " + kind);
      }
    }
    if (kind == PLAIN || kind == RdbInput.LZF) {
      source = in.take(sourceBytes);
      // Before any memory is taken for it: a promise that cannot be kept costs nothing.
      if (length < 0
          || length > MAX_BYTES
          || kind == RdbInput.LZF && length > MAX_EXPANSION * sourceBytes) {
        throw in.malformed("a string of " + Long.toUnsignedString(length) + " bytes");
      }
    }
    target = 0;
    done = 0;
  }

  private void number(long value) {
    number = value;
    length = Decimal.textLength(value);
  }

  /** The bytes of the string. */
  public long length() {
    return length;
  }

  /** Whether the string's bytes lie in the input as they are, at {@link #address}. */
  public boolean isPlain() {
    return kind == PLAIN;
  }

  /** Where a plain string lies. */
  public long address() {
    assert isPlain();
    return source;
  }

  /** Starts to make the string's bytes at an address, or with 0 only to check that it can be. */
  public void begin(long address) {
    target = address;
    done = 0;
    if (kind == RdbInput.LZF) {
      decoder.begin(source, sourceBytes, address, length);
    }
  }

  /**
   * Goes on with that.
   *
   * @param bytes how many bytes to make, about
   * @return whether the string is complete
   */
  public boolean step(long bytes) throws RdbException {
    if (kind == RdbInput.LZF) {
      return decoder.step(bytes);
    }
    if (target == 0) {
      return true;
    }
    if (kind != PLAIN) {
      Decimal.write(number, target);
      return true;
    }
    long part = Math.min(bytes, length - done);
    Memory.copy(source + done, target + done, part);
    done += part;
    return done == length;
  }

  /** Makes all bytes at an address at once, or checks that it can be done. */
  public void copyTo(long address) throws RdbException {
    begin(address);
    while (!step(length + 1)) {
      // One step is enough; only the format's own end says so.
    }
  }
}
