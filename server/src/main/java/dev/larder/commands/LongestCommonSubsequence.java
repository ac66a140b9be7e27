package dev.larder.commands;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.larder.command.Job;
import dev.larder.metrics.Clock;
import dev.larder.resp.ReplyWriter;
import dev.larder.storage.Bytes;
import dev.larder.storage.StagedString;
import java.util.Arrays;

/*
 * Problem. The textbook's table has a number for each pair of positions: half a gigabyte, and half
 * a second, for two strings of 11,000 bytes.
 *
 * Idea. Within a row of the table neighbours differ by 0 or 1, so that a bit each tells all, and 64
 * of them are computed at once (Hyyrö, Bit-parallel LCS-length computation revisited, 2004). Bit j
 * of row i is 0 where the table grows from column j to j + 1:
 *
 *            second string, 64 columns a word
 *   row 0    1 1 1 1 1 1 1 1
 *   row 1    1 1 0 1 1 1 1 1      next = (row + (row & mask)) | (row & ~mask)
 *   row 2    0 1 1 1 0 1 1 1      mask: where the second string has the row's byte of the first
 *
 * The zeros of the last row are the length. The way back goes from the end of both strings: over
 * both where their bytes are equal, else up where the bit is 0, for only the row above can have
 * brought that growth, else left. That is the way Redis goes, so the matches are the same.
 *
 * Cost. A 64th of the table's size in operations, a 32nd of it in memory; the masks take a 32nd
 * at most.
 */

/**
 * The longest common subsequence of two strings, found and replied in slices. Its memory is outside
 * of the heap; {@link #cancel} gives it back, as the end does.
 */
final class LongestCommonSubsequence implements Job {
  private static final byte[] MATCHES = "matches".getBytes(ISO_8859_1);
  private static final byte[] LENGTH = "len".getBytes(ISO_8859_1);

  private static final int BYTE_VALUES = 256;
  private static final int RANGE_BYTES = 3 * Integer.BYTES;

  /** Between two looks at the clock: steps, or words of the table. */
  private static final long PIECE = 32 * 1024;

  private final Question question;
  private final StringText first;
  private final StringText second;
  private final long firstLength;
  private final long secondLength;

  /** The bytes of a row, and of a mask. */
  private final long rowBytes;

  private final StagedString memory;
  private final short[] maskOf = new short[BYTE_VALUES];
  private final long masks;
  private final long rows;
  private final long found;

  private Phase phase = Phase.MASKS;

  /** Position in the first string, and in the second. */
  private long i;

  private long j;
  private long length;
  private long left;
  private int ranges;
  private int written;
  private long rangeFirst;
  private long rangeSecond;
  private long rangeLength;

  private enum Phase {
    MASKS,
    ROWS,
    WAY_BACK,
    REPLY
  }

  /**
   * What is asked for.
   *
   * @param onlyLength the length alone
   * @param ranges where the matches are, else their bytes
   * @param minRange the shortest range to tell
   * @param withLengths the length of each range
   */
  record Question(boolean onlyLength, boolean ranges, long minRange, boolean withLengths) {}

  /**
   * The job for two strings, neither of them empty, which it closes.
   *
   * @param memory of {@link #memoryBytes}, all zeros
   */
  LongestCommonSubsequence(
      Question question, StringText first, StringText second, StagedString memory) {
    this.question = question;
    this.first = first;
    this.second = second;
    this.memory = memory;
    firstLength = first.length();
    secondLength = second.length();
    rowBytes = rowBytes(secondLength);
    masks = memory.address();
    rows = masks + maskCount(firstLength) * rowBytes;
    found = rows + rowCount(question, firstLength) * rowBytes;
    nameMasks();
    Bytes.fill(rows, rowBytes, (byte) 0xFF);
  }

  /** How much memory the job needs. */
  static long memoryBytes(Question question, long firstLength, long secondLength) {
    long words = maskCount(firstLength) + rowCount(question, firstLength);
    return words * rowBytes(secondLength) + Math.min(firstLength, secondLength) * RANGE_BYTES;
  }

  private static long rowBytes(long secondLength) {
    return (secondLength + Long.SIZE - 1) / Long.SIZE * Long.BYTES;
  }

  private static long maskCount(long firstLength) {
    return Math.min(firstLength, BYTE_VALUES);
  }

  private static long rowCount(Question question, long firstLength) {
    return question.onlyLength() ? 1 : firstLength + 1;
  }

  /** Numbers the bytes that have a mask: all, or those of a first string shorter than that. */
  private void nameMasks() {
    if (firstLength >= BYTE_VALUES) {
      for (int value = 0; value < BYTE_VALUES; value++) {
        maskOf[value] = (short) value;
      }
      return;
    }
    Arrays.fill(maskOf, (short) -1);
    short next = 0;
    for (int at = 0; at < firstLength; at++) {
      int value = first.byteAt(at);
      if (maskOf[value] < 0) {
        maskOf[value] = next++;
      }
    }
  }

  @Override
  public boolean step(ReplyWriter out, long budgetNanos) {
    long end = Clock.nanos() + budgetNanos;
    while (phase != Phase.REPLY) {
      if (phase == Phase.MASKS) {
        fillMasks();
      } else if (phase == Phase.ROWS) {
        computeRows();
      } else {
        goBack();
      }
      if (phase != Phase.REPLY && Clock.nanos() >= end) {
        return false;
      }
    }
    if (question.ranges()) {
      return replyRanges(out);
    }
    if (question.onlyLength()) {
      out.integer(length);
    } else {
      int bytes = (int) length;
      Bytes.copy(found, out.beginBulk(bytes), bytes);
      out.endBulk();
    }
    cancel();
    return true;
  }

