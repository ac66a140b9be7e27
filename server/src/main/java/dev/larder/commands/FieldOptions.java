package dev.larder.commands;

import static dev.larder.command.Ascii.keyword;

import dev.larder.command.Call;
import dev.larder.command.CommandException;
import dev.larder.command.ErrorReply;

/**
 * The options of HSETEX, HGETEX and of HEXPIRE and its like, which may come in any order, before
 * and behind the fields; parsed into one word so that nothing is allocated.
 *
 * <pre>
 *  63         38 37          12 11       0
 *  +------------+--------------+----------+
 *  | time at    | numfields at | options  |
 *  +------------+--------------+----------+
 * </pre>
 *
 * The two upper parts are argument positions, 0 for none.
 */
final class FieldOptions {

  static final long NX = 1;
  static final long XX = 1 << 1;
  static final long GT = 1 << 2;
  static final long LT = 1 << 3;
  static final long FNX = 1 << 4;
  static final long FXX = 1 << 5;
  static final long KEEPTTL = 1 << 6;
  static final long PERSIST = 1 << 7;
  static final long EX = 1 << 8;
  static final long PX = 1 << 9;
  static final long EXAT = 1 << 10;
  static final long PXAT = 1 << 11;

  private static final long CONDITIONS = NX | XX | GT | LT;
  private static final long TIMES = EX | PX | EXAT | PXAT;
  private static final long EXPIRIES = TIMES | KEEPTTL | PERSIST;

  private static final byte[][] KEYWORDS = {
    keyword("nx"),
    keyword("xx"),
    keyword("gt"),
    keyword("lt"),
    keyword("fnx"),
    keyword("fxx"),
    keyword("keepttl"),
    keyword("persist"),
    keyword("ex"),
    keyword("px"),
    keyword("exat"),
    keyword("pxat"),
  };

  private static final byte[] FIELDS = keyword("fields");

  private static final int FIELDS_SHIFT = 12;
  private static final int TIME_SHIFT = 38;
  private static final int MAX_POSITION = (1 << 26) - 1;

  /** No deadline of a field is later, in milliseconds since the epoch. */
  static final long MAX_DEADLINE = (1L << 46) - 1;

  private static final ErrorReply MANY_FIELDS =
      ErrorReply.of("ERR FIELDS keyword specified multiple times");
  private static final ErrorReply NO_FIELDS = ErrorReply.of("ERR missing FIELDS argument");
  private static final ErrorReply SHORT_FIELDS =
      ErrorReply.of("ERR FIELDS requires at least numfields and one field argument");
  private static final ErrorReply MANY_CONDITIONS =
      ErrorReply.of("ERR Multiple condition flags specified");
  private static final ErrorReply NO_COUNT =
      ErrorReply.of("ERR Parameter `numFields` should be greater than 0");
  private static final ErrorReply INVALID_COUNT = ErrorReply.of("ERR invalid number of fields");
  private static final ErrorReply TOO_FEW = ErrorReply.of("ERR wrong number of arguments");
  private static final ErrorReply FXX_AND_FNX =
      ErrorReply.of("ERR Only one of FXX or FNX arguments can be specified");
  private static final ErrorReply KEEP_AND_EXPIRE =
      ErrorReply.of("ERR Only one of EX, PX, EXAT, PXAT or KEEPTTL arguments can be specified");
  private static final ErrorReply PERSIST_AND_EXPIRE =
      ErrorReply.of("ERR Only one of EX, PX, EXAT, PXAT or PERSIST arguments can be specified");
  private static final ErrorReply NO_TIME = ErrorReply.of("ERR missing expire time");
  private static final ErrorReply NEGATIVE_TIME =
      ErrorReply.of("ERR invalid expire time, must be >= 0");

  private FieldOptions() {}

  /** Parses the options of HEXPIRE and its like, from argument 3 to the end. */
  static long conditions(Call call) throws CommandException {
    long options = 0;
    for (int i = 3; i < call.argCount(); i++) {
      if (call.argIs(i, FIELDS)) {
        if (fieldsAt(options) != 0) {
          throw new CommandException(MANY_FIELDS);
        }
        if (i + 2 >= call.argCount()) {
          throw new CommandException(SHORT_FIELDS);
        }
        options |= (long) (i + 1) << FIELDS_SHIFT;
        i += 1 + count(call, i + 1, 1, NO_COUNT);
      } else {
        options |= option(call, i, CONDITIONS);
      }
    }
    if (fieldsAt(options) == 0) {
      throw new CommandException(NO_FIELDS);
    }
    if (Long.bitCount(options & CONDITIONS) > 1) {
      throw new CommandException(MANY_CONDITIONS);
    }
    return options;
  }

