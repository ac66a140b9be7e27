package dev.larder.commands;

import dev.larder.command.CommandException;
import dev.larder.storage.Bytes;
import dev.larder.storage.Entry;
import dev.larder.storage.Shard;
import java.util.function.LongSupplier;

/**
 * What the target of a PFMERGE becomes, byte by byte as in Redis: it stays sparse, if all sources
 * are, as long as it may; so its registers are set one by one.
 */
final class HyperLogLogResult {
  private static final int HEADER = HyperLogLog.HEADER_BYTES;

  private final LongSupplier maxSparseBytes;

  /**
   * @param maxSparseBytes how long a sparse one may become, read anew by each command
   */
  HyperLogLogResult(LongSupplier maxSparseBytes) {
    this.maxSparseBytes = maxSparseBytes;
  }

  /** Room that {@link #write} needs for the result of an entry, which may be 0. */
  int roomBytes(Shard shard, long entry) {
    long sparse = Math.min(maxSparseBytes.getAsLong(), HyperLogLog.MAX_BYTES);
    long old = entry == 0 ? HyperLogLog.EMPTY_BYTES : shard.stringLength(entry);
    return (int) Math.max(HyperLogLog.DENSE_BYTES, Math.max(sparse, old));
  }

  /**
   * Writes the result.
   *
   * @param entry the target's HyperLogLog, which was merged as well; 0 if there is none
   * @param merged the registers of all
   * @param isDense whether one of them was dense
   * @param value room for the result, {@link #roomBytes} or more
   * @param room how much that is
   * @return its length
   * @throws CommandException if the target's HyperLogLog is corrupted
   */
  int write(Shard shard, long entry, long merged, boolean isDense, long value, int room)
      throws CommandException {
    int length = isDense ? 0 : writeSparse(shard, entry, merged, value, room);
    if (length == 0) {
      begin(shard, entry, value, HEADER);
      HyperLogLog.setDense(value);
      MergedRegisters.writeDense(merged, value + HEADER);
      length = HyperLogLog.DENSE_BYTES;
    }
    HyperLogLog.setOutOfDate(value);
    return length;
  }

  /** Begins with the first bytes of the target as it is. */
  private static void begin(Shard shard, long entry, long value, int length) {
    if (entry == 0) {
      HyperLogLog.writeEmpty(value);
    } else {
      Bytes.copy(shard.runAddress(entry, 0), value, length);
    }
  }

  /** When the result expires, as the target did; -1 for never. */
  static long deadline(long entry) {
    return entry == 0 ? -1 : Entry.expireAt(entry);
  }

  /**
   * Sets the registers of a sparse target, each found from where the last one was; its length, or 0
   * if they have to become dense.
   */
  private int writeSparse(Shard shard, long entry, long merged, long value, int room)
      throws CommandException {
    int length = entry == 0 ? HyperLogLog.EMPTY_BYTES : (int) shard.stringLength(entry);
    begin(shard, entry, value, length);
    int from = HEADER;
    int fromFirst = 0;
    for (int register = 0; register < HyperLogLog.REGISTERS; register++) {
      int count = MergedRegisters.get(merged, register);
      if (count == 0) {
        register = MergedRegisters.lastZero(merged, register);
        continue;
      }
      long found = SparseRegisters.find(value, length, register, from, fromFirst);
      if (from > HEADER && SparseRegisters.before(found) == SparseRegisters.at(found)) {
        // A change has to know the opcode before, too.
        found = SparseRegisters.find(value, length, register);
      }
      from = SparseRegisters.before(found);
      fromFirst = SparseRegisters.firstBefore(value, length, found);
      if (SparseRegisters.count(value, SparseRegisters.at(found)) < count) {
        // The option may have changed since there was room for what it said.
        if (!staysSparse(value, length, found, register, count)
            || length + SparseRegisters.growth(value, length, found, register) > room) {
          return 0;
        }
        length = SparseRegisters.change(value, length, found, register, count);
      }
    }
    return length;
  }

  /** Whether sparse registers, one of which was found, remain sparse when it is set. */
  boolean staysSparse(long address, int length, long found, int register, int count) {
    if (count > SparseRegisters.MAX_COUNT) {
      return false;
    }
    int growth = SparseRegisters.growth(address, length, found, register);
    return growth <= 0 || length + growth <= maxSparseBytes.getAsLong();
  }
}
