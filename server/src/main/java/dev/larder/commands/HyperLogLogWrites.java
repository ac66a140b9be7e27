package dev.larder.commands;

import dev.larder.command.Call;
import dev.larder.command.CommandException;
import dev.larder.resp.ReplyWriter;
import dev.larder.storage.Bytes;
import dev.larder.storage.KeyEvent;
import dev.larder.storage.Shard;
import dev.larder.storage.StringEdit;

/**
 * PFADD and PFMERGE: the HyperLogLog in argument 1's key changes in place. While a command runs its
 * entry moves as it grows; what was written is reported once, at the end.
 */
final class HyperLogLogWrites {
  private static final int KEY = 1;
  private static final int FIRST_ELEMENT = 2;
  private static final int HEADER = HyperLogLog.HEADER_BYTES;

  private final HyperLogLogResult result;

  HyperLogLogWrites(HyperLogLogResult result) {
    this.result = result;
  }

  void pfadd(Call call) throws CommandException {
    Shard shard = call.shard(KEY);
    long entry = call.findUncounted(KEY);
    boolean isNew = entry == 0;
    if (isNew) {
      entry = create(call);
    } else {
      HyperLogLog.require(shard, entry);
      shard.edited(entry); // even if it stays as it is, as in Redis
    }
    // The range of bytes that have changed, as far as they are still there at the end.
    long from = Long.MAX_VALUE;
    long to = 0;
    boolean isDone = false;
    try {
      for (int i = FIRST_ELEMENT; i < call.argCount(); i++) {
        long hash = HyperLogLog.hash(call.argAddress(i), call.argLength(i));
        int register = HyperLogLog.register(hash);
        int count = HyperLogLog.count(hash);
        long address = shard.runAddress(entry, 0);
        if (HyperLogLog.isDense(address)) {
          if (DenseRegisters.get(address + HEADER, register) < count) {
            entry = StringEdits.makeWritable(call, entry, 0, HyperLogLog.DENSE_BYTES);
            DenseRegisters.set(shard.runAddress(entry, 0) + HEADER, register, count);
            int changed = HEADER + DenseRegisters.offset(register);
            from = Math.min(from, changed);
            to = Math.max(to, changed + DenseRegisters.GROUP_BYTES);
          }
        } else {
          long found = find(shard, entry, register);
          if (SparseRegisters.count(address, SparseRegisters.at(found)) < count) {
            entry = change(call, entry, found, register, count);
            boolean isDense = HyperLogLog.isDense(shard.runAddress(entry, 0));
            from = Math.min(from, isDense ? HEADER : SparseRegisters.before(found));
            to = Long.MAX_VALUE;
          }
        }
      }
      isDone = true;
    } finally {
      if (to > 0) {
        report(call, isDone ? entry : call.findUncounted(KEY), from, to);
      }
    }
    if (isNew || to > 0) {
      call.event(KeyEvent.PFADD, KEY);
    }
    call.reply().integer(isNew || to > 0 ? 1 : 0);
  }

  /** Makes the key one that has counted nothing. */
  private static long create(Call call) throws CommandException {
    ReplyWriter reply = call.reply();
    int mark = reply.mark();
    long entry = create(call, reply.piece(HyperLogLog.EMPTY_BYTES));
    reply.rollback(mark);
    return entry;
  }

  private static long create(Call call, long scratch) throws CommandException {
    HyperLogLog.writeEmpty(scratch);
    long entry = call.store(KEY, scratch, HyperLogLog.EMPTY_BYTES, -1);
    call.shard(KEY).edited(entry);
    return entry;
  }

  /** Marks the cached cardinality as out of date, and reports that and a range of bytes. */
  private static void report(Call call, long entry, long from, long to) {
    Shard shard = call.shard(KEY);
    HyperLogLog.setOutOfDate(shard.runAddress(entry, 0));
    long begin = from;
    if (begin > HEADER) {
      shard.written(call.unit(), call.db(), entry, 0, HEADER);
    } else {
      begin = 0;
    }
    long end = Math.min(to, shard.stringLength(entry));
    shard.written(call.unit(), call.db(), entry, begin, end - begin);
  }

  private static long find(Shard shard, long entry, int register) throws CommandException {
    int length = (int) shard.stringLength(entry);
    long found = SparseRegisters.find(shard.runAddress(entry, 0), length, register);
    if (found == SparseRegisters.NOT_FOUND) {
      throw new CommandException(HyperLogLog.CORRUPTED);
    }
    return found;
  }

