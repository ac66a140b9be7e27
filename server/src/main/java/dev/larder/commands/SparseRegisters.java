package dev.larder.commands;

import dev.larder.storage.Bytes;

/*
 * Runs of equal registers, an opcode each:
 *
 *   00nnnnnn            ZERO    n + 1 registers that are 0, up to 64
 *   01nnnnnn nnnnnnnn   XZERO   n + 1 registers that are 0, up to 16384; the high bits first
 *   1cccccnn            VAL     n + 1 registers that are c + 1, up to 4 that are up to 32
 *
 * A register is found by adding up the lengths of the runs before it, eight bytes at a time and
 * without branches that depend on the opcodes, as no processor could predict them. Whether a byte
 * that looks like an XZERO is the second byte of one follows from those before it in the word, by a
 * table. Found, the register is described by one long:
 *
 *   63     48 47        32 31           16 15      0
 *   +--------+------------+---------------+---------+
 *   | 0      | first      | before        | at      |
 *   +--------+------------+---------------+---------+
 *
 *   at:     offset of its opcode from the beginning of the string
 *   before: offset of the opcode before that, or the same at the first one
 *   first:  the first register of the run
 */

/**
 * Registers as runs. Addresses are those of the whole string, header included, and offsets count
 * from there; what they hold may be anything.
 */
final class SparseRegisters {
  /** The greatest count that a run can have. */
  static final int MAX_COUNT = 32;

  /** What {@link #find} says if the runs end before the register. */
  static final long NOT_FOUND = -1;

  static final int EMPTY_BYTES = 2;

  private static final int BEGIN = HyperLogLog.HEADER_BYTES;
  private static final int MAX_ZERO = 64;
  private static final int MAX_VAL_RUN = 4;

  private static final int XZERO_BIT = 0x40;
  private static final int VAL_BIT = 0x80;
  private static final int RUN_BITS = 0x3F;
  private static final int VAL_RUN_BITS = 0x03;

  /** After a change, so many opcodes from the one before it on are looked at for equal ones. */
  private static final int MERGE_SCAN = 5;

  private static final long ONES = 0x0101_0101_0101_0101L;
  private static final long SHORTS = 0x00FF_00FF_00FF_00FFL;

  /** Times this, the lowest bits of eight bytes stand in the highest byte, in the same order. */
  private static final long BITS_OF_BYTES = 0x0102_0408_1020_4080L;

  private static final long[] SECOND_BYTES = secondBytes();

  private SparseRegisters() {}

  static void writeEmpty(long registers) {
    writeZeros(registers, HyperLogLog.REGISTERS);
  }

  // ---- opcodes

  private static boolean isVal(int opcode) {
    return (opcode & VAL_BIT) != 0;
  }

  private static boolean isLong(int opcode) {
    return (opcode & (VAL_BIT | XZERO_BIT)) == XZERO_BIT;
  }

  private static int opcode(long address, int at) {
    return Bytes.getByte(address + at) & 0xFF;
  }

  /** How many bytes an opcode takes. */
  static int bytes(long address, int at) {
    return isLong(opcode(address, at)) ? 2 : 1;
  }

  /** How many registers an opcode stands for; 0 if its second byte is beyond the end. */
  static int run(long address, int length, int at) {
    int opcode = opcode(address, at);
    if (isVal(opcode)) {
      return (opcode & VAL_RUN_BITS) + 1;
    }
    if (!isLong(opcode)) {
      return opcode + 1;
    }
    return at + 1 == length ? 0 : ((opcode & RUN_BITS) << 8 | opcode(address, at + 1)) + 1;
  }

  /** What an opcode's registers count. */
  static int count(long address, int at) {
    int opcode = opcode(address, at);
    return isVal(opcode) ? (opcode >>> 2 & 0x1F) + 1 : 0;
  }

  private static int val(int count, int run) {
    return VAL_BIT | (count - 1) << 2 | (run - 1);
  }

  /** Writes a run of zeros; returns how many bytes it takes. */
  private static int writeZeros(long address, int run) {
    if (run > MAX_ZERO) {
      Bytes.putByte(address, (byte) (XZERO_BIT | (run - 1) >>> 8));
      Bytes.putByte(address + 1, (byte) (run - 1));
      return 2;
    }
    Bytes.putByte(address, (byte) (run - 1));
    return 1;
  }

