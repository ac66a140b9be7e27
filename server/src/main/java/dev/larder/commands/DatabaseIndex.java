package dev.larder.commands;

import dev.larder.command.Call;
import dev.larder.command.CommandException;
import dev.larder.command.ErrorReply;

/** Numbers of databases in arguments. */
final class DatabaseIndex {
  private static final ErrorReply NOT_AN_INT =
      ErrorReply.of("ERR value is out of range, value must between -2147483648 and 2147483647");

  private DatabaseIndex() {}

  /** The database that an argument names. */
  static int argument(Call call, int i) throws CommandException {
    long index = call.argLong(i);
    if ((int) index != index) {
      throw new CommandException(NOT_AN_INT);
    }
    return inRange(call, index);
  }

  /** As {@link #argument}, with one error for whatever is no number. */
  static int argument(Call call, int i, ErrorReply otherwise) throws CommandException {
    return (int) call.argLong(i, Integer.MIN_VALUE, Integer.MAX_VALUE, otherwise);
  }

  /** The index, if there is such a database. */
  static int inRange(Call call, long index) throws CommandException {
    if (index < 0 || index >= call.keyspace().databases()) {
      throw new CommandException(ErrorReply.DB_INDEX_OUT_OF_RANGE);
    }
    return (int) index;
  }
}
