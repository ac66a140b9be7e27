package dev.larder.commands;

import static dev.larder.commands.StringOptions.GET;
import static dev.larder.commands.StringOptions.IFEQ;
import static dev.larder.commands.StringOptions.IFNE;
import static dev.larder.commands.StringOptions.KEEPTTL;
import static dev.larder.commands.StringOptions.NX;
import static dev.larder.commands.StringOptions.XX;

import dev.larder.command.Arguments;
import dev.larder.command.Ascii;
import dev.larder.command.Call;
import dev.larder.command.CommandException;
import dev.larder.command.KeyAccess;
import dev.larder.command.KeyPositions;
import dev.larder.storage.Bytes;
import dev.larder.storage.Entry;
import dev.larder.storage.Shard;

/** SET and its older forms: a key becomes a string, whatever it was. */
final class StringWrites {

  private static final long SET_OPTIONS =
      NX
          | XX
          | IFEQ
          | IFNE
          | GET
          | KEEPTTL
          | StringOptions.EX
          | StringOptions.PX
          | StringOptions.EXAT
          | StringOptions.PXAT;

  /** What a key tells before it is set. */
  private static final long NEEDS_OLD_VALUE = NX | XX | IFEQ | IFNE | GET | KEEPTTL;

  private static final byte[] GET_KEYWORD = Ascii.keyword("get");
  private static final int READS_AND_WRITES =
      KeyAccess.RW.bit() | KeyAccess.ACCESS.bit() | KeyAccess.UPDATE.bit();
  private static final int OVERWRITES = KeyAccess.OW.bit() | KeyAccess.UPDATE.bit();

  private StringWrites() {}

  /** The key of SET; its access depends on whether the old value is asked for. */
  static boolean setKeys(Arguments call, KeyPositions out) {
    boolean reads = false;
    for (int i = 3; i < call.argCount(); i++) {
      reads |= call.argIs(i, GET_KEYWORD);
    }
    out.add(1, reads ? READS_AND_WRITES : OVERWRITES);
    return true;
  }

  static void set(Call call) throws CommandException {
    if (call.argCount() == 3) {
      call.store(1, call.argAddress(2), call.argLength(2), -1);
      call.reply().ok();
      return;
    }
    long options = StringOptions.parse(call, 3, SET_OPTIONS);
    long deadline = StringOptions.deadline(call, options);
    if (StringOptions.has(options, NEEDS_OLD_VALUE)) {
      setWithOldValue(call, options, deadline);
    } else {
      call.store(1, call.argAddress(2), call.argLength(2), deadline);
      call.reply().ok();
    }
  }

  private static void setWithOldValue(Call call, long options, long deadline)
      throws CommandException {
    boolean replyOld = StringOptions.has(options, GET);
    long old = replyOld ? call.find(1) : call.findUncounted(1);
    if (old != 0 && StringOptions.has(options, GET | IFEQ | IFNE)) {
      StringReplies.requireString(old);
    }
    boolean goesOn = isMet(call, options, old);
    if (replyOld) {
      replyOld(call, old);
    }
    if (!goesOn) {
      if (!replyOld) {
        call.reply().nil();
      }
      return;
    }
    long newDeadline =
        StringOptions.has(options, KEEPTTL) && old != 0 ? Entry.expireAt(old) : deadline;
    StringReplies.storeAfterReply(call, 1, 2, newDeadline);
    if (!replyOld) {
      call.reply().ok();
    }
  }

  /** SETEX and PSETEX, whose arguments stand in another order. */
  static void setex(Call call, boolean seconds) throws CommandException {
    long deadline = StringOptions.deadline(call, 2, seconds, true);
    call.store(1, call.argAddress(3), call.argLength(3), deadline);
    call.reply().ok();
  }

  static void setnx(Call call) throws CommandException {
    if (call.findUncounted(1) != 0) {
      call.reply().integer(0);
      return;
    }
    call.store(1, call.argAddress(2), call.argLength(2), -1);
    call.reply().integer(1);
  }

  /** MSET; when memory is exhausted on the way, the keys before have been set. */
  static void mset(Call call) throws CommandException {
    requirePairs(call);
    storeAll(call);
    call.reply().ok();
  }

  /** MSETNX; when memory is exhausted on the way, the keys before have been set. */
  static void msetnx(Call call) throws CommandException {
    requirePairs(call);
    for (int i = 1; i < call.argCount(); i += 2) {
      if (call.findUncounted(i) != 0) {
        call.reply().integer(0);
        return;
      }
    }
    storeAll(call);
    call.reply().integer(1);
  }

  private static void requirePairs(Call call) throws CommandException {
    if (call.argCount() % 2 == 0) {
      throw new CommandException(call.spec().wrongArity());
    }
  }

  private static void storeAll(Call call) throws CommandException {
    for (int i = 1; i < call.argCount(); i += 2) {
      call.store(i, call.argAddress(i + 1), call.argLength(i + 1), -1);
    }
  }

  private static void replyOld(Call call, long old) {
    if (old == 0) {
      call.reply().nil();
    } else {
      StringReplies.whole(call, call.shard(1), old);
    }
  }

  private static boolean isMet(Call call, long options, long old) {
    if (StringOptions.has(options, NX)) {
      return old == 0;
    }
    if (StringOptions.has(options, XX)) {
      return old != 0;
    }
    if (StringOptions.has(options, IFEQ)) {
      return old != 0 && equalsArgument(call, old, StringOptions.comparand(options));
    }
    return !StringOptions.has(options, IFNE)
        || old == 0
        || !equalsArgument(call, old, StringOptions.comparand(options));
  }

  /** Compares under the shard: some 50 ms for half a gigabyte that is equal to its end. */
  private static boolean equalsArgument(Call call, long entry, int argument) {
    Shard shard = call.shard(1);
    long length = shard.stringLength(entry);
    if (length != call.argLength(argument)) {
      return false;
    }
    long address = call.argAddress(argument);
    long run;
    for (long offset = 0; offset < length; offset += run) {
      run = shard.runLength(entry, offset);
      if (!Bytes.equals(shard.runAddress(entry, offset), address + offset, run)) {
        return false;
      }
    }
    return true;
  }
}
