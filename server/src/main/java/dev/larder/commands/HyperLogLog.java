package dev.larder.commands;

import dev.larder.command.CommandException;
import dev.larder.command.ErrorReply;
import dev.larder.storage.Bytes;
import dev.larder.storage.Shard;

/*
 * A HyperLogLog is a string in Redis's own format, so that GET, SET, DUMP and the clients that read
 * it there can be used on it:
 *
 *   0        4          5        8                    16
 *   +--------+----------+--------+--------------------+-----------------------------+
 *   | "HYLL" | encoding | unused | cached cardinality | registers, dense or sparse  |
 *   +--------+----------+--------+--------------------+-----------------------------+
 *
 *   encoding: 0 dense (DenseRegisters), 1 sparse (SparseRegisters)
 *   cached cardinality: 64 bits, little-endian; out of date while the highest bit is set
 *
 * 16384 registers count from 0 to 51. An element's hash chooses a register by its 14 lowest bits;
 * the register keeps the greatest number of the first bit set behind them that it has met.
 *
 * As anybody can SET such a string, nothing in it is believed: only its header is checked at first,
 * and sparse registers are whenever they are read.
 */

/**
 * The layout of a HyperLogLog at an absolute address, which holds until the next change of the
 * entry; its bytes are adjacent.
 */
final class HyperLogLog {
  static final ErrorReply CORRUPTED = ErrorReply.of("INVALIDOBJ Corrupted HLL object detected");

  private static final ErrorReply NO_HYPERLOGLOG =
      ErrorReply.of("WRONGTYPE Key is not a valid HyperLogLog string value.");

  static final int HEADER_BYTES = 16;
  static final int REGISTERS = 1 << 14;
  static final int DENSE_BYTES = HEADER_BYTES + DenseRegisters.BYTES;

  /** The length of one that has counted nothing. */
  static final int EMPTY_BYTES = HEADER_BYTES + SparseRegisters.EMPTY_BYTES;

  /** A register needs no more than two bytes, so what is longer is not one. */
  static final int MAX_BYTES = HEADER_BYTES + 2 * REGISTERS;

  private static final int MAGIC = 'H' | 'Y' << 8 | 'L' << 16 | 'L' << 24;
  private static final int ENCODING = 4;
  private static final int CARDINALITY = 8;
  private static final int CARDINALITY_LAST = 15;

  private static final byte DENSE = 0;
  private static final byte SPARSE = 1;
  private static final byte OUT_OF_DATE = (byte) 0x80;

  private static final long SEED = 0xadc83b19L;
  private static final int INDEX_BITS = 14;

  private HyperLogLog() {}

  /**
   * The address of a HyperLogLog, if the entry holds one.
   *
   * @throws CommandException if it holds anything else, or more than a HyperLogLog can be
   */
  static long require(Shard shard, long entry) throws CommandException {
    long length = shard.stringLength(StringReplies.requireString(entry));
    if (length < HEADER_BYTES) {
      throw new CommandException(NO_HYPERLOGLOG);
    }
    long address = shard.runAddress(entry, 0);
    byte encoding = Bytes.getByte(address + ENCODING);
    if (Bytes.getInt(address) != MAGIC
        || (encoding != SPARSE && (encoding != DENSE || length != DENSE_BYTES))) {
      throw new CommandException(NO_HYPERLOGLOG);
    }
    if (length > MAX_BYTES) {
      throw new CommandException(CORRUPTED);
    }
    return address;
  }

  /** Writes a header and sparse registers that have counted nothing: {@link #EMPTY_BYTES}. */
  static void writeEmpty(long address) {
    Bytes.putLong(address, Integer.toUnsignedLong(MAGIC) | (long) SPARSE << (Byte.SIZE * ENCODING));
    Bytes.putLong(address + CARDINALITY, 0);
    setOutOfDate(address);
    SparseRegisters.writeEmpty(address + HEADER_BYTES);
  }

  static boolean isDense(long address) {
    return Bytes.getByte(address + ENCODING) == DENSE;
  }

  static void setDense(long address) {
    Bytes.putByte(address + ENCODING, DENSE);
  }

  /** The cardinality as it was counted last; negative if registers have changed since. */
  static long cachedCardinality(long address) {
    return Bytes.getLong(address + CARDINALITY);
  }

  static void cacheCardinality(long address, long cardinality) {
    Bytes.putLong(address + CARDINALITY, cardinality);
  }

  /** Registers have changed. */
  static void setOutOfDate(long address) {
    byte last = Bytes.getByte(address + CARDINALITY_LAST);
    Bytes.putByte(address + CARDINALITY_LAST, (byte) (last | OUT_OF_DATE));
  }

  // ---- elements

  static long hash(long element, int length) {
    return MurmurHash64.hash(element, length, SEED);
  }

  /** The register that a hash belongs to. */
  static int register(long hash) {
    return (int) hash & (REGISTERS - 1);
  }

  /** What the register has to count at least, from 1. */
  static int count(long hash) {
    long rest = hash >>> INDEX_BITS | 1L << (Long.SIZE - INDEX_BITS);
    return Long.numberOfTrailingZeros(rest) + 1;
  }
}
