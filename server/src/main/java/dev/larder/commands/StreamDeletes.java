package dev.larder.commands;

import static dev.larder.command.Ascii.keyword;

import dev.larder.command.Call;
import dev.larder.command.CommandException;
import dev.larder.command.ErrorReply;
import dev.larder.storage.KeyEvent;
import dev.larder.storage.StreamGroup;
import dev.larder.storage.StreamGroups;
import dev.larder.storage.StreamId;
import dev.larder.storage.StreamTrim.References;
import dev.larder.storage.StreamValue;
import dev.larder.storage.ValueType;

/** XDEL, XDELEX, XACK, XACKDEL: what is done to entries by their ids. */
final class StreamDeletes {
  private static final byte[] IDS = keyword("ids");

  private static final ErrorReply BAD_COUNT =
      ErrorReply.of("ERR Number of IDs must be a positive integer");
  private static final ErrorReply WRONG_COUNT =
      ErrorReply.of("ERR The `numids` parameter must match the number of arguments");

  private static final int NOT_FOUND = -1;
  private static final int DONE = 1;
  private static final int STILL_REFERENCED = 2;

  private StreamDeletes() {}

  static void xdel(Call call) throws CommandException {
    StreamValue stream = call.views().stream();
    call.point(stream, 1, call.findUncounted(1, ValueType.STREAM));
    if (!stream.exists()) {
      call.reply().integer(0);
      return;
    }
    StreamId id = stream.from();
    requireIds(call, 2, call.argCount(), id);
    long deleted = 0;
    for (int i = 2; i < call.argCount(); i++) {
      StreamIds.parse(call, i, id);
      deleted += stream.delete(id.millis(), id.sequence()) ? 1 : 0;
    }
    tell(call, deleted > 0);
    call.reply().integer(deleted);
  }

  static void xack(Call call) throws CommandException {
    StreamId id = call.views().stream().from();
    if (!StreamConsumers.findGroup(call, 2)) {
      call.reply().integer(0);
      return;
    }
    requireIds(call, 3, call.argCount(), id);
    StreamGroup group = call.views().stream().groups().group();
    long acknowledged = 0;
    for (int i = 3; i < call.argCount(); i++) {
      StreamIds.parse(call, i, id);
      if (group.pending().find(id.millis(), id.sequence())) {
        group.pending().remove();
        acknowledged++;
      }
    }
    call.reply().integer(acknowledged);
  }

  private static void requireIds(Call call, int from, int to, StreamId scratch)
      throws CommandException {
    for (int i = from; i < to; i++) {
      StreamIds.parse(call, i, scratch);
    }
  }

  static void xdelex(Call call) throws CommandException {
    StreamValue stream = call.views().stream();
    int ids = parse(call, stream, 2);
    References references = references(stream);
    call.point(stream, 1, call.findUncounted(1, ValueType.STREAM));
    StreamId id = stream.from();
    int count = (int) stream.reading().count();
    call.reply().array(count);
    boolean isDeleted = false;
    for (int i = ids; i < ids + count; i++) {
      StreamIds.parse(call, i, id);
      int outcome = stream.exists() ? delete(stream, id, references) : NOT_FOUND;
      isDeleted |= outcome == DONE;
      call.reply().integer(outcome);
    }
    tell(call, isDeleted);
  }

  private static void tell(Call call, boolean isDeleted) {
    if (isDeleted) {
      call.event(KeyEvent.XDEL, 1);
    }
  }

  private static int delete(StreamValue stream, StreamId id, References references) {
    StreamGroups groups = stream.groups();
    long millis = id.millis();
    long sequence = id.sequence();
    if (references == References.DELETE) {
      groups.acknowledgeEverywhere(millis, sequence);
    } else if (references == References.ACKNOWLEDGED && stream.cursor().find(millis, sequence)) {
      // Without groups nobody has acknowledged anything.
      if (groups.count() == 0 || groups.isReferenced(millis, sequence)) {
        return STILL_REFERENCED;
      }
    }
    return stream.delete(millis, sequence) ? DONE : NOT_FOUND;
  }

  static void xackdel(Call call) throws CommandException {
    StreamValue stream = call.views().stream();
    int ids = parse(call, stream, 3);
    References references = references(stream);
    boolean hasGroup = StreamConsumers.findGroup(call, 2);
    StreamId id = stream.from();
    int count = (int) stream.reading().count();
    call.reply().array(count);
    boolean isDeleted = false;
    for (int i = ids; i < ids + count; i++) {
      StreamIds.parse(call, i, id);
      int outcome = hasGroup ? acknowledgeAndDelete(call, stream, id, references) : NOT_FOUND;
      isDeleted |= outcome == DONE;
      call.reply().integer(outcome);
    }
    tell(call, isDeleted);
  }

  private static int acknowledgeAndDelete(
      Call call, StreamValue stream, StreamId id, References references) {
    StreamGroups groups = stream.groups();
    long millis = id.millis();
    long sequence = id.sequence();
    // Looking into the other groups has moved away from this one.
    groups.find(call.argAddress(2), call.argLength(2));
    if (!groups.group().pending().find(millis, sequence)) {
      return NOT_FOUND;
    }
    groups.group().pending().remove();
    if (references == References.DELETE) {
      groups.acknowledgeEverywhere(millis, sequence);
    } else if (references == References.ACKNOWLEDGED && groups.isReferenced(millis, sequence)) {
      return STILL_REFERENCED;
    }
    stream.delete(millis, sequence);
    return DONE;
  }

  /**
   * Parses what becomes of references, and IDS: their number is then {@code reading().count()}.
   *
   * @return the argument that is the first id
   */
  private static int parse(Call call, StreamValue stream, int from) throws CommandException {
    stream.trimming().reset();
    stream.reading().reset();
    int ids = 0;
    for (int i = from; i < call.argCount(); i++) {
      References references = StreamTrimOptions.references(call, i);
      if (references != null) {
        if (stream.trimming().references() != null) {
          throw new CommandException(ErrorReply.SYNTAX);
        }
        stream.trimming().references(references);
      } else if (ids == 0 && i + 1 < call.argCount() && call.argIs(i, IDS)) {
        long count = call.argLong(i + 1, 1, Integer.MAX_VALUE, BAD_COUNT);
        ids = i + 2;
        if (count > call.argCount() - ids) {
          throw new CommandException(WRONG_COUNT);
        }
        stream.reading().count(count);
        requireIds(call, ids, ids + (int) count, stream.from());
        i = ids + (int) count - 1;
      } else {
        throw new CommandException(ErrorReply.SYNTAX);
      }
    }
    if (ids == 0) {
      throw new CommandException(ErrorReply.SYNTAX);
    }
    return ids;
  }

  private static References references(StreamValue stream) {
    References given = stream.trimming().references();
    return given == null ? References.KEEP : given;
  }
}
