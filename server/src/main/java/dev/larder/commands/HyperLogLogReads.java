package dev.larder.commands;

import dev.larder.command.Call;
import dev.larder.command.CommandException;
import dev.larder.resp.ReplyWriter;
import dev.larder.storage.Shard;

/** PFCOUNT: of one key from the cache in its header, of several by merging them. */
final class HyperLogLogReads {
  private static final int KEY = 1;
  private static final int CACHE_OFFSET = 8;

  private HyperLogLogReads() {}

  static void pfcount(Call call) throws CommandException {
    if (call.argCount() > KEY + 1) {
      countMerged(call);
      return;
    }
    long entry = call.find(KEY);
    if (entry == 0) {
      call.reply().integer(0);
      return;
    }
    Shard shard = call.shard(KEY);
    long address = HyperLogLog.require(shard, entry);
    shard.edited(entry); // even if it stays as it is, as in Redis
    long cardinality = HyperLogLog.cachedCardinality(address);
    if (cardinality < 0) {
      cardinality = count(call, address, (int) shard.stringLength(entry));
      // It is a cache: if there is no memory for it, it stays out of date.
      long writable = shard.writableRun(entry, 0);
      if (writable != 0) {
        HyperLogLog.cacheCardinality(writable, cardinality);
        shard.written(call.unit(), call.db(), entry, CACHE_OFFSET, Long.BYTES);
      }
    }
    call.reply().integer(cardinality);
  }

  private static long count(Call call, long address, int length) throws CommandException {
    ReplyWriter reply = call.reply();
    int mark = reply.mark();
    long histogram = reply.piece(CardinalityEstimate.HISTOGRAM_BYTES);
    CardinalityEstimate.clear(histogram);
    if (!CardinalityEstimate.addAll(histogram, address, length)) {
      throw new CommandException(HyperLogLog.CORRUPTED);
    }
    long cardinality = CardinalityEstimate.of(histogram);
    reply.rollback(mark);
    return cardinality;
  }

  private static void countMerged(Call call) throws CommandException {
    if (LongMerge.suits(call.argCount() - KEY)) {
      LongMerge.defer(call, null);
      return;
    }
    ReplyWriter reply = call.reply();
    int mark = reply.mark();
    long merged = reply.piece(MergedRegisters.BYTES + CardinalityEstimate.HISTOGRAM_BYTES);
    HyperLogLogWrites.mergeAll(call, merged, KEY);
    long cardinality = cardinality(merged);
    reply.rollback(mark);
    reply.integer(cardinality);
  }

  /** The cardinality of merged registers, behind which there is room for a histogram. */
  static long cardinality(long merged) {
    long histogram = merged + MergedRegisters.BYTES;
    CardinalityEstimate.clear(histogram);
    MergedRegisters.addTo(histogram, merged);
    return CardinalityEstimate.of(histogram);
  }
}