  /**
   * Copies the counts to dense registers that are all zeros.
   *
   * @return false if the runs are not as long as all registers
   */
  static boolean copyTo(long dense, long address, int length) {
    int register = 0;
    for (int at = BEGIN; at < length; at += bytes(address, at)) {
      int run = run(address, length, at);
      int count = count(address, at);
      int end = register + run;
      if (run == 0 || end > HyperLogLog.REGISTERS) {
        return false;
      }
      for (int i = register; i < end && count > 0; i++) {
        DenseRegisters.set(dense, i, count);
      }
      register = end;
    }
    return register == HyperLogLog.REGISTERS;
  }

  /** The opcodes as PFDEBUG shows them. */
  static String text(long address, int length) {
    StringBuilder text = new StringBuilder();
    for (int at = BEGIN; at < length; at += bytes(address, at)) {
      int opcode = opcode(address, at);
      int run = run(address, length, at);
      text.append(text.isEmpty() ? "" : " ");
      text.append(isVal(opcode) ? "v:" : isLong(opcode) ? "Z:" : "z:");
      if (isVal(opcode)) {
        text.append(count(address, at)).append(',');
      }
      text.append(run);
    }
    return text.toString();
  }

  // ---- finding a register

  /** Where a register is, or {@link #NOT_FOUND}. */
  static long find(long address, int length, int index) {
    return find(address, length, index, BEGIN, 0);
  }

  /**
   * Where a register is, or {@link #NOT_FOUND}.
   *
   * @param from offset of an opcode that stands for a register before, or for that one
   * @param fromFirst the first register of that opcode
   */
  static long find(long address, int length, int index, int from, int fromFirst) {
    int at = from;
    int first = fromFirst;
    // The high bit says whether the last byte before is the second one of an XZERO.
    long secondsBefore = 0;
    while (at + Long.BYTES <= length) {
      long word = Bytes.getLong(address + at);
      long longs = word >>> 6 & ~(word >>> 7) & ONES;
      long seconds = SECOND_BYTES[(int) (longs * BITS_OF_BYTES >>> 56)];
      longs = longs * 0xFF & ~seconds;
      boolean isCut = longs < 0;
      int run = runOf(word, longs, seconds) - (isCut ? cutRun(word) : 0);
      if (index < first + run) {
        break;
      }
      first += run;
      // A branch, which is predicted, so that the next load need not wait.
      if (isCut) {
        at += Long.BYTES - 1;
        secondsBefore = seconds << Byte.SIZE;
      } else {
        at += Long.BYTES;
        secondsBefore = seconds;
      }
    }
    int before = at == from ? from : secondsBefore < 0 ? at - 2 : at - 1;
    return findOneByOne(address, length, index, at, before, first);
  }

  private static long findOneByOne(
      long address, int length, int index, int from, int beforeFrom, int fromFirst) {
    int before = beforeFrom;
    int first = fromFirst;
    for (int at = from; at < length; at += bytes(address, at)) {
      int run = run(address, length, at);
      if (index < first + run) {
        return (long) first << 32 | (long) before << 16 | at;
      }
      first += run;
      before = at;
    }
    return NOT_FOUND;
  }

  /**
   * The registers that the opcodes in a word stand for; of an XZERO that is cut off by its end,
   * those by {@link #cutRun}.
   *
   * @param longs all bits of the bytes in which an XZERO begins
   * @param seconds all bits of the bytes in which one ends
   */
  private static int runOf(long word, long longs, long seconds) {
    long vals = word >>> 7 & ONES & ~seconds;
    // What counts: of a ZERO six bits, of a VAL two, of a second byte all; and one for the opcode.
    long counting = (ONES * RUN_BITS ^ vals * (RUN_BITS ^ VAL_RUN_BITS)) & ~longs | seconds;
    long low = (word & counting) + (ONES & ~seconds);
    long pairs = (low & SHORTS) + (low >>> 8 & SHORTS);
    long lows = pairs * 0x0001_0001_0001_0001L >>> 48;
    long highs = (word & longs & ONES * RUN_BITS) * ONES >>> 56;
    return (int) lows + ((int) highs << 8);
  }

