package dev.larder.acl;

import dev.larder.command.Arguments;
import dev.larder.command.Ascii;
import dev.larder.command.CommandSpec;
import dev.larder.command.Numbers;

/** Which databases a call needs a permission for. */
enum DatabaseUse {
  NONE,
  /** The one that is selected. */
  SELECTED,
  /** That of the first argument. */
  FIRST,
  /** Those of the first two arguments. */
  BOTH,
  /** The selected one, and that of the second argument. */
  SECOND,
  /** The selected one, and that behind {@code DB}, if it is there. */
  OPTION,
  ALL;

  private static final byte[] DB = Ascii.keyword("db");

  /** What scripts call is asked for by itself. */
  static DatabaseUse of(CommandSpec spec) {
    return switch (spec.fullName()) {
      case "select" -> FIRST;
      case "swapdb" -> BOTH;
      case "move" -> SECOND;
      case "copy" -> OPTION;
      case "flushall" -> ALL;
      case "dbsize", "flushdb", "keys", "randomkey", "scan" -> SELECTED;
      default -> spec.keySpecs().isEmpty() || spec.runsScript() ? NONE : SELECTED;
    };
  }

  /** Whether it is used whatever the arguments are. */
  boolean usesSelected() {
    return this == SELECTED || this == SECOND || this == OPTION;
  }

  /**
   * The next argument that names a database.
   *
   * @param after the one before, 0 for the first
   * @return its number; 0 if there is none any more
   */
  int next(Arguments call, int after) {
    return switch (this) {
      case FIRST -> after == 0 ? 1 : 0;
      case BOTH -> after < 2 ? after + 1 : 0;
      case SECOND -> after == 0 ? 2 : 0;
      case OPTION -> option(call, after);
      default -> 0;
    };
  }

  /** COPY takes the last one; whoever names more needs all. */
  private static int option(Arguments call, int after) {
    for (int i = Math.max(3, after + 1); i + 1 < call.argCount(); i++) {
      if (call.argIs(i, DB)) {
        return i + 1;
      }
    }
    return 0;
  }

  /** The database that an argument names; -1 if it is none, and the command fails by itself. */
  static int named(Arguments call, int argument) {
    long number = Numbers.parseLong(call.argAddress(argument), call.argLength(argument));
    return number >= 0 && number <= Integer.MAX_VALUE ? (int) number : -1;
  }
}
