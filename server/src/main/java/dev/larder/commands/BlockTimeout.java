package dev.larder.commands;

import dev.larder.command.Call;
import dev.larder.command.CommandException;
import dev.larder.command.ErrorReply;

/** The timeout argument of blocking commands: seconds, with a fraction. */
final class BlockTimeout {
  private static final ErrorReply NOT_A_FLOAT =
      ErrorReply.of("ERR timeout is not a float or out of range");
  private static final ErrorReply NEGATIVE = ErrorReply.of("ERR timeout is negative");
  private static final ErrorReply OUT_OF_RANGE = ErrorReply.of("ERR timeout is out of range");
  private static final double MILLIS_PER_SECOND = 1000;

  private BlockTimeout() {}

  /** Milliseconds, rounded up; 0 is for ever. */
  static long millis(Call call, int arg) throws CommandException {
    double millis = Math.ceil(call.argDouble(arg, NOT_A_FLOAT) * MILLIS_PER_SECOND);
    if (millis < 0) {
      throw new CommandException(NEGATIVE);
    }
    if (millis >= Long.MAX_VALUE - call.nowMillis()) {
      throw new CommandException(OUT_OF_RANGE);
    }
    return (long) millis;
  }
}
