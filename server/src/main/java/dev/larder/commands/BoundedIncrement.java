package dev.larder.commands;

import static dev.larder.command.Ascii.keyword;

import dev.larder.command.Call;
import dev.larder.command.CommandException;
import dev.larder.command.ErrorReply;
import dev.larder.resp.ReplyWriter;
import dev.larder.storage.Bytes;
import dev.larder.storage.Entry;
import dev.larder.storage.KeyEvent;
import org.jspecify.annotations.Nullable;

/**
 * INCREX: adds to a number within bounds, and may set when the key expires. Its options are parsed
 * into one word, so that counting by integers allocates nothing.
 *
 * <pre>
 *  31       28 27       24 23       20 19       16 15       0
 *  +-----------+-----------+-----------+-----------+----------+
 *  | expiry at | UBOUND at | LBOUND at | BY... at  | options  |
 *  +-----------+-----------+-----------+-----------+----------+
 * </pre>
 *
 * The positions are those of the options' values. None may be said twice, so they are small.
 */
final class BoundedIncrement {

  private static final int BYINT = 1;
  private static final int BYFLOAT = 1 << 1;
  private static final int LBOUND = 1 << 2;
  private static final int UBOUND = 1 << 3;
  private static final int SATURATE = 1 << 4;
  private static final int ENX = 1 << 5;
  private static final int PERSIST = 1 << 6;
  private static final int EX = 1 << 7;
  private static final int PX = 1 << 8;
  private static final int EXAT = 1 << 9;
  private static final int PXAT = 1 << 10;

  private static final int INCREMENTS = BYINT | BYFLOAT;
  private static final int DEADLINES = EX | PX | EXAT | PXAT;

  private static final int INCREMENT_SHIFT = 16;
  private static final int LBOUND_SHIFT = 20;
  private static final int UBOUND_SHIFT = 24;
  private static final int DEADLINE_SHIFT = 28;
  private static final int MAX_POSITION = 15;

  private static final byte[][] KEYWORDS = {
    keyword("byint"),
    keyword("byfloat"),
    keyword("lbound"),
    keyword("ubound"),
    keyword("saturate"),
    keyword("enx"),
    keyword("persist"),
    keyword("ex"),
    keyword("px"),
    keyword("exat"),
    keyword("pxat"),
  };

  private static final ErrorReply ENX_ALONE = ErrorReply.of("ERR ENX flag requires an expiration");
  private static final ErrorReply CROSSED_BOUNDS =
      ErrorReply.of("ERR LBOUND can't be greater than UBOUND");
  private static final ErrorReply NO_INTEGER =
      ErrorReply.of("ERR Increment is not an integer or out of range");
  private static final ErrorReply NO_INTEGER_LBOUND =
      ErrorReply.of("ERR LBOUND is not an integer or out of range");
  private static final ErrorReply NO_INTEGER_UBOUND =
      ErrorReply.of("ERR UBOUND is not an integer or out of range");
  private static final ErrorReply NO_FLOAT = ErrorReply.of("ERR Increment is not a valid float");
  private static final ErrorReply NO_FLOAT_LBOUND =
      ErrorReply.of("ERR LBOUND is not a valid float");
  private static final ErrorReply NO_FLOAT_UBOUND =
      ErrorReply.of("ERR UBOUND is not a valid float");
  private static final ErrorReply APPLIED_OVERFLOW =
      ErrorReply.of("ERR applied increment would overflow");
  private static final ErrorReply APPLIED_INFINITY =
      ErrorReply.of("ERR applied increment would be Infinity");

  private BoundedIncrement() {}

  static void increx(Call call) throws CommandException {
    int options = parse(call);
    if ((options & BYFLOAT) != 0) {
      addFloat(call, options);
    } else {
      addInteger(call, options);
    }
  }

