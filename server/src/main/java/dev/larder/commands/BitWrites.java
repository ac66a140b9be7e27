package dev.larder.commands;

import dev.larder.command.Ascii;
import dev.larder.command.Call;
import dev.larder.command.CommandException;
import dev.larder.command.ErrorReply;
import dev.larder.resp.ReplyWriter;
import dev.larder.storage.Bytes;
import dev.larder.storage.Entry;
import dev.larder.storage.Removal;
import dev.larder.storage.Shard;
import dev.larder.storage.StagedString;
import java.util.function.LongSupplier;

/** SETBIT and BITOP. */
final class BitWrites {

  private static final ErrorReply BAD_BIT =
      ErrorReply.of("ERR bit is not an integer or out of range");
  private static final ErrorReply NOT_TAKES_ONE =
      ErrorReply.of("ERR BITOP NOT must be called with a single source key.");

  private static final byte[] AND = Ascii.keyword("and");
  private static final byte[] OR = Ascii.keyword("or");
  private static final byte[] XOR = Ascii.keyword("xor");
  private static final byte[] NOT = Ascii.keyword("not");

  private static final int FIRST_SOURCE = 3;

  /** A shorter result is computed in the room behind the reply instead of in chunks. */
  private static final int MAX_SCRATCH_BYTES = 32 * 1024;

  /** A divisor of the chunk size: within it each source is one run. */
  private static final int WINDOW_BYTES = 64 * 1024;

  private enum Operation {
    AND,
    OR,
    XOR,
    NOT
  }

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
    long writable = StringEdits.makeWritable(call, entry, index, 1);
    long address = shard.runAddress(writable, index);
    int shift = 7 - (int) (offset & 7);
    int before = Bytes.getByte(address);
    int after = before & ~(1 << shift) | (int) bit << shift;
    Bytes.putByte(address, (byte) after);
    if (after != before || index >= oldLength || !Entry.isRaw(writable)) {
      shard.written(call.unit(), call.db(), writable, index, 1);
    }
    call.reply().integer(before >>> shift & 1);
  }

  /**
   * BITOP. Source and result belong to one moment, so all shards are held while it computes: about
   * half a second for sources of half a gigabyte.
   */
  static void bitop(Call call) throws CommandException {
    Operation operation = operation(call);
    if (operation == Operation.NOT && call.argCount() != FIRST_SOURCE + 1) {
      throw new CommandException(NOT_TAKES_ONE);
    }
    long longest = 0;
    for (int i = FIRST_SOURCE; i < call.argCount(); i++) {
      long entry = call.find(i);
      if (entry != 0) {
        long length = call.shard(i).stringLength(StringReplies.requireString(entry));
        longest = Math.max(longest, length);
      }
    }
    if (longest == 0) {
      call.remove(2, Removal.DELETED);
    } else if (longest <= MAX_SCRATCH_BYTES) {
      ReplyWriter reply = call.reply();
      int mark = reply.mark();
      long scratch = reply.piece((int) longest);
      Bytes.fill(scratch, longest, (byte) 0);
      compute(call, operation, scratch, longest);
      store(call, scratch, longest);
      reply.rollback(mark);
    } else {
      try (StagedString staged = StagedString.allocate(call.keyspace(), 0, longest)) {
        if (staged == null) {
          throw new CommandException(ErrorReply.OUT_OF_MEMORY);
        }
        compute(call, operation, staged.address(), longest);
        store(call, staged.address(), longest);
      }
    }
    call.reply().integer(longest);
  }

  private static Operation operation(Call call) throws CommandException {
    if (call.argIs(1, AND)) {
      return Operation.AND;
    }
    if (call.argIs(1, OR)) {
      return Operation.OR;
    }
    if (call.argIs(1, XOR)) {
      return Operation.XOR;
    }
    if (call.argIs(1, NOT)) {
      return Operation.NOT;
    }
    throw new CommandException(ErrorReply.SYNTAX);
  }

  private static void store(Call call, long result, long length) throws CommandException {
    // In Redis a result is raw even when it is short.
    call.shard(2).edited(call.store(2, result, length, -1));
  }

  /** Computes into memory that is all zeros. */
  private static void compute(Call call, Operation operation, long target, long length) {
    for (long from = 0; from < length; from += WINDOW_BYTES) {
      long window = Math.min(WINDOW_BYTES, length - from);
      for (int i = FIRST_SOURCE; i < call.argCount(); i++) {
        // Finding again costs little beside the window, and needs no memory for the entries.
        long entry = call.findUncounted(i);
        Shard shard = call.shard(i);
        long there = Math.clamp(StringEdits.length(shard, entry) - from, 0, window);
        long source = there == 0 ? 0 : shard.runAddress(entry, from);
        combine(operation, i == FIRST_SOURCE, target + from, source, there, window);
      }
    }
  }

  /** Brings a source, which is zeros behind its {@code there} bytes, into a window. */
  private static void combine(
      Operation operation, boolean isFirst, long target, long source, long there, long window) {
    if (isFirst) {
      Bytes.copy(source, target, there);
      if (operation == Operation.NOT) {
        Bits.not(target, there);
      }
      return;
    }
    switch (operation) {
      case AND -> {
        Bits.and(target, source, there);
        Bytes.fill(target + there, window - there, (byte) 0);
      }
      case OR -> Bits.or(target, source, there);
      case XOR -> Bits.xor(target, source, there);
      case NOT -> throw new IllegalStateException("NOT has one source");
    }
  }
}
