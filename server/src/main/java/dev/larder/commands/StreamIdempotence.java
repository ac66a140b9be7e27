package dev.larder.commands;

import static dev.larder.command.Ascii.keyword;

import dev.larder.command.Call;
import dev.larder.command.CommandException;
import dev.larder.command.ErrorReply;
import dev.larder.storage.StreamId;
import dev.larder.storage.StreamProducers;
import dev.larder.storage.StreamValue;
import dev.larder.storage.ValueType;

/** XCFGSET and XIDMPRECORD: what a stream remembers of the entries of its producers. */
final class StreamIdempotence {
  private static final byte[] IDMP_DURATION = keyword("idmp-duration");
  private static final byte[] IDMP_MAXSIZE = keyword("idmp-maxsize");
  private static final long MAX_DURATION = 86_400;
  private static final long MAX_SIZE = 10_000;

  private static final ErrorReply NOTHING_GIVEN =
      ErrorReply.of("ERR At least one parameter must be specified");
  private static final ErrorReply BAD_DURATION =
      ErrorReply.of("ERR IDMP-DURATION must be between 1 and 86400 seconds");
  private static final ErrorReply BAD_SIZE =
      ErrorReply.of("ERR IDMP-MAXSIZE must be between 1 and 10000 entries");
  private static final ErrorReply EMPTY_ID = ErrorReply.of("ERR pid and iid must be non-empty");
  private static final ErrorReply NO_SUCH_ENTRY =
      ErrorReply.of("ERR The stream ID specified does not exist in the stream");
  private static final ErrorReply OTHER_ENTRY =
      ErrorReply.of("ERR The pid and iid are already mapped to a different stream ID");

  private StreamIdempotence() {}

  static void xcfgset(Call call) throws CommandException {
    StreamValue stream = call.views().stream();
    long duration = 0;
    long size = 0;
    for (int i = 2; i < call.argCount(); i += 2) {
      boolean hasValue = i + 1 < call.argCount();
      if (hasValue && call.argIs(i, IDMP_DURATION)) {
        duration = call.argLong(i + 1);
        if (duration < 1 || duration > MAX_DURATION) {
          throw new CommandException(BAD_DURATION);
        }
      } else if (hasValue && call.argIs(i, IDMP_MAXSIZE)) {
        size = call.argLong(i + 1);
        if (size < 1 || size > MAX_SIZE) {
          throw new CommandException(BAD_SIZE);
        }
      } else {
        throw new CommandException(ErrorReply.SYNTAX);
      }
    }
    if (duration == 0 && size == 0) {
      throw new CommandException(NOTHING_GIVEN);
    }
    requireStream(call, stream);
    StreamProducers producers = stream.producers();
    producers.configure(
        duration == 0 ? producers.durationSeconds() : duration,
        size == 0 ? producers.maxIds() : size);
    call.reply().ok();
  }

  static void xidmprecord(Call call) throws CommandException {
    StreamValue stream = call.views().stream();
    StreamId id = stream.from();
    StreamId known = stream.to();
    StreamIds.parse(call, 4, id);
    if (call.argLength(2) == 0 || call.argLength(3) == 0) {
      throw new CommandException(EMPTY_ID);
    }
    requireStream(call, stream);
    if (!stream.cursor().find(id.millis(), id.sequence())) {
      throw new CommandException(NO_SUCH_ENTRY);
    }
    long producer = call.argAddress(2);
    int producerLength = call.argLength(2);
    long idempotentId = call.argAddress(3);
    int length = call.argLength(3);
    long now = call.wallMillis();
    StreamProducers producers = stream.producers();
    if (producers.find(producer, producerLength, idempotentId, length, now, known)) {
      if (known.compareTo(id) != 0) {
        throw new CommandException(OTHER_ENTRY);
      }
    } else {
      producers.record(producer, producerLength, idempotentId, length, id, now);
    }
    call.reply().ok();
  }

  private static void requireStream(Call call, StreamValue stream) throws CommandException {
    call.point(stream, 1, call.findUncounted(1, ValueType.STREAM));
    if (!stream.exists()) {
      throw new CommandException(ErrorReply.NO_SUCH_KEY);
    }
    call.requireRoom(stream, 1);
  }
}