  /**
   * Parses the options of HSETEX and HGETEX, from argument 2 to the end. A deadline is checked at
   * once, in the order of the arguments.
   *
   * @param allowed the options that the command has
   * @param width arguments for each field: 2 with values
   */
  static long parse(Call call, long allowed, int width) throws CommandException {
    long options = 0;
    for (int i = 2; i < call.argCount(); i++) {
      if (call.argIs(i, FIELDS)) {
        if (fieldsAt(options) != 0) {
          throw new CommandException(MANY_FIELDS);
        }
        if (i + 1 >= call.argCount()) {
          throw new CommandException(TOO_FEW);
        }
        options |= (long) (i + 1) << FIELDS_SHIFT;
        i += 1 + width * count(call, i + 1, width, INVALID_COUNT);
        continue;
      }
      long option = option(call, i, allowed);
      if ((option & (FNX | FXX)) != 0 && (options & (FNX | FXX)) != 0) {
        throw new CommandException(FXX_AND_FNX);
      }
      if ((option & EXPIRIES) != 0 && (options & EXPIRIES) != 0) {
        boolean keeps = (allowed & KEEPTTL) != 0;
        throw new CommandException(keeps ? KEEP_AND_EXPIRE : PERSIST_AND_EXPIRE);
      }
      options |= option;
      if ((option & TIMES) != 0) {
        if (i + 1 >= call.argCount()) {
          throw new CommandException(NO_TIME);
        }
        i++;
        deadline(call, i, (option & (EX | PX)) != 0, (option & (EX | EXAT)) != 0);
        options |= (long) i << TIME_SHIFT;
      }
    }
    if (fieldsAt(options) == 0) {
      throw new CommandException(NO_FIELDS);
    }
    return options;
  }

  private static long option(Call call, int i, long allowed) throws CommandException {
    for (int k = 0; k < KEYWORDS.length; k++) {
      if ((allowed & 1L << k) != 0 && call.argIs(i, KEYWORDS[k])) {
        return 1L << k;
      }
    }
    throw new CommandException("ERR unknown argument: " + call.argQuoted(i));
  }

  /** The number of fields, for which there are enough arguments. */
  private static int count(Call call, int position, int width, ErrorReply otherwise)
      throws CommandException {
    long count = call.argLong(position, 1, Integer.MAX_VALUE, otherwise);
    if (position > MAX_POSITION || count * width > call.argCount() - position - 1) {
      throw new CommandException(TOO_FEW);
    }
    return (int) count;
  }

  static boolean has(long options, long any) {
    return (options & any) != 0;
  }

  private static int fieldsAt(long options) {
    return (int) (options >>> FIELDS_SHIFT) & MAX_POSITION;
  }

  /** The first field's position. */
  static int firstField(long options) {
    return fieldsAt(options) + 1;
  }

  /** How many fields there are. */
  static int fieldCount(Call call, long options) throws CommandException {
    return (int) call.argLong(fieldsAt(options));
  }

  /** The deadline that the options ask for, -1 if they ask for none. */
  static long deadline(Call call, long options) throws CommandException {
    int position = (int) (options >>> TIME_SHIFT);
    return position == 0
        ? -1
        : deadline(call, position, has(options, EX | PX), has(options, EX | EXAT));
  }

  /**
   * The deadline that an argument gives, in milliseconds since the epoch.
   *
   * @param isRelative whether it counts from now
   * @param inSeconds instead of milliseconds
   */
  static long deadline(Call call, int position, boolean isRelative, boolean inSeconds)
      throws CommandException {
    long time = call.argLong(position);
    if (time < 0) {
      throw new CommandException(NEGATIVE_TIME);
    }
    long unitMillis = inSeconds ? 1000 : 1;
    long base = isRelative ? call.wallMillis() : 0;
    if (time > (MAX_DEADLINE - base) / unitMillis) {
      throw new CommandException(
          "ERR invalid expire time in '" + call.spec().fullName() + "' command");
    }
    return time * unitMillis + base;
  }
}
