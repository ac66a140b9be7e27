package dev.larder.commands;

import dev.larder.command.Ascii;
import dev.larder.command.Call;
import dev.larder.command.CommandException;
import dev.larder.command.ErrorReply;
import dev.larder.storage.Bytes;
import dev.larder.storage.PinnedString;
import dev.larder.storage.Shard;
import java.util.function.LongSupplier;

/** GETBIT, BITCOUNT and BITPOS. */
final class BitReads {

  /** Scanning more than this is left to a {@link BitScan}, which pins the string. */
  static final int MAX_DIRECT_BYTES = 1024 * 1024;

  private static final ErrorReply BAD_BIT = ErrorReply.of("ERR The bit argument must be 1 or 0.");
  private static final byte[] BIT = Ascii.keyword("bit");
  private static final byte[] BYTE = Ascii.keyword("byte");

  private BitReads() {}

  static void getbit(Call call, LongSupplier maxBytes) throws CommandException {
    long offset = Bits.offset(call, 2, 0, maxBytes);
    long entry = call.find(1);
    if (entry == 0) {
      call.reply().integer(0);
      return;
    }
    Shard shard = call.shard(1);
    long index = offset >>> 3;
    int bit = 0;
    if (index < shard.stringLength(StringReplies.requireString(entry))) {
      bit = Bytes.getByte(shard.runAddress(entry, index)) >>> (7 - (offset & 7)) & 1;
    }
    call.reply().integer(bit);
  }

  static void bitcount(Call call) throws CommandException {
    int count = call.argCount();
    if (count == 3 || count > 5) {
      throw new CommandException(ErrorReply.SYNTAX);
    }
    boolean isRange = count > 2;
    long start = isRange ? call.argLong(2) : 0;
    long end = isRange ? call.argLong(3) : -1;
    boolean isBits = count == 5 && isBitUnit(call, 4);
    long entry = call.find(1);
    if (entry == 0) {
      call.reply().integer(0);
      return;
    }
    long bytes = call.shard(1).stringLength(StringReplies.requireString(entry));
    long length = isBits ? bytes << 3 : bytes;
    long from = StringReplies.fromStart(start, length);
    long to = Math.min(StringReplies.fromStart(end, length), length - 1);
    if (from > to || (start < 0 && end < 0 && start > end)) {
      call.reply().integer(0);
      return;
    }
    scan(call, entry, BitScan.COUNT, isBits ? from : from << 3, isBits ? to : (to << 3) + 7, -1);
  }

  static void bitpos(Call call) throws CommandException {
    long bit = call.argLong(2);
    if (bit != 0 && bit != 1) {
      throw new CommandException(BAD_BIT);
    }
    int count = call.argCount();
    if (count > 6) {
      throw new CommandException(ErrorReply.SYNTAX);
    }
    long start = count > 3 ? call.argLong(3) : 0;
    boolean isBits = count == 6 && isBitUnit(call, 5);
    boolean hasEnd = count > 4;
    long end = hasEnd ? call.argLong(4) : -1;
    long entry = call.find(1);
    if (entry == 0) {
      // A string of zeros without end.
      call.reply().integer(bit == 1 ? -1 : 0);
      return;
    }
    long bytes = call.shard(1).stringLength(StringReplies.requireString(entry));
    long length = isBits ? bytes << 3 : bytes;
    long from = StringReplies.fromStart(start, length);
    long to = Math.min(StringReplies.fromStart(end, length), length - 1);
    if (from > to) {
      call.reply().integer(-1);
      return;
    }
    // Without an end, zeros follow the string.
    long notFound = bit == 1 || hasEnd ? -1 : bytes << 3;
    scan(
        call,
        entry,
        bit == 1 ? BitScan.FIND_SET : BitScan.FIND_CLEAR,
        isBits ? from : from << 3,
        isBits ? to : (to << 3) + 7,
        notFound);
  }

  private static boolean isBitUnit(Call call, int i) throws CommandException {
    if (call.argIs(i, BIT)) {
      return true;
    }
    if (!call.argIs(i, BYTE)) {
      throw new CommandException(ErrorReply.SYNTAX);
    }
    return false;
  }

  /** Replies what is to be known of the bits from one to another. */
  private static void scan(
      Call call, long entry, int question, long fromBit, long toBit, long notFound) {
    Shard shard = call.shard(1);
    BitScan scan = new BitScan(question, fromBit, toBit, notFound);
    long offset = fromBit >>> 3;
    long end = (toBit >>> 3) + 1;
    if (end - offset > MAX_DIRECT_BYTES) {
      call.defer(scan.over(PinnedString.of(call.keyspace(), entry, offset, end - offset)));
      return;
    }
    boolean isDone = false;
    while (offset < end && !isDone) {
      long run = Math.min(shard.runLength(entry, offset), end - offset);
      isDone = scan.scan(shard.runAddress(entry, offset), run);
      offset += run;
    }
    call.reply().integer(scan.result());
  }
}
