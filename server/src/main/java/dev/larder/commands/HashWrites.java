package dev.larder.commands;

import static dev.larder.storage.HashValue.KEEP_DEADLINE;
import static dev.larder.storage.HashValue.NO_DEADLINE;
import static dev.larder.storage.ValueType.HASH;

import dev.larder.command.Call;
import dev.larder.command.CommandException;
import dev.larder.command.ErrorReply;
import dev.larder.resp.ReplyWriter;
import dev.larder.storage.Bytes;
import dev.larder.storage.ElementText;
import dev.larder.storage.HashValue;
import dev.larder.storage.KeyEvent;
import org.jspecify.annotations.Nullable;

/** Commands that set, count and remove fields of hashes. */
final class HashWrites {
  /** Most bytes of a field and its value together. */
  private static final long MAX_FIELD_BYTES = 1 << 30;

  private static final ErrorReply NOT_AN_INTEGER =
      ErrorReply.of("ERR hash value is not an integer");
  private static final ErrorReply NOT_A_FLOAT = ErrorReply.of("ERR hash value is not a float");
  private static final ErrorReply INFINITE = ErrorReply.of("ERR value is NaN or Infinity");

  private HashWrites() {}

  /** The hash of a key that is changed, which need not exist. */
  static HashValue write(Call call, int keyArg) throws CommandException {
    HashValue hash = call.views().hash();
    call.point(hash, keyArg, call.findUncounted(keyArg, HASH));
    return hash;
  }

  /** Makes sure that the pairs of fields and values in a run of arguments can be set. */
  static void requireRoom(Call call, HashValue hash, int first, int end) throws CommandException {
    for (int i = first; i < end; i += 2) {
      requireSize(call.argLength(i), call.argLength(i + 1));
    }
    call.requireRoom(hash, first);
  }

  /** Makes sure that a field and its value are not too long. */
  static void requireSize(int fieldLength, int valueLength) throws CommandException {
    if ((long) fieldLength + valueLength > MAX_FIELD_BYTES) {
      throw new CommandException(ErrorReply.STRING_TOO_LONG);
    }
  }

  /** Sets the pairs of fields and values in a run of arguments; returns how many are new. */
  static int setAll(Call call, HashValue hash, int first, int end, long deadlineMillis) {
    boolean isBuilt = !hash.exists() && end - first > 2;
    if (isBuilt) {
      for (int i = first; i < end; i += 2) {
        hash.announce(
            call.argAddress(i), call.argLength(i), call.argAddress(i + 1), call.argLength(i + 1));
      }
      hash.reserve(deadlineMillis);
    }
    int added = 0;
    for (int i = first; i < end; i += 2) {
      call.ahead().member(hash, first, i, 2);
      added += set(call, hash, i, i + 1, deadlineMillis) ? 1 : 0;
    }
    if (isBuilt) {
      hash.finish();
    }
    return added;
  }

  static boolean set(Call call, HashValue hash, int fieldArg, int valueArg, long deadlineMillis) {
    return hash.set(
        call.argAddress(fieldArg),
        call.argLength(fieldArg),
        call.argAddress(valueArg),
        call.argLength(valueArg),
        deadlineMillis);
  }

  /** An event about the fields of argument 1's hash that arguments name, at steps of so many. */
  static void tellOfFields(Call call, KeyEvent event, int first, int end, int step) {
    if (call.unit().events().wants(event)) {
      for (int i = first; i < end; i += step) {
        tellOfField(call, event, i);
      }
      call.event(event, 1);
    }
  }

  /** The event that is raised next is about the field that an argument names, too. */
  static void tellOfField(Call call, KeyEvent event, int arg) {
    call.unit().events().field(event, call.argAddress(arg), call.argLength(arg));
  }

  private static int setPairs(Call call) throws CommandException {
    if (call.argCount() % 2 == 1) {
      throw new CommandException(call.spec().wrongArity());
    }
    HashValue hash = write(call, 1);
    requireRoom(call, hash, 2, call.argCount());
    int added = setAll(call, hash, 2, call.argCount(), NO_DEADLINE);
    tellOfFields(call, KeyEvent.HSET, 2, call.argCount(), 2);
    return added;
  }