  private static int cutRun(long word) {
    return ((int) (word >>> 56) & RUN_BITS) << 8 | 1;
  }

  /** By which bytes of a word look like the first of an XZERO: which are in fact the second. */
  private static long[] secondBytes() {
    long[] masks = new long[1 << Long.BYTES];
    for (int look = 0; look < masks.length; look++) {
      for (int i = 0; i < Long.BYTES; i++) {
        if ((look >>> i & 1) != 0) {
          i++;
          masks[look] |= i < Long.BYTES ? 0xFFL << i * Byte.SIZE : 0;
        }
      }
    }
    return masks;
  }

  /** Offset of the opcode of what was found. */
  static int at(long found) {
    return (int) found & 0xFFFF;
  }

  /** Offset of the opcode before it; the same if it is where the search began. */
  static int before(long found) {
    return (int) (found >>> 16) & 0xFFFF;
  }

  /** The first register of its run. */
  static int first(long found) {
    return (int) (found >>> 32) & 0xFFFF;
  }

  /** The first register of the run before. */
  static int firstBefore(long address, int length, long found) {
    int before = before(found);
    return before == at(found) ? first(found) : first(found) - run(address, length, before);
  }

  // ---- changing a register

  /** By how many bytes the opcodes grow if a register that was found is set to another count. */
  static int growth(long address, int length, long found, int index) {
    int at = at(found);
    int run = run(address, length, at);
    int ahead = index - first(found);
    int behind = run - 1 - ahead;
    int others =
        isVal(opcode(address, at))
            ? Math.min(ahead, 1) + Math.min(behind, 1)
            : zeroBytes(ahead) + zeroBytes(behind);
    return others + 1 - bytes(address, at);
  }

  private static int zeroBytes(int run) {
    return run == 0 ? 0 : run > MAX_ZERO ? 2 : 1;
  }

  /**
   * Sets a register that was found to a count from 1 to {@link #MAX_COUNT}, and joins runs that are
   * equal then, as Redis does, so that the bytes are the same.
   *
   * @param length of the string before; behind it there is room for its {@link #growth}
   * @return the length of the string now
   */
  static int change(long address, int length, long found, int index, int count) {
    int at = at(found);
    int growth = growth(address, length, found, index);
    int opcode = opcode(address, at);
    int old = count(address, at);
    int ahead = index - first(found);
    int behind = run(address, length, at) - 1 - ahead;
    int end = at + bytes(address, at);
    Bytes.copy(address + end, address + end + growth, length - end);
    long to = address + at;
    if (ahead > 0) {
      to += writeRun(to, isVal(opcode), old, ahead);
    }
    Bytes.putByte(to++, (byte) val(count, 1));
    if (behind > 0) {
      writeRun(to, isVal(opcode), old, behind);
    }
    return merge(address, length + growth, before(found));
  }

  private static int writeRun(long address, boolean isVal, int count, int run) {
    if (!isVal) {
      return writeZeros(address, run);
    }
    Bytes.putByte(address, (byte) val(count, run));
    return 1;
  }

  /** Joins equal neighbours among the opcodes from an offset on; the length then. */
  private static int merge(long address, int length, int from) {
    int newLength = length;
    int at = from;
    for (int i = 0; i < MERGE_SCAN && at < newLength; i++) {
      int joined = at + 1 < newLength ? joined(opcode(address, at), opcode(address, at + 1)) : 0;
      if (joined != 0) {
        Bytes.copy(address + at + 1, address + at, newLength - at - 1);
        Bytes.putByte(address + at, (byte) joined);
        newLength--;
      } else {
        at += bytes(address, at);
      }
    }
    return newLength;
  }

  /** The opcode for the registers of two neighbours, 0 if there is none. */
  private static int joined(int opcode, int next) {
    boolean isEqual = isVal(opcode) && ((opcode ^ next) & ~VAL_RUN_BITS) == 0;
    int run = (opcode & VAL_RUN_BITS) + (next & VAL_RUN_BITS) + 2;
    return isEqual && run <= MAX_VAL_RUN ? opcode & ~VAL_RUN_BITS | (run - 1) : 0;
  }
}
