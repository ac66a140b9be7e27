package dev.larder.commands;

import static dev.larder.command.Ascii.keyword;
import static dev.larder.storage.HashValue.NO_DEADLINE;
import static dev.larder.storage.ValueType.HASH;

import dev.larder.command.Call;
import dev.larder.command.CommandException;
import dev.larder.command.ErrorReply;
import dev.larder.storage.HashValue;
import dev.larder.storage.KeyEvent;

/** Deadlines of fields of hashes: setting, reading and dropping them. */
final class FieldDeadlines {
  /** What is replied for a field that is not there, or has no deadline. */
  private static final long NO_FIELD = -2;

  private static final long NONE = -1;

  /** What is replied for a field whose deadline was asked for. */
  private static final long CONDITION_NOT_MET = 0;

  private static final long DONE = 1;
  private static final long DELETED = 2;

  private static final long MILLIS = 1000;

  /** Values up to this find room in what every collection has left over. */
  private static final int LONG_BYTES = 4096;

  private static final byte[] FIELDS = keyword("fields");
  private static final ErrorReply NO_FIELDS =
      ErrorReply.of("ERR Mandatory argument FIELDS is missing or not at the right position");
  private static final ErrorReply NO_COUNT =
      ErrorReply.of("ERR Number of fields must be a positive integer");
  private static final ErrorReply WRONG_COUNT =
      ErrorReply.of("ERR The `numfields` parameter must match the number of arguments");

  private FieldDeadlines() {}

  // ---- setting ---------------------------------------------------------------------------------

  /** HEXPIRE and its like. */
  static void expire(Call call, boolean isRelative, boolean inSeconds) throws CommandException {
    HashValue hash = HashWrites.write(call, 1);
    long deadline = FieldOptions.deadline(call, 2, isRelative, inSeconds);
    long options = FieldOptions.conditions(call);
    int first = FieldOptions.firstField(options);
    int count = FieldOptions.fieldCount(call, options);
    call.requireRoom(hash, call.argCount());
    call.reply().array(count);
    KeyEvent event = deadline <= call.nowMillis() ? KeyEvent.HDEL : KeyEvent.HEXPIRE;
    boolean hasEffect = false;
    for (int i = first; i < first + count; i++) {
      long outcome = expire(call, hash, i, deadline, options);
      if (outcome == DONE || outcome == DELETED) {
        HashWrites.tellOfField(call, event, i);
        hasEffect = true;
      }
      call.reply().integer(outcome);
    }
    if (hasEffect) {
      call.event(event, 1, hash);
    }
  }

  private static long expire(Call call, HashValue hash, int fieldArg, long deadline, long options)
      throws CommandException {
    if (!HashReads.find(call, hash, fieldArg)) {
      return NO_FIELD;
    }
    if (!isMet(options, hash.deadline(), deadline)) {
      return CONDITION_NOT_MET;
    }
    if (deadline <= call.nowMillis()) {
      hash.removeFound(call.argAddress(fieldArg), call.argLength(fieldArg));
      return DELETED;
    }
    set(call, hash, fieldArg, deadline);
    return DONE;
  }

  /**
   * Gives the current field, which is that of an argument, a deadline or none.
   *
   * @throws CommandException if memory is exhausted, for a long field may have to move
   */
  static void set(Call call, HashValue hash, int fieldArg, long deadline) throws CommandException {
    int bytes = hash.fieldValue().length();
    if (bytes > LONG_BYTES) {
      call.requireRoom(hash, fieldArg, bytes);
    }
    hash.expire(call.argAddress(fieldArg), call.argLength(fieldArg), deadline);
  }

  /** Whether a deadline may be set; one that there is not is later than any other. */
  private static boolean isMet(long options, long old, long deadline) {
    boolean hasOld = old != NO_DEADLINE;
    return !(FieldOptions.has(options, FieldOptions.NX) && hasOld
        || FieldOptions.has(options, FieldOptions.XX) && !hasOld
        || FieldOptions.has(options, FieldOptions.GT) && (!hasOld || deadline <= old)
        || FieldOptions.has(options, FieldOptions.LT) && hasOld && deadline >= old);
  }

  static void hpersist(Call call) throws CommandException {
    HashValue hash = HashWrites.write(call, 1);
    int count = fieldCount(call);
    call.requireRoom(hash, call.argCount());
    call.reply().array(count);
    boolean hasEffect = false;
    for (int i = 4; i < 4 + count; i++) {
      long reply = DONE;
      if (!HashReads.find(call, hash, i)) {
        reply = NO_FIELD;
      } else if (hash.deadline() == NO_DEADLINE) {
        reply = NONE;
      } else {
        set(call, hash, i, NO_DEADLINE);
        HashWrites.tellOfField(call, KeyEvent.HPERSIST, i);
        hasEffect = true;
      }
      call.reply().integer(reply);
    }
    if (hasEffect) {
      call.event(KeyEvent.HPERSIST, 1);
    }
  }

  /** The number of the fields that FIELDS, which is argument 2, and its count precede. */
  static int fieldCount(Call call) throws CommandException {
    if (!call.argIs(2, FIELDS)) {
      throw new CommandException(NO_FIELDS);
    }
    long count = call.argLong(3, 1, Long.MAX_VALUE, NO_COUNT);
    if (count != call.argCount() - 4) {
      throw new CommandException(WRONG_COUNT);
    }
    return (int) count;
  }

  // ---- reading ---------------------------------------------------------------------------------

  /** HTTL and HPTTL: the time that fields have left. */
  static void left(Call call, boolean inSeconds) throws CommandException {
    read(call, call.nowMillis(), inSeconds);
  }

  /** HEXPIRETIME and HPEXPIRETIME: the time when fields expire. */
  static void time(Call call, boolean inSeconds) throws CommandException {
    read(call, 0, inSeconds);
  }

  private static void read(Call call, long base, boolean inSeconds) throws CommandException {
    HashValue hash = call.views().hash();
    call.point(hash, 1, call.find(1, HASH));
    int count = fieldCount(call);
    call.reply().array(count);
    for (int i = 4; i < 4 + count; i++) {
      long reply = NO_FIELD;
      if (HashReads.find(call, hash, i)) {
        long millis = hash.deadline() - base;
        // A second that has begun counts whole, so that no field has 0 seconds left.
        reply =
            hash.deadline() == NO_DEADLINE
                ? NONE
                : inSeconds ? (millis + MILLIS - 1) / MILLIS : millis;
      }
      call.reply().integer(reply);
    }
  }
}
