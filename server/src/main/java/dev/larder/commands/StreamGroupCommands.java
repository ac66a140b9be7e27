package dev.larder.commands;

import static dev.larder.command.Ascii.keyword;

import dev.larder.command.Call;
import dev.larder.command.CommandException;
import dev.larder.command.ErrorReply;
import dev.larder.resp.ReplyWriter;
import dev.larder.storage.KeyEvent;
import dev.larder.storage.StreamGroup;
import dev.larder.storage.StreamGroups;
import dev.larder.storage.StreamId;
import dev.larder.storage.StreamLag;
import dev.larder.storage.StreamValue;
import dev.larder.storage.ValueType;

/** XGROUP and XSETID: the state of groups and streams, set from outside. */
final class StreamGroupCommands {
  private static final byte[] MKSTREAM = keyword("mkstream");
  private static final byte[] ENTRIESREAD = keyword("entriesread");
  private static final byte[] ENTRIESADDED = keyword("entriesadded");
  private static final byte[] MAXDELETEDID = keyword("maxdeletedid");

  private static final ErrorReply NO_STREAM =
      ErrorReply.of(
          "ERR The XGROUP subcommand requires the key to exist. Note that for CREATE you may want"
              + " to use the MKSTREAM option to create an empty stream automatically.");
  private static final ErrorReply BAD_READ =
      ErrorReply.of("ERR value for ENTRIESREAD must be positive or -1");
  private static final ErrorReply GROUP_EXISTS =
      ErrorReply.of("BUSYGROUP Consumer Group name already exists");
  private static final ErrorReply BAD_ADDED = ErrorReply.of("ERR entries_added must be positive");
  private static final ErrorReply BELOW_GIVEN_DELETED =
      ErrorReply.of(
          "ERR The ID specified in XSETID is smaller than the provided max_deleted_entry_id");
  private static final ErrorReply BELOW_DELETED =
      ErrorReply.of("ERR The ID specified in XSETID is smaller than current max_deleted_entry_id");
  private static final ErrorReply BELOW_TOP =
      ErrorReply.of("ERR The ID specified in XSETID is smaller than the target stream top item");
  private static final ErrorReply FEWER_THAN_LENGTH =
      ErrorReply.of(
          "ERR The entries_added specified in XSETID is smaller than the target stream length");

  /** What ENTRIESREAD is while nothing was said of it. */
  private static final long NOT_GIVEN = Long.MIN_VALUE;

  private static final int MAX_CREATE_ARGS = 8;
  private static final int MAX_SETID_ARGS = 7;

  private StreamGroupCommands() {}

  // ---- XGROUP

  static void create(Call call) throws CommandException {
    StreamValue stream = call.views().stream();
    boolean makesStream = false;
    long entriesRead = NOT_GIVEN;
    for (int i = 5; i < call.argCount(); i++) {
      if (call.argIs(i, MKSTREAM)) {
        makesStream = true;
      } else if (i + 1 < call.argCount() && call.argIs(i, ENTRIESREAD)) {
        entriesRead = entriesRead(call, ++i);
      } else {
        throw StreamInfo.wrongArguments(call);
      }
    }
    call.point(stream, 2, call.findUncounted(2, ValueType.STREAM));
    if (!stream.exists() && !makesStream) {
      throw new CommandException(NO_STREAM);
    }
    requireArgs(call, MAX_CREATE_ARGS);
    parseId(call, stream);
    call.requireRoom(stream, 2);
    if (!stream.exists()) {
      stream.create();
    }
    long name = call.argAddress(3);
    int length = call.argLength(3);
    StreamGroups groups = stream.groups();
    if (groups.find(name, length)) {
      throw new CommandException(GROUP_EXISTS);
    }
    StreamId id = stream.from();
    groups.create(name, length, id.millis(), id.sequence(), bounded(stream, entriesRead));
    call.event(KeyEvent.XGROUP_CREATE, 2);
    call.reply().ok();
  }

  static void setId(Call call) throws CommandException {
    StreamValue stream = call.views().stream();
    long entriesRead = NOT_GIVEN;
    for (int i = 5; i < call.argCount(); i++) {
      if (i + 1 < call.argCount() && call.argIs(i, ENTRIESREAD)) {
        entriesRead = entriesRead(call, ++i);
      } else {
        throw StreamInfo.wrongArguments(call);
      }
    }
    StreamGroup group = requireGroup(call);
    requireArgs(call, MAX_SETID_ARGS);
    if (StreamReadOptions.is(call, 4, '-')) {
      stream.from().setMin();
    } else if (StreamReadOptions.is(call, 4, '+')) {
      stream.from().setMax();
    } else {
      parseId(call, stream);
    }
    StreamId id = stream.from();
    group.position(id.millis(), id.sequence(), bounded(stream, entriesRead));
    call.event(KeyEvent.XGROUP_SETID, 2);
    call.reply().ok();
  }

  /** Options may be repeated, up to as many arguments as there are different ones. */
  private static void requireArgs(Call call, int most) throws CommandException {
    if (call.argCount() > most) {
      throw StreamInfo.wrongArguments(call);
    }
  }

  private static long entriesRead(Call call, int i) throws CommandException {
    long entries = call.argLong(i);
    if (entries < -1) {
      throw new CommandException(BAD_READ);
    }
    return entries;
  }

  /** No group has read more than there was. */
  private static long bounded(StreamValue stream, long entriesRead) {
    return entriesRead == NOT_GIVEN
        ? StreamLag.UNKNOWN
        : Math.min(entriesRead, stream.entriesAdded());
  }

