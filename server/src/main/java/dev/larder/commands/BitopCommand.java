package dev.larder.commands;

import dev.larder.command.Call;
import dev.larder.command.CommandException;
import dev.larder.command.ErrorReply;
import dev.larder.resp.ReplyWriter;
import dev.larder.storage.Bytes;
import dev.larder.storage.KeyEvent;
import dev.larder.storage.Shard;
import org.jspecify.annotations.Nullable;

/** BITOP: at once for short strings, else by a {@link StagedBitop}. */
final class BitopCommand {

  static final int FIRST_SOURCE = 3;
  private static final int TARGET = 2;

  /** A shorter result is computed in the room behind the reply instead of in chunks. */
  private static final int MAX_SCRATCH_BYTES = 32 * 1024;

  /** A job with no more to read than this is done before other clients are served. */
  private static final long MAX_DIRECT_BYTES = 1024 * 1024;

  private BitopCommand() {}

  static void bitop(Call call) throws CommandException {
    BitOperation operation = BitOperation.argument(call, 1);
    int count = call.argCount() - FIRST_SOURCE;
    operation.checkSources(count);
    long longest = 0;
    for (int i = FIRST_SOURCE; i < call.argCount(); i++) {
      long entry = call.find(i);
      if (entry != 0) {
        long length = call.shard(i).stringLength(StringReplies.requireString(entry));
        longest = Math.max(longest, length);
      }
    }
    if (longest == 0) {
      call.delete(TARGET);
      call.reply().integer(0);
    } else if (longest <= MAX_SCRATCH_BYTES) {
      computeInScratch(call, operation, (int) longest);
    } else {
      compute(call, operation, longest);
    }
  }

  private static void computeInScratch(Call call, BitOperation operation, int length)
      throws CommandException {
    ReplyWriter reply = call.reply();
    int mark = reply.mark();
    long target = reply.piece(operation.needsAgain() ? 2 * length : length);
    long again = target + length;
    Bytes.fill(target, length, (byte) 0);
    int count = call.argCount() - FIRST_SOURCE;
    for (int n = 0; n < count; n++) {
      int arg = FIRST_SOURCE + operation.order(n, count);
      // Finding again needs no memory for the entries.
      long entry = call.findUncounted(arg);
      Shard shard = call.shard(arg);
      long there = StringEdits.length(shard, entry);
      long source = there == 0 ? 0 : shard.runAddress(entry, 0);
      operation.add(n, count, target, again, source, there, length);
    }
    operation.end(target, again, length);
    // In Redis a result is raw even when it is short.
    call.shard(TARGET).edited(call.overwrite(TARGET, target, length, -1));
    call.event(KeyEvent.SET, TARGET);
    reply.rollback(mark);
    reply.integer(length);
  }

  private static void compute(Call call, BitOperation operation, long longest)
      throws CommandException {
    @Nullable StagedBitop job = StagedBitop.of(call, operation, TARGET, longest);
    if (job == null) {
      throw new CommandException(ErrorReply.OUT_OF_MEMORY);
    }
    boolean isDirect = longest * (call.argCount() - FIRST_SOURCE) <= MAX_DIRECT_BYTES;
    if (!isDirect || !job.step(call.reply(), Long.MAX_VALUE / 2)) {
      call.defer(job);
    }
  }
}
