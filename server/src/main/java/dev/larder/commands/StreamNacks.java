package dev.larder.commands;

import static dev.larder.command.Ascii.keyword;

import dev.larder.command.Call;
import dev.larder.command.CommandException;
import dev.larder.command.ErrorReply;
import dev.larder.storage.StreamGroup;
import dev.larder.storage.StreamId;
import dev.larder.storage.StreamPending;
import dev.larder.storage.StreamValue;

/** XNACK: pending entries become nobody's, so that any consumer may claim them at once. */
final class StreamNacks {
  private static final byte[] SILENT = keyword("silent");
  private static final byte[] FAIL = keyword("fail");
  private static final byte[] FATAL = keyword("fatal");
  private static final byte[] IDS = keyword("ids");
  private static final byte[] RETRYCOUNT = keyword("retrycount");
  private static final byte[] FORCE = keyword("force");

  private static final ErrorReply BAD_MODE =
      ErrorReply.of("ERR mode must be SILENT, FAIL, or FATAL");
  private static final ErrorReply NO_IDS = ErrorReply.of("ERR syntax error, expected IDS keyword");
  private static final ErrorReply BAD_COUNT =
      ErrorReply.of("ERR numids must be a positive integer");
  private static final ErrorReply WRONG_COUNT =
      ErrorReply.of("ERR number of IDs doesn't match numids");
  private static final ErrorReply BAD_RETRY_COUNT =
      ErrorReply.of("ERR Invalid RETRYCOUNT value, must be >= 0");

  private static final int MODE_ARG = 3;
  private static final int FIRST_ID_ARG = 6;
  private static final long NOT_GIVEN = -1;

  private StreamNacks() {}

  static void xnack(Call call) throws CommandException {
    StreamValue stream = call.views().stream();
    StreamGroup group = StreamConsumers.requireGroup(call, 2);
    boolean isSilent = call.argIs(MODE_ARG, SILENT);
    boolean isFatal = call.argIs(MODE_ARG, FATAL);
    if (!isSilent && !isFatal && !call.argIs(MODE_ARG, FAIL)) {
      throw new CommandException(BAD_MODE);
    }
    int idsEnd = idsEnd(call, stream.from());
    long retries = NOT_GIVEN;
    boolean force = false;
    for (int i = idsEnd; i < call.argCount(); i++) {
      if (call.argIs(i, FORCE)) {
        force = true;
      } else if (i + 1 < call.argCount() && call.argIs(i, RETRYCOUNT)) {
        retries = call.argLong(++i, 0, Long.MAX_VALUE, BAD_RETRY_COUNT);
      } else {
        throw new CommandException("ERR Unrecognized XNACK option '" + call.argQuoted(i) + "'");
      }
    }
    if (retries == NOT_GIVEN && isFatal) {
      retries = Long.MAX_VALUE;
    }
    call.requireRoom(stream, 2);
    StreamId id = stream.from();
    StreamPending pending = group.pending();
    long released = 0;
    for (int i = FIRST_ID_ARG; i < idsEnd; i++) {
      StreamIds.parse(call, i, id);
      if (pending.find(id.millis(), id.sequence())) {
        long before = pending.deliveryCount();
        long kept = isSilent ? Math.max(0, before - 1) : before;
        pending.assign(0, 0, retries == NOT_GIVEN ? kept : retries);
        released++;
      } else if (force && stream.cursor().find(id.millis(), id.sequence())) {
        pending.put(id.millis(), id.sequence(), 0, 0, Math.max(0, retries));
        released++;
      }
    }
    call.reply().integer(released);
  }

  /** Checks the ids; returns the argument behind them. */
  private static int idsEnd(Call call, StreamId scratch) throws CommandException {
    if (!call.argIs(MODE_ARG + 1, IDS)) {
      throw new CommandException(NO_IDS);
    }
    long count = call.argLong(MODE_ARG + 2, 1, Integer.MAX_VALUE, BAD_COUNT);
    if (count > call.argCount() - FIRST_ID_ARG) {
      throw new CommandException(WRONG_COUNT);
    }
    int end = FIRST_ID_ARG + (int) count;
    for (int i = FIRST_ID_ARG; i < end; i++) {
      StreamIds.parse(call, i, scratch);
    }
    return end;
  }
}