  /** Sets a register that was found among sparse ones, which may become dense by that. */
  private long change(Call call, long entry, long found, int register, int count)
      throws CommandException {
    Shard shard = call.shard(KEY);
    long address = shard.runAddress(entry, 0);
    int length = (int) shard.stringLength(entry);
    if (result.staysSparse(address, length, found, register, count)) {
      return changeSparse(call, entry, found, register, count);
    }
    long dense = makeDense(call, KEY, entry);
    DenseRegisters.set(shard.runAddress(dense, 0) + HEADER, register, count);
    return dense;
  }

  private static long changeSparse(Call call, long entry, long found, int register, int count)
      throws CommandException {
    Shard shard = call.shard(KEY);
    int length = (int) shard.stringLength(entry);
    int growth = SparseRegisters.growth(shard.runAddress(entry, 0), length, found, register);
    long opened = StringEdits.makeWritable(call, entry, 0, length + Math.max(growth, 0));
    long address = shard.runAddress(opened, 0);
    return shrink(
        call, KEY, opened, SparseRegisters.change(address, length, found, register, count));
  }

  private static long shrink(Call call, int keyArg, long entry, long newLength) {
    Shard shard = call.shard(keyArg);
    if (shard.stringLength(entry) == newLength) {
      return entry;
    }
    return StringEdit.shrink(
        call.keyspace(), call.unit(), shard, call.db(), call.hash(keyArg), entry, newLength);
  }

  /**
   * Makes sparse registers dense; the caller reports that.
   *
   * @param keyArg the argument whose key has the entry
   * @return the entry, which may have moved
   */
  static long makeDense(Call call, int keyArg, long entry) throws CommandException {
    Shard shard = call.shard(keyArg);
    ReplyWriter reply = call.reply();
    int mark = reply.mark();
    long scratch = reply.piece(HyperLogLog.DENSE_BYTES) + HEADER;
    Bytes.fill(scratch, DenseRegisters.BYTES, (byte) 0);
    int length = (int) shard.stringLength(entry);
    if (!SparseRegisters.copyTo(scratch, shard.runAddress(entry, 0), length)) {
      throw new CommandException(HyperLogLog.CORRUPTED);
    }
    long dense = openDense(call, keyArg, entry);
    Bytes.copy(scratch, shard.runAddress(dense, 0) + HEADER, DenseRegisters.BYTES);
    reply.rollback(mark);
    return dense;
  }

  /** Gives dense registers the place of what there is; they are to be written at once. */
  private static long openDense(Call call, int keyArg, long entry) throws CommandException {
    long opened = StringEdits.makeWritable(call, keyArg, entry, 0, HyperLogLog.DENSE_BYTES);
    HyperLogLog.setDense(call.shard(keyArg).runAddress(opened, 0));
    return shrink(call, keyArg, opened, HyperLogLog.DENSE_BYTES);
  }

  void pfmerge(Call call) throws CommandException {
    if (LongMerge.suits(call.argCount() - KEY)) {
      LongMerge.defer(call, result);
      return;
    }
    ReplyWriter reply = call.reply();
    int mark = reply.mark();
    Shard shard = call.shard(KEY);
    long target = call.findUncounted(KEY);
    if (target != 0) {
      HyperLogLog.require(shard, target);
    }
    int room = result.roomBytes(shard, target);
    long merged = reply.piece(MergedRegisters.BYTES + room);
    boolean isDense = mergeAll(call, merged, KEY);
    long entry = call.findUncounted(KEY);
    long value = merged + MergedRegisters.BYTES;
    int length = result.write(shard, entry, merged, isDense, value, room);
    shard.edited(call.store(KEY, value, length, HyperLogLogResult.deadline(entry)));
    reply.rollback(mark);
    call.event(KeyEvent.PFADD, KEY);
    reply.ok();
  }

  /**
   * Merges the HyperLogLogs of all keys from an argument on.
   *
   * @return whether one of them was dense
   */
  static boolean mergeAll(Call call, long merged, int firstKey) throws CommandException {
    MergedRegisters.clear(merged);
    boolean isDense = false;
    for (int i = firstKey; i < call.argCount(); i++) {
      long entry = call.find(i);
      if (entry != 0) {
        isDense |= merge(merged, call.shard(i), entry);
      }
    }
    return isDense;
  }

  /** Merges the HyperLogLog of an entry; whether it was dense. */
  static boolean merge(long merged, Shard shard, long entry) throws CommandException {
    long address = HyperLogLog.require(shard, entry);
    if (!MergedRegisters.add(merged, address, (int) shard.stringLength(entry))) {
      throw new CommandException(HyperLogLog.CORRUPTED);
    }
    return HyperLogLog.isDense(address);
  }
}