  static void hset(Call call) throws CommandException {
    call.reply().integer(setPairs(call));
  }

  static void hmset(Call call) throws CommandException {
    setPairs(call);
    call.reply().ok();
  }

  static void hsetnx(Call call) throws CommandException {
    HashValue hash = write(call, 1);
    boolean isNew = !HashReads.find(call, hash, 2);
    if (isNew) {
      requireRoom(call, hash, 2, 4);
      hash.put(
          true,
          call.argAddress(2),
          call.argLength(2),
          call.argAddress(3),
          call.argLength(3),
          NO_DEADLINE);
      tellOfFields(call, KeyEvent.HSET, 2, 3, 1);
    }
    call.reply().integer(isNew ? 1 : 0);
  }

  static void hdel(Call call) throws CommandException {
    HashValue hash = write(call, 1);
    int removed = 0;
    for (int i = 2; i < call.argCount() && hash.exists(); i++) {
      call.ahead().member(hash, 2, i, 1);
      if (hash.remove(call.argAddress(i), call.argLength(i))) {
        tellOfField(call, KeyEvent.HDEL, i);
        removed++;
      }
    }
    if (removed > 0) {
      call.event(KeyEvent.HDEL, 1, hash);
    }
    call.reply().integer(removed);
  }

  static void hincrby(Call call) throws CommandException {
    long increment = call.argLong(3);
    HashValue hash = write(call, 1);
    boolean isNew = !HashReads.find(call, hash, 2);
    long value = 0;
    if (!isNew) {
      ElementText text = hash.fieldValue();
      if (!text.isInteger()) {
        throw new CommandException(NOT_AN_INTEGER);
      }
      value = text.integer();
    }
    long sum = value + increment;
    if (((value ^ sum) & (increment ^ sum)) < 0) {
      throw new CommandException(ErrorReply.OVERFLOW);
    }
    call.requireRoom(hash, 2);
    ReplyWriter reply = call.reply();
    // The room behind the reply serves as scratch memory, which the loop has without allocating.
    int mark = reply.mark();
    int length = StringCounters.digits(sum);
    long scratch = reply.piece(length);
    StringCounters.format(sum, scratch + length);
    hash.put(isNew, call.argAddress(2), call.argLength(2), scratch, length, KEEP_DEADLINE);
    tellOfFields(call, KeyEvent.HINCRBY, 2, 3, 1);
    reply.rollback(mark);
    reply.integer(sum);
  }

  static void hincrbyfloat(Call call) throws CommandException {
    LongDouble increment = LongDouble.parse(call.argBytes(3));
    if (increment == null) {
      throw new CommandException(ErrorReply.NOT_A_FLOAT);
    }
    if (increment.isInfinite()) {
      throw new CommandException(INFINITE);
    }
    HashValue hash = write(call, 1);
    boolean isNew = !HashReads.find(call, hash, 2);
    LongDouble value = isNew ? LongDouble.ZERO : number(call, hash.fieldValue());
    if (value == null) {
      throw new CommandException(NOT_A_FLOAT);
    }
    LongDouble sum = value.plus(increment);
    if (sum == null) {
      throw new CommandException(ErrorReply.NAN_OR_INFINITY);
    }
    call.requireRoom(hash, 2);
    byte[] digits = sum.format();
    // What is replied is what is stored, so the reply is the source of the value.
    ReplyWriter reply = call.reply();
    long address = reply.beginBulk(digits.length);
    Bytes.fromArray(digits, 0, address, digits.length);
    hash.put(isNew, call.argAddress(2), call.argLength(2), address, digits.length, KEEP_DEADLINE);
    tellOfFields(call, KeyEvent.HINCRBYFLOAT, 2, 3, 1);
    reply.endBulk();
  }

  private static @Nullable LongDouble number(Call call, ElementText text) {
    int length = text.length();
    if (length > LongDouble.MAX_TEXT_BYTES) {
      return null;
    }
    ReplyWriter reply = call.reply();
    int mark = reply.mark();
    long scratch = reply.piece(length);
    text.copy(scratch);
    byte[] bytes = Bytes.toArray(scratch, length);
    reply.rollback(mark);
    return LongDouble.parse(bytes);
  }
}
