package dev.larder.commands;

import dev.larder.command.Call;
import dev.larder.command.CommandException;
import dev.larder.command.ErrorReply;
import dev.larder.storage.Bytes;
import dev.larder.storage.KeyEvent;
import dev.larder.storage.Shard;
import java.util.function.LongSupplier;

/** SETBIT. */
final class BitWrites {

  private static final ErrorReply BAD_BIT =
      ErrorReply.of("ERR bit is not an integer or out of range");

  private BitWrites() {}

  static void setbit(Call call, LongSupplier maxBytes) throws CommandException {
    long offset = Bits.offset(call, 2, 0, maxBytes);
    long bit = call.argLong(3, 0, 1, BAD_BIT);
    long entry = call.findUncounted(1);
    if (entry != 0) {
      StringReplies.requireString(entry);
    }
    Shard shard = call.shard(1);
    long index = offset >>> 3;
    long oldLength = StringEdits.length(shard, entry);
    long writable = index < oldLength ? entry : StringEdits.makeWritable(call, entry, index, 1);
    long address = shard.writableRun(writable, index);
    if (address == 0) {
      throw new CommandException(ErrorReply.OUT_OF_MEMORY);
    }
    shard.edited(writable); // even if nothing changes, as in Redis
    int shift = 7 - (int) (offset & 7);
    int before = Bytes.getByte(address);
    int after = before & ~(1 << shift) | (int) bit << shift;
    Bytes.putByte(address, (byte) after);
    if (after != before || index >= oldLength) {
      shard.written(call.unit(), call.db(), writable, index, 1);
      call.event(KeyEvent.SETBIT, 1);
    }
    call.reply().integer(before >>> shift & 1);
  }
}
