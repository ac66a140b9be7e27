package dev.larder.commands;

import dev.larder.command.Call;
import dev.larder.command.CommandException;
import dev.larder.command.ErrorReply;
import dev.larder.storage.Entry;
import dev.larder.storage.KeyEvent;
import dev.larder.storage.Removal;
import dev.larder.storage.Shard;
import dev.larder.storage.StringEdit;
import java.util.function.LongSupplier;

/** APPEND and SETRANGE, and what other commands need to change a string in place. */
final class StringEdits {

  /** Copying more than this is left to a {@link StagedWrite}, which does it without the shard. */
  static final int MAX_DIRECT_BYTES = 512 * 1024;

  private static final ErrorReply OFFSET_OUT_OF_RANGE = ErrorReply.of("ERR offset is out of range");

  private final LongSupplier maxBytes;

  StringEdits(LongSupplier maxBytes) {
    this.maxBytes = maxBytes;
  }

  void append(Call call) throws CommandException {
    long entry = call.findUncounted(1);
    int added = call.argLength(2);
    if (entry == 0) {
      call.store(1, call.argAddress(2), added, -1);
      call.event(KeyEvent.APPEND, 1);
      call.reply().integer(added);
      return;
    }
    long length = call.shard(1).stringLength(StringReplies.requireString(entry));
    requireFits(maxBytes, length, added);
    if (added > MAX_DIRECT_BYTES) {
      call.defer(StagedWrite.append(call, maxBytes, length, 2));
    } else {
      write(call, entry, length, 2);
      call.event(KeyEvent.APPEND, 1);
      call.reply().integer(length + added);
    }
  }

  void setrange(Call call) throws CommandException {
    long offset = call.argLong(2);
    if (offset < 0) {
      throw new CommandException(OFFSET_OUT_OF_RANGE);
    }
    long entry = call.findUncounted(1);
    long length = 0;
    if (entry != 0) {
      length = call.shard(1).stringLength(StringReplies.requireString(entry));
    }
    int written = call.argLength(3);
    if (written == 0) {
      call.reply().integer(length);
      return;
    }
    requireFits(maxBytes, offset, written);
    if (written > MAX_DIRECT_BYTES) {
      call.defer(StagedWrite.setRange(call, maxBytes, offset, 3));
      return;
    }
    write(call, entry, offset, 3);
    call.event(KeyEvent.SETRANGE, 1);
    call.reply().integer(Math.max(length, offset + written));
  }

  /** Refuses strings longer than a bulk string of the protocol may be. */
  static void requireFits(LongSupplier maxBytes, long length, long added) throws CommandException {
    long total = length + added;
    if (total > maxBytes.getAsLong() || total < length) {
      throw new CommandException(ErrorReply.STRING_TOO_LONG);
    }
  }

  /** Overwrites part of the string in argument 1's key, which is created if the entry is 0. */
  private static void write(Call call, long entry, long offset, int valueArg)
      throws CommandException {
    long opened = entry == 0 ? create(call) : entry;
    long written =
        StringEdit.write(
            call.keyspace(),
            call.unit(),
            call.shard(1),
            call.db(),
            call.hash(1),
            opened,
            offset,
            call.argAddress(valueArg),
            call.argLength(valueArg));
    if (written == 0) {
      throw exhausted(call, entry == 0);
    }
  }

  /**
   * Lets bytes of the string in argument 1's key be overwritten, after creating the key if the
   * entry is 0, and growing the string where needed. Whoever writes has to report it.
   *
   * @return the entry, at which {@link Shard#runAddress} is writable in this range
   */
  static long makeWritable(Call call, long entry, long offset, long length)
      throws CommandException {
    if (entry != 0) {
      return makeWritable(call, 1, entry, offset, length);
    }
    long created = create(call);
    try {
      return makeWritable(call, 1, created, offset, length);
    } catch (CommandException e) {
      call.remove(1, Removal.DELETED);
      throw e;
    }
  }

  /** Lets bytes of a string be overwritten as above, whichever argument its key is. */
  static long makeWritable(Call call, int keyArg, long entry, long offset, long length)
      throws CommandException {
    Shard shard = call.shard(keyArg);
    long writable =
        StringEdit.makeWritable(
            call.keyspace(),
            call.unit(),
            shard,
            call.db(),
            call.hash(keyArg),
            entry,
            offset,
            length);
    if (writable == 0) {
      throw new CommandException(ErrorReply.OUT_OF_MEMORY);
    }
    shard.edited(writable); // even if nothing is written in the end, as in Redis
    return writable;
  }

  private static long create(Call call) throws CommandException {
    long entry =
        call.shard(1)
            .create(call.unit(), call.db(), call.hash(1), call.argAddress(1), call.argLength(1));
    if (entry == 0) {
      throw new CommandException(ErrorReply.OUT_OF_MEMORY);
    }
    return entry;
  }

  private static CommandException exhausted(Call call, boolean isNew) {
    if (isNew) {
      call.remove(1, Removal.DELETED);
    }
    return new CommandException(ErrorReply.OUT_OF_MEMORY);
  }

  /** The length of a string, 0 for none. */
  static long length(Shard shard, long entry) {
    assert entry == 0 || Entry.isString(entry);
    return entry == 0 ? 0 : shard.stringLength(entry);
  }
}
