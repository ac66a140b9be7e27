package dev.larder.commands;

import dev.larder.command.Call;
import dev.larder.command.CommandException;
import dev.larder.command.ErrorReply;
import dev.larder.command.Numbers;
import dev.larder.resp.ReplyWriter;
import dev.larder.storage.Bytes;
import dev.larder.storage.Entry;
import dev.larder.storage.KeyEvent;
import dev.larder.storage.Shard;
import org.jspecify.annotations.Nullable;

/** Commands that take a string for a number and change it; the key keeps its deadline. */
final class StringCounters {

  private static final ErrorReply DECREMENT_OVERFLOW =
      ErrorReply.of("ERR decrement would overflow");

  /** Sign and 19 digits. */
  private static final int MAX_LONG_BYTES = 20;

  private StringCounters() {}

  static void incrby(Call call) throws CommandException {
    add(call, call.argLong(2));
  }

  static void decrby(Call call) throws CommandException {
    long decrement = call.argLong(2);
    if (decrement == Long.MIN_VALUE) {
      throw new CommandException(DECREMENT_OVERFLOW);
    }
    add(call, -decrement);
  }

  /** Adds to the integer in a key; none counts as 0. */
  static void add(Call call, long increment) throws CommandException {
    long entry = call.findUncounted(1);
    long value = entry == 0 ? 0 : longValue(call.shard(1), StringReplies.requireString(entry));
    long sum = value + increment;
    if (((value ^ sum) & (increment ^ sum)) < 0) {
      throw new CommandException(ErrorReply.OVERFLOW);
    }
    long deadline = entry == 0 ? -1 : Entry.expireAt(entry);
    storeLong(call, sum, deadline);
    call.event(KeyEvent.INCRBY, 1);
    call.reply().integer(sum);
  }

  /** Makes argument 1's key hold an integer. */
  static void storeLong(Call call, long value, long deadlineMillis) throws CommandException {
    ReplyWriter reply = call.reply();
    // The room behind the reply serves as scratch memory, which the loop has without allocating.
    int mark = reply.mark();
    int length = digits(value);
    long scratch = reply.piece(length);
    format(value, scratch + length);
    call.store(1, scratch, length, deadlineMillis);
    reply.rollback(mark);
  }

  /** The integer that a string is. */
  static long longValue(Shard shard, long entry) throws CommandException {
    long length = shard.stringLength(entry);
    if (length <= MAX_LONG_BYTES) {
      // So short a string is one run.
      long address = shard.runAddress(entry, 0);
      long value = Numbers.parseLong(address, (int) length);
      if (value != Numbers.NOT_A_LONG || Numbers.isLong(address, (int) length)) {
        return value;
      }
    }
    throw new CommandException(ErrorReply.NOT_AN_INTEGER);
  }

  /** The number of characters that a number takes. */
  static int digits(long value) {
    return Bytes.decimalLength(value);
  }

  /** Writes the {@link #digits} of a number so that they end before an address. */
  static void format(long value, long end) {
    Bytes.writeDecimal(value, end - digits(value));
  }

  static void incrbyfloat(Call call) throws CommandException {
    long entry = call.findUncounted(1);
    LongDouble value = entry == 0 ? LongDouble.ZERO : realValue(call.shard(1), entry);
    LongDouble increment = parse(call.argBytes(2), ErrorReply.NOT_A_FLOAT);
    LongDouble sum = value.plus(increment);
    if (sum == null) {
      throw new CommandException(ErrorReply.NAN_OR_INFINITY);
    }
    byte[] text = sum.format();
    long deadline = entry == 0 ? -1 : Entry.expireAt(entry);
    // What is replied is what is stored, so the reply is the source of the value.
    ReplyWriter reply = call.reply();
    long address = reply.beginBulk(text.length);
    Bytes.fromArray(text, 0, address, text.length);
    call.store(1, address, text.length, deadline);
    call.event(KeyEvent.INCRBYFLOAT, 1);
    reply.endBulk();
  }

  /** The number that a string is. */
  static LongDouble realValue(Shard shard, long entry) throws CommandException {
    StringReplies.requireString(entry);
    long length = shard.stringLength(entry);
    if (length > LongDouble.MAX_TEXT_BYTES) {
      throw new CommandException(ErrorReply.NOT_A_FLOAT);
    }
    byte[] text = Bytes.toArray(shard.runAddress(entry, 0), (int) length);
    return parse(text, ErrorReply.NOT_A_FLOAT);
  }

  static LongDouble parse(byte[] text, ErrorReply otherwise) throws CommandException {
    @Nullable LongDouble parsed = LongDouble.parse(text);
    if (parsed == null) {
      throw new CommandException(otherwise);
    }
    return parsed;
  }
}
