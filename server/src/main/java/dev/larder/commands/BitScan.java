package dev.larder.commands;

import dev.larder.command.Job;
import dev.larder.resp.ReplyWriter;
import dev.larder.storage.Bytes;
import dev.larder.storage.PinnedString;

/**
 * Counts bits or finds one in a range of bits, whose bytes are given run by run from the first to
 * the last.
 */
final class BitScan {

  static final int COUNT = 0;
  static final int FIND_SET = 1;
  static final int FIND_CLEAR = 2;

  /** How much one turn of the event loop scans. */
  private static final int PIECE_BYTES = 1024 * 1024;

  private final int question;
  private final long fromBit;
  private final long toBit;

  /** Index in the string of the next byte to be scanned. */
  private long index;

  private long result;

  /**
   * @param fromBit first bit of the range, from the beginning of the string
   * @param toBit last bit of the range
   * @param notFound the result when the bit is not in the range
   */
  BitScan(int question, long fromBit, long toBit, long notFound) {
    this.question = question;
    this.fromBit = fromBit;
    this.toBit = toBit;
    this.index = fromBit >>> 3;
    this.result = question == COUNT ? 0 : notFound;
  }

  long result() {
    return result;
  }

  /** Takes the next bytes of the range; true when the result cannot change any more. */
  boolean scan(long address, long length) {
    boolean isDone;
    if (question == COUNT) {
      result += Bits.count(address, length) - outside(address, length);
      isDone = false;
    } else {
      isDone = find(address, length);
    }
    index += length;
    return isDone;
  }

  /** The number of set bits in the run's first and last byte that the range does not include. */
  private int outside(long address, long length) {
    int count = 0;
    if (index == fromBit >>> 3) {
      int before = 0xff & ~(0xff >>> (fromBit & 7));
      count += Integer.bitCount(Bytes.getByte(address) & before);
    }
    if (index + length - 1 == toBit >>> 3) {
      int after = 0x7f >>> (toBit & 7);
      count += Integer.bitCount(Bytes.getByte(address + length - 1) & after);
    }
    return count;
  }

  private boolean find(long address, long length) {
    byte skipped = question == FIND_SET ? (byte) 0 : -1;
    long at = 0;
    if (index == fromBit >>> 3) {
      // The bits before the range look like bits that are passed over.
      int before = 0xff & ~(0xff >>> (fromBit & 7));
      int first = Bytes.getByte(address) & 0xff;
      first = skipped == 0 ? first & ~before : first | before;
      if ((byte) first != skipped) {
        return found(index, first);
      }
      at = 1;
    }
    at += Bits.firstOther(address + at, length - at, skipped);
    return at < length && found(index + at, Bytes.getByte(address + at) & 0xff);
  }

  private boolean found(long byteIndex, int value) {
    int sought = question == FIND_SET ? value : ~value & 0xff;
    long bit = (byteIndex << 3) + Integer.numberOfLeadingZeros(sought) - (Integer.SIZE - Byte.SIZE);
    if (bit <= toBit) {
      result = bit;
    }
    return true;
  }

  /** The scan of pinned bytes, which are those of the range, as a job that replies the result. */
  Job over(PinnedString bytes) {
    return new Job() {
      private long offset;

      @Override
      public boolean step(ReplyWriter out, long budgetNanos) {
        long end = Math.min(offset + PIECE_BYTES, bytes.length());
        boolean isDone = false;
        while (offset < end && !isDone) {
          long run = Math.min(bytes.runLength(offset), end - offset);
          isDone = scan(bytes.runAddress(offset), run);
          offset += run;
        }
        if (isDone || offset == bytes.length()) {
          bytes.close();
          out.integer(result);
          return true;
        }
        return false;
      }

      @Override
      public void cancel() {
        bytes.close();
      }
    };
  }
}
