package dev.larder.command;

/** How long a blocking command is told to wait: an argument, as milliseconds for {@link Block}. */
public final class BlockTimeout {
  private static final ErrorReply NOT_A_FLOAT =
      ErrorReply.of("ERR timeout is not a float or out of range");
  private static final ErrorReply NOT_AN_INTEGER =
      ErrorReply.of("ERR timeout is not an integer or out of range");
  private static final ErrorReply NEGATIVE = ErrorReply.of("ERR timeout is negative");
  private static final ErrorReply OUT_OF_RANGE = ErrorReply.of("ERR timeout is out of range");

  private static final double MILLIS_PER_SECOND = 1000;

  private BlockTimeout() {}

  /**
   * A number of seconds with any decimals, as BLPOP takes it.
   *
   * @return milliseconds, rounded up; 0 for ever
   */
  public static long seconds(Call call, int arg) throws CommandException {
    double millis = Math.ceil(call.argDouble(arg, NOT_A_FLOAT) * MILLIS_PER_SECOND);
    if (millis >= Long.MAX_VALUE) {
      throw new CommandException(OUT_OF_RANGE);
    }
    return checked(call, (long) millis);
  }

  /**
   * A whole number of milliseconds, as XREAD takes it.
   *
   * @return milliseconds; 0 for ever
   */
  public static long millis(Call call, int arg) throws CommandException {
    return checked(call, call.argLong(arg, NOT_AN_INTEGER));
  }

  private static long checked(Call call, long millis) throws CommandException {
    if (millis < 0) {
      throw new CommandException(NEGATIVE);
    }
    if (millis > Long.MAX_VALUE - call.nowMillis()) {
      throw new CommandException(OUT_OF_RANGE);
    }
    return millis;
  }
}