  private static int parse(Call call) throws CommandException {
    int options = 0;
    int count = call.argCount();
    for (int i = 2; i < count; i++) {
      int option = optionAt(call, i);
      int kind = kind(option);
      int shift = shift(option);
      if ((options & kind) != 0 || option == 0 || (shift > 0 && i + 1 == count)) {
        throw new CommandException(ErrorReply.SYNTAX);
      }
      options |= option;
      if (shift > 0) {
        i++;
        assert i <= MAX_POSITION : "no option is there twice";
        options |= i << shift;
      }
    }
    if ((options & (PERSIST | ENX)) == (PERSIST | ENX)) {
      throw new CommandException(ErrorReply.SYNTAX);
    }
    if ((options & ENX) != 0 && (options & DEADLINES) == 0) {
      throw new CommandException(ENX_ALONE);
    }
    return options;
  }

  private static int optionAt(Call call, int i) {
    for (int k = 0; k < KEYWORDS.length; k++) {
      if (call.argIs(i, KEYWORDS[k])) {
        return 1 << k;
      }
    }
    return 0;
  }

  /** The options of which there may be one. */
  private static int kind(int option) {
    if ((option & INCREMENTS) != 0) {
      return INCREMENTS;
    }
    return (option & (DEADLINES | PERSIST)) != 0 ? DEADLINES | PERSIST : option;
  }

  /** Where the position of an option's value is kept; 0 when it has none. */
  private static int shift(int option) {
    if ((option & INCREMENTS) != 0) {
      return INCREMENT_SHIFT;
    }
    if ((option & DEADLINES) != 0) {
      return DEADLINE_SHIFT;
    }
    return option == LBOUND ? LBOUND_SHIFT : option == UBOUND ? UBOUND_SHIFT : 0;
  }

  /** The position of the value kept at a shift, 0 for none. */
  private static int position(int options, int shift) {
    return options >>> shift & MAX_POSITION;
  }

  // ---- integers

  private static void addInteger(Call call, int options) throws CommandException {
    long increment = integer(call, options, INCREMENT_SHIFT, 1, NO_INTEGER);
    long lower = integer(call, options, LBOUND_SHIFT, Long.MIN_VALUE, NO_INTEGER_LBOUND);
    long upper = integer(call, options, UBOUND_SHIFT, Long.MAX_VALUE, NO_INTEGER_UBOUND);
    if (lower > upper) {
      throw new CommandException(CROSSED_BOUNDS);
    }
    long deadline = deadline(call, options);
    long entry = call.findUncounted(1);
    long before =
        entry == 0
            ? 0
            : StringCounters.longValue(call.shard(1), StringReplies.requireString(entry));
    long after = before + increment;
    boolean overflows = ((before ^ after) & (increment ^ after)) < 0;
    boolean isAbove = overflows ? increment > 0 : after > upper;
    boolean isBelow = overflows ? increment < 0 : after < lower;
    if (isAbove || isBelow) {
      if ((options & SATURATE) == 0) {
        reply(call, before, 0);
        return;
      }
      after = isAbove ? upper : lower;
    }
    long applied = after - before;
    if (((after ^ before) & (after ^ applied)) < 0) {
      throw new CommandException(APPLIED_OVERFLOW);
    }
    if (isExpired(call, options, entry, deadline)) {
      call.delete(1);
    } else {
      long old = entry == 0 ? -1 : Entry.expireAt(entry);
      StringCounters.storeLong(call, after, newDeadline(options, entry, deadline));
      tell(call, KeyEvent.INCRBY, options, old);
    }
    reply(call, after, applied);
  }

  private static long integer(Call call, int options, int shift, long otherwise, ErrorReply error)
      throws CommandException {
    int position = position(options, shift);
    return position == 0 ? otherwise : call.argLong(position, error);
  }

  private static void reply(Call call, long value, long applied) {
    call.reply().array(2);
    call.reply().integer(value);
    call.reply().integer(applied);
  }

  // ---- the deadline

  /** The deadline that the options name, -1 for none. */
  private static long deadline(Call call, int options) throws CommandException {
    int position = position(options, DEADLINE_SHIFT);
    return position == 0
        ? -1
        : StringOptions.deadline(
            call, position, (options & (EX | EXAT)) != 0, (options & (EX | PX)) != 0);
  }