  /** The id of argument 4, of which {@code $} is the stream's last. */
  private static void parseId(Call call, StreamValue stream) throws CommandException {
    if (StreamReadOptions.is(call, 4, '$')) {
      stream.lastId(stream.from());
    } else {
      StreamIds.parse(call, 4, stream.from());
    }
  }

  static void destroy(Call call) throws CommandException {
    StreamValue stream = requireStream(call);
    boolean exists = stream.groups().find(call.argAddress(3), call.argLength(3));
    if (exists) {
      stream.groups().remove();
      call.event(KeyEvent.XGROUP_DESTROY, 2);
    }
    call.reply().integer(exists ? 1 : 0);
  }

  static void createConsumer(Call call) throws CommandException {
    StreamGroup group = requireGroup(call);
    long name = call.argAddress(4);
    int length = call.argLength(4);
    boolean exists = group.consumer(name, length) != 0;
    if (!exists) {
      call.requireRoom(call.views().stream(), 2);
      group.createConsumer(name, length, call.wallMillis());
      call.event(KeyEvent.XGROUP_CREATECONSUMER, 2);
    }
    call.reply().integer(exists ? 0 : 1);
  }

  static void removeConsumer(Call call) throws CommandException {
    StreamGroup group = requireGroup(call);
    int consumer = group.consumer(call.argAddress(4), call.argLength(4));
    if (consumer == 0) {
      call.reply().integer(0);
      return;
    }
    call.event(KeyEvent.XGROUP_DELCONSUMER, 2);
    if (group.pending().count(consumer) > ConsumerRemoval.TURN_ENTRIES) {
      call.defer(new ConsumerRemoval(call, call.views().stream(), consumer));
      return;
    }
    call.reply().integer(group.pending().count(consumer));
    group.removeConsumer(consumer);
  }

  /** Removes a consumer with more pending entries than a turn has time for. */
  private static final class ConsumerRemoval extends LeasedChange {
    /** So many are removed within a turn. */
    private static final long TURN_ENTRIES = 4096;

    private static final int ENTRIES_AT_ONCE = 128;

    private final StreamValue stream;
    private final int group;
    private final int consumer;
    private final long count;

    ConsumerRemoval(Call call, StreamValue stream, int consumer) {
      super(call, 2, stream.entry());
      this.stream = stream;
      this.group = stream.groups().group().reference();
      this.consumer = consumer;
      this.count = stream.groups().group().pending().count(consumer);
    }

    @Override
    boolean change(long endNanos) {
      point(stream);
      stream.groups().reselect(group);
      StreamGroup selected = stream.groups().group();
      boolean isDone = false;
      while (!isDone && !LeasedReply.isLate(endNanos)) {
        isDone = selected.pending().removeSome(consumer, ENTRIES_AT_ONCE);
      }
      if (isDone) {
        selected.removeConsumer(consumer);
      }
      return isDone;
    }

    @Override
    void reply(ReplyWriter out) {
      out.integer(count);
    }
  }

  private static StreamValue requireStream(Call call) throws CommandException {
    StreamValue stream = call.views().stream();
    call.point(stream, 2, call.findUncounted(2, ValueType.STREAM));
    if (!stream.exists()) {
      throw new CommandException(NO_STREAM);
    }
    return stream;
  }

  private static StreamGroup requireGroup(Call call) throws CommandException {
    StreamValue stream = requireStream(call);
    if (!stream.groups().find(call.argAddress(3), call.argLength(3))) {
      throw StreamInfo.noGroup(call);
    }
    return stream.groups().group();
  }

  // ---- XSETID

  static void xsetid(Call call) throws CommandException {
    StreamValue stream = call.views().stream();
    StreamId last = stream.from();
    StreamId deleted = stream.to();
    StreamIds.parse(call, 2, last);
    long added = NOT_GIVEN;
    boolean hasDeleted = false;
    for (int i = 3; i < call.argCount(); i += 2) {
      boolean hasValue = i + 1 < call.argCount();
      if (hasValue && call.argIs(i, ENTRIESADDED)) {
        added = call.argLong(i + 1);
        if (added < 0) {
          throw new CommandException(BAD_ADDED);
        }
      } else if (hasValue && call.argIs(i, MAXDELETEDID)) {
        StreamIds.parse(call, i + 1, deleted);
        if (last.compareTo(deleted) < 0) {
          throw new CommandException(BELOW_GIVEN_DELETED);
        }
        hasDeleted = !deleted.isMin();
      } else {
        throw new CommandException(ErrorReply.SYNTAX);
      }
    }
    call.point(stream, 1, call.findUncounted(1, ValueType.STREAM));
    if (!stream.exists()) {
      throw new CommandException(ErrorReply.NO_SUCH_KEY);
    }
    if (!hasDeleted) {
      stream.maxDeletedId(deleted);
      if (last.compareTo(deleted) < 0) {
        throw new CommandException(BELOW_DELETED);
      }
    }
    checkEntries(stream, last, added);
    stream.setState(last, added == NOT_GIVEN ? stream.entriesAdded() : added, deleted);
    call.event(KeyEvent.XSETID, 1);
    call.reply().ok();
  }

  private static void checkEntries(StreamValue stream, StreamId last, long added)
      throws CommandException {
    if (!stream.cursor().last()) {
      return;
    }
    if (last.compareTo(stream.cursor().millis(), stream.cursor().sequence()) < 0) {
      throw new CommandException(BELOW_TOP);
    }
    if (added != NOT_GIVEN && stream.length() > added) {
      throw new CommandException(FEWER_THAN_LENGTH);
    }
  }
}
