package dev.larder.commands;

import static dev.larder.command.Ascii.keyword;

import dev.larder.command.Arguments;
import dev.larder.command.Call;
import dev.larder.command.CommandException;
import dev.larder.command.ErrorReply;
import dev.larder.command.KeyAccess;
import dev.larder.command.KeyPositions;
import dev.larder.storage.Bytes;
import dev.larder.storage.StreamRead;

/** The options of XREAD and XREADGROUP, and where their keys are. */
final class StreamReadOptions {
  private static final byte[] BLOCK = keyword("block");
  private static final byte[] CLAIM = keyword("claim");
  private static final byte[] COUNT = keyword("count");
  private static final byte[] MAXCOUNT = keyword("maxcount");
  private static final byte[] MAXSIZE = keyword("maxsize");
  private static final byte[] GROUP = keyword("group");
  private static final byte[] NOACK = keyword("noack");
  private static final byte[] STREAMS = keyword("streams");

  private static final ErrorReply TIMEOUT_IS_NO_INTEGER =
      ErrorReply.of("ERR timeout is not an integer or out of range");
  private static final ErrorReply TIMEOUT_IS_NEGATIVE = ErrorReply.of("ERR timeout is negative");
  private static final ErrorReply IDLE_IS_NO_INTEGER =
      ErrorReply.of("ERR min-idle-time is not an integer");
  private static final ErrorReply IDLE_IS_NEGATIVE =
      ErrorReply.of("ERR min-idle-time must be a positive integer");
  private static final ErrorReply TOTAL_BELOW_COUNT =
      ErrorReply.of("ERR MAXCOUNT must be greater than or equal to COUNT");
  private static final ErrorReply GROUP_IN_XREAD =
      ErrorReply.of(
          "ERR The GROUP option is only supported by XREADGROUP. You called XREAD instead.");
  private static final ErrorReply NOACK_IN_XREAD =
      ErrorReply.of(
          "ERR The NOACK option is only supported by XREADGROUP. You called XREAD instead.");
  private static final ErrorReply CLAIM_IN_XREAD =
      ErrorReply.of(
          "ERR The CLAIM option is only supported by XREADGROUP. You called XREAD instead.");
  private static final ErrorReply MISSING_GROUP =
      ErrorReply.of("ERR Missing GROUP option for XREADGROUP");

  private static final String NOT_IN_SCRIPTS =
      " command is not allowed with BLOCK option from scripts";

  private StreamReadOptions() {}

  /** Parses all that comes before the keys. */
  static void parse(Call call, StreamRead read, boolean forGroup) throws CommandException {
    read.reset();
    int i = 1;
    while (read.streamsArg() == 0) {
      int more = call.argCount() - i - 1;
      if (more > 0 && call.argIs(i, BLOCK)) {
        if (call.isInScript()) {
          throw new CommandException("ERR " + call.argString(0) + NOT_IN_SCRIPTS);
        }
        read.blockMillis(timeout(call, i + 1));
        i += 2;
      } else if (more > 0 && call.argIs(i, COUNT)) {
        read.count(Math.max(0, call.argLong(i + 1)));
        i += 2;
      } else if (more > 0 && call.argIs(i, MAXCOUNT)) {
        read.maxCount(positive(call, i + 1));
        i += 2;
      } else if (more > 0 && call.argIs(i, MAXSIZE)) {
        read.maxBytes(positive(call, i + 1));
        i += 2;
      } else if (more > 0 && call.argIs(i, STREAMS)) {
        read.streamsArg(i + 1);
      } else {
        i = parseOfGroup(call, i, more, read, forGroup);
      }
    }
    check(call, read, forGroup);
  }

  /** Parses an option that only XREADGROUP has; returns the argument behind it. */
  private static int parseOfGroup(
      Arguments call, int i, int more, StreamRead read, boolean forGroup) throws CommandException {
    if (more >= 2 && call.argIs(i, GROUP)) {
      if (!forGroup) {
        throw new CommandException(GROUP_IN_XREAD);
      }
      read.groupArg(i + 1);
      return i + 3;
    }
    if (more >= 0 && call.argIs(i, NOACK)) {
      if (!forGroup) {
        throw new CommandException(NOACK_IN_XREAD);
      }
      read.unacknowledged(true);
      return i + 1;
    }
    if (more > 0 && call.argIs(i, CLAIM)) {
      if (!forGroup) {
        throw new CommandException(CLAIM_IN_XREAD);
      }
      long idle = call.argLong(i + 1, IDLE_IS_NO_INTEGER);
      if (idle < 0) {
        throw new CommandException(IDLE_IS_NEGATIVE);
      }
      read.minIdleMillis(idle);
      return i + 2;
    }
    throw new CommandException(ErrorReply.SYNTAX);
  }

  private static long timeout(Arguments call, int i) throws CommandException {
    long millis = call.argLong(i, TIMEOUT_IS_NO_INTEGER);
    if (millis < 0) {
      throw new CommandException(TIMEOUT_IS_NEGATIVE);
    }
    return millis;
  }

  private static long positive(Arguments call, int i) throws CommandException {
    return call.argLong(i, 1, Long.MAX_VALUE, ErrorReply.MUST_BE_POSITIVE);
  }

  private static void check(Call call, StreamRead read, boolean forGroup) throws CommandException {
    int streams = call.argCount() - read.streamsArg();
    if (streams % 2 != 0) {
      throw new CommandException(
          "ERR Unbalanced '"
              + call.spec().name()
              + "' list of streams: for each stream key an ID"
              + (forGroup ? " or '>'" : ", '+', or '$'")
              + " must be specified.");
    }
    if (forGroup && read.groupArg() == 0) {
      throw new CommandException(MISSING_GROUP);
    }
    if (read.maxCount() != 0 && read.count() > read.maxCount()) {
      throw new CommandException(TOTAL_BELOW_COUNT);
    }
  }

  /** The number of streams. */
  static int streams(Arguments call, StreamRead read) {
    return (call.argCount() - read.streamsArg()) / 2;
  }

  /** Whether an argument is this one character. */
  static boolean is(Arguments call, int i, char sign) {
    return call.argLength(i) == 1 && Bytes.getByte(call.argAddress(i)) == sign;
  }

  /** Finds the keys as {@link #parse} does, which a search for a keyword cannot. */
  static boolean keys(Arguments call, KeyPositions out) {
    int i = 1;
    while (i < call.argCount() && !call.argIs(i, STREAMS)) {
      i += call.argIs(i, NOACK) ? 1 : call.argIs(i, GROUP) ? 3 : 2;
    }
    int first = i + 1;
    int keys = (call.argCount() - first) / 2;
    if (keys < 1) {
      return false;
    }
    for (int key = first; key < first + keys; key++) {
      out.add(key, KeyAccess.RO.bit() | KeyAccess.ACCESS.bit());
    }
    return true;
  }
}
