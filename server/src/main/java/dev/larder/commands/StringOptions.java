package dev.larder.commands;

import static dev.larder.command.Ascii.keyword;

import dev.larder.command.Arguments;
import dev.larder.command.Call;
import dev.larder.command.CommandException;
import dev.larder.command.ErrorReply;

/**
 * The options of SET, MSETEX, DELEX and GETEX, parsed into one word so that nothing is allocated.
 *
 * <pre>
 *  63          39 38          14 13       0
 *  +-------------+--------------+----------+
 *  | expiry at   | comparand at | options  |
 *  +-------------+--------------+----------+
 * </pre>
 *
 * The two upper parts are argument positions, 0 for none.
 */
final class StringOptions {

  static final long NX = 1;
  static final long XX = 1 << 1;
  static final long IFEQ = 1 << 2;
  static final long IFNE = 1 << 3;
  static final long IFDEQ = 1 << 4;
  static final long IFDNE = 1 << 5;
  static final long GET = 1 << 6;
  static final long KEEPTTL = 1 << 7;
  static final long PERSIST = 1 << 8;
  static final long EX = 1 << 9;
  static final long PX = 1 << 10;
  static final long EXAT = 1 << 11;
  static final long PXAT = 1 << 12;

  /** Conditions on the value that a key has, each followed by what it is compared with. */
  static final long COMPARISONS = IFEQ | IFNE | IFDEQ | IFDNE;

  /** What may be said once only: whether the key has to exist, or to equal something. */
  private static final long CONDITIONS = NX | XX | COMPARISONS;

  /** What may be said once only: when the key expires. */
  private static final long EXPIRIES = KEEPTTL | PERSIST | EX | PX | EXAT | PXAT;

  private static final long SECONDS = EX | EXAT;
  private static final long RELATIVE = EX | PX;

  private static final int COMPARAND_SHIFT = 14;
  private static final int EXPIRY_SHIFT = 39;
  private static final int MAX_POSITION = (1 << 25) - 1;

  private static final byte[][] KEYWORDS = {
    keyword("nx"),
    keyword("xx"),
    keyword("ifeq"),
    keyword("ifne"),
    keyword("ifdeq"),
    keyword("ifdne"),
    keyword("get"),
    keyword("keepttl"),
    keyword("persist"),
    keyword("ex"),
    keyword("px"),
    keyword("exat"),
    keyword("pxat"),
  };

  private StringOptions() {}

  /**
   * Parses options from argument {@code first} to the end.
   *
   * @param allowed the options that the command has
   * @return options and positions; 0 when there are none
   */
  static long parse(Arguments call, int first, long allowed) throws CommandException {
    long options = 0;
    int count = call.argCount();
    for (int i = first; i < count; i++) {
      long option = optionAt(call, i) & allowed;
      boolean takesValue = (option & (COMPARISONS | SECONDS | RELATIVE | PXAT)) != 0;
      if (option == 0
          || clashes(options, option)
          || (takesValue && (i + 1 == count || i >= MAX_POSITION))) {
        throw new CommandException(ErrorReply.SYNTAX);
      }
      options |= option;
      if (takesValue) {
        i++;
        int shift = (option & COMPARISONS) != 0 ? COMPARAND_SHIFT : EXPIRY_SHIFT;
        options = options & ~((long) MAX_POSITION << shift) | (long) i << shift;
      }
    }
    return options;
  }

  /** The option that an argument is, 0 for none. */
  static long optionAt(Arguments call, int i) {
    for (int k = 0; k < KEYWORDS.length; k++) {
      if (call.argIs(i, KEYWORDS[k])) {
        return 1L << k;
      }
    }
    return 0;
  }

  /** Whether another option of the same kind was given before; saying the same twice is fine. */
  private static boolean clashes(long options, long option) {
    long kind = (option & CONDITIONS) != 0 ? CONDITIONS : (option & EXPIRIES) != 0 ? EXPIRIES : 0;
    return (options & kind & ~option) != 0;
  }

  static boolean has(long options, long any) {
    return (options & any) != 0;
  }

  /** The position of what a comparison is with. */
  static int comparand(long options) {
    return (int) (options >>> COMPARAND_SHIFT) & MAX_POSITION;
  }

  /**
   * The deadline that the options ask for.
   *
   * @return milliseconds since the epoch, or -1 if they ask for none
   */
  static long deadline(Call call, long options) throws CommandException {
    int position = (int) (options >>> EXPIRY_SHIFT);
    return position == 0
        ? -1
        : deadline(call, position, has(options, SECONDS), has(options, RELATIVE));
  }

  /** The deadline that an argument gives. */
  static long deadline(Call call, int position, boolean seconds, boolean relative)
      throws CommandException {
    long time = call.argLong(position);
    if (time <= 0 || (seconds && time > Long.MAX_VALUE / 1000)) {
      throw invalidExpireTime(call);
    }
    long millis = seconds ? time * 1000 : time;
    if (!relative) {
      return millis;
    }
    if (millis > Long.MAX_VALUE - call.wallMillis()) {
      throw invalidExpireTime(call);
    }
    return millis + call.wallMillis();
  }

  private static CommandException invalidExpireTime(Call call) {
    return new CommandException(
        "ERR invalid expire time in '" + call.spec().fullName() + "' command");
  }
}