  /** Whether the key goes, as the deadline that it gets has passed. */
  private static boolean isExpired(Call call, int options, long entry, long deadline) {
    return deadline >= 0
        && deadline <= call.nowMillis()
        && newDeadline(options, entry, deadline) == deadline;
  }

  /** The deadline that the key has then. */
  private static long newDeadline(int options, long entry, long deadline) {
    long old = entry == 0 ? -1 : Entry.expireAt(entry);
    if ((options & PERSIST) != 0) {
      return -1;
    }
    return deadline < 0 || ((options & ENX) != 0 && old >= 0) ? old : deadline;
  }

  private static void tell(Call call, KeyEvent event, int options, long oldDeadline) {
    call.event(event, 1);
    if ((options & PERSIST) != 0) {
      if (oldDeadline >= 0) {
        call.event(KeyEvent.PERSIST, 1);
      }
    } else if ((options & DEADLINES) != 0 && ((options & ENX) == 0 || oldDeadline < 0)) {
      call.event(KeyEvent.EXPIRE, 1);
    }
  }

  // ---- floating point

  private static void addFloat(Call call, int options) throws CommandException {
    LongDouble increment = real(call, options, INCREMENT_SHIFT, LongDouble.ZERO, NO_FLOAT);
    LongDouble lower = real(call, options, LBOUND_SHIFT, LongDouble.MAX.negate(), NO_FLOAT_LBOUND);
    LongDouble upper = real(call, options, UBOUND_SHIFT, LongDouble.MAX, NO_FLOAT_UBOUND);
    if (lower.compareTo(upper) > 0) {
      throw new CommandException(CROSSED_BOUNDS);
    }
    long deadline = deadline(call, options);
    long entry = call.findUncounted(1);
    LongDouble before =
        entry == 0 ? LongDouble.ZERO : StringCounters.realValue(call.shard(1), entry);
    if (before.isInfinite() && increment.isInfinite() && before.signum() != increment.signum()) {
      throw new CommandException(ErrorReply.NAN_OR_INFINITY);
    }
    @Nullable LongDouble sum = before.plus(increment);
    // Without a sum it is infinite, with the sign of what is, or of both.
    int sign = before.isInfinite() ? before.signum() : increment.signum();
    boolean isAbove = sum == null ? sign > 0 : sum.compareTo(upper) > 0;
    boolean isBelow = sum == null ? sign < 0 : sum.compareTo(lower) < 0;
    if (isAbove || isBelow || sum == null) {
      if ((options & SATURATE) == 0) {
        reply(call, before.format(), LongDouble.ZERO.format());
        return;
      }
      sum = isAbove ? upper : lower;
      increment = sum.plus(before.negate());
    }
    if (increment == null || sum.isInfinite()) {
      throw new CommandException(APPLIED_INFINITY);
    }
    byte[] text = sum.format();
    if (isExpired(call, options, entry, deadline)) {
      call.delete(1);
    } else {
      long old = entry == 0 ? -1 : Entry.expireAt(entry);
      store(call, text, newDeadline(options, entry, deadline));
      tell(call, KeyEvent.INCRBYFLOAT, options, old);
    }
    reply(call, text, increment.format());
  }

  private static LongDouble real(
      Call call, int options, int shift, LongDouble otherwise, ErrorReply error)
      throws CommandException {
    int position = position(options, shift);
    return position == 0 ? otherwise : StringCounters.parse(call.argBytes(position), error);
  }

  private static void store(Call call, byte[] text, long deadlineMillis) throws CommandException {
    ReplyWriter reply = call.reply();
    int mark = reply.mark();
    long scratch = reply.piece(text.length);
    Bytes.fromArray(text, 0, scratch, text.length);
    call.store(1, scratch, text.length, deadlineMillis);
    reply.rollback(mark);
  }

  private static void reply(Call call, byte[] value, byte[] applied) {
    call.reply().array(2);
    call.reply().doubleText(value);
    call.reply().doubleText(applied);
  }
}