  private void fillMasks() {
    long end = Math.min(secondLength, j + PIECE);
    for (; j < end; j++) {
      int mask = maskOf[second.byteAt(j)];
      if (mask >= 0) {
        long word = masks + mask * rowBytes + j / Long.SIZE * Long.BYTES;
        Bytes.putLong(word, Bytes.getLong(word) | 1L << j);
      }
    }
    if (j == secondLength) {
      phase = Phase.ROWS;
    }
  }

  private void computeRows() {
    long rowsLeft = Math.max(1, PIECE / (rowBytes / Long.BYTES));
    for (; i < firstLength && rowsLeft > 0; rowsLeft--) {
      long from = row(i);
      long to = question.onlyLength() ? from : from + rowBytes;
      computeRow(mask(i), from, to);
      i++;
    }
    if (i == firstLength) {
      long last = row(i);
      // The bits behind the last column stay ones.
      length = rowBytes * Byte.SIZE - Bits.count(last, rowBytes);
      left = length;
      phase = question.onlyLength() ? Phase.REPLY : Phase.WAY_BACK;
    }
  }

  private long row(long index) {
    return question.onlyLength() ? rows : rows + index * rowBytes;
  }

  private long mask(long index) {
    return masks + maskOf[first.byteAt(index)] * rowBytes;
  }

  private void computeRow(long mask, long from, long to) {
    long carry = 0;
    for (long at = 0; at < rowBytes; at += Long.BYTES) {
      long row = Bytes.getLong(from + at);
      long matches = Bytes.getLong(mask + at);
      long both = row & matches;
      long sum = row + both + carry;
      carry = ((row & both) | ((row | both) & ~sum)) >>> (Long.SIZE - 1);
      Bytes.putLong(to + at, sum | (row & ~matches));
    }
  }

  /** Follows the matches towards the beginnings of both strings. */
  private void goBack() {
    long stepsLeft = PIECE;
    while (i > 0 && j > 0 && left > 0 && stepsLeft > 0) {
      long row = row(i);
      long mask = mask(i - 1);
      long word = (j - 1) / Long.SIZE * Long.BYTES;
      long matches = Bytes.getLong(mask + word);
      // Within the word, to the left, until there is a match or a growth.
      long stops = (matches | ~Bytes.getLong(row + word)) & -1L >>> -j;
      stepsLeft--;
      if (stops == 0) {
        j = (j - 1) / Long.SIZE * Long.SIZE;
        continue;
      }
      int bit = Long.SIZE - 1 - Long.numberOfLeadingZeros(stops);
      j = (j - 1) / Long.SIZE * Long.SIZE + bit + 1;
      i--;
      if ((matches >>> bit & 1) != 0) {
        j--;
        left--;
        match();
      }
    }
    if (i == 0 || j == 0 || left == 0) {
      endRange();
      first.close();
      second.close();
      phase = Phase.REPLY;
    }
  }

  /** The bytes at i and j are one of the matches. */
  private void match() {
    if (!question.ranges()) {
      Bytes.putByte(found + left, (byte) first.byteAt(i));
      return;
    }
    if (rangeLength == 0 || i + 1 != rangeFirst || j + 1 != rangeSecond) {
      endRange();
    }
    rangeFirst = i;
    rangeSecond = j;
    rangeLength++;
  }

  private void endRange() {
    if (rangeLength > 0 && rangeLength >= question.minRange()) {
      long at = found + (long) ranges * RANGE_BYTES;
      Bytes.putInt(at, (int) rangeFirst);
      Bytes.putInt(at + Integer.BYTES, (int) rangeSecond);
      Bytes.putInt(at + 2 * Integer.BYTES, (int) rangeLength);
      ranges++;
    }
    rangeLength = 0;
  }

  /** Replies that two strings, one of which is empty, have no ranges in common. */
  static void replyNoRanges(ReplyWriter out) {
    beginRanges(out, 0);
    out.bulk(LENGTH);
    out.integer(0);
  }

  private static void beginRanges(ReplyWriter out, int count) {
    out.map(2);
    out.bulk(MATCHES);
    out.array(count);
  }

  private boolean replyRanges(ReplyWriter out) {
    if (written == 0) {
      beginRanges(out, ranges);
    }
    int end = (int) Math.min(ranges, written + PIECE / RANGE_BYTES);
    for (; written < end; written++) {
      long at = found + (long) written * RANGE_BYTES;
      long count = Bytes.getInt(at + 2 * Integer.BYTES);
      out.array(question.withLengths() ? 3 : 2);
      replyRange(out, Bytes.getInt(at), count);
      replyRange(out, Bytes.getInt(at + Integer.BYTES), count);
      if (question.withLengths()) {
        out.integer(count);
      }
    }
    if (written < ranges) {
      return false;
    }
    out.bulk(LENGTH);
    out.integer(length);
    cancel();
    return true;
  }

  private static void replyRange(ReplyWriter out, long start, long count) {
    out.array(2);
    out.integer(start);
    out.integer(start + count - 1);
  }

  @Override
  public void cancel() {
    first.close();
    second.close();
    memory.close();
  }
}
