package dev.larder.commands;

import static dev.larder.commands.SetOptions.GET;
import static dev.larder.commands.SetOptions.IFEQ;
import static dev.larder.commands.SetOptions.IFNE;
import static dev.larder.commands.SetOptions.KEEPTTL;
import static dev.larder.commands.SetOptions.NX;
import static dev.larder.commands.SetOptions.XX;

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
final class SetCommands {

  private static final long SET_OPTIONS =
      NX
          | XX
          | IFEQ
          | IFNE
          | GET
          | KEEPTTL
          | SetOptions.EX
          | SetOptions.PX
          | SetOptions.EXAT
          | SetOptions.PXAT;

  /** What a key tells before it is set. */
  private static final long NEEDS_OLD_VALUE = NX | XX | IFEQ | IFNE | GET | KEEPTTL;

  private static final byte[] GET_KEYWORD = Ascii.keyword("get");
  private static final int READS_AND_WRITES =
      KeyAccess.RW.bit() | KeyAccess.ACCESS.bit() | KeyAccess.UPDATE.bit();
  private static final int OVERWRITES = KeyAccess.OW.bit() | KeyAccess.UPDATE.bit();

  private SetCommands() {}

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
    long options = SetOptions.parse(call, 3, SET_OPTIONS);
    long deadline = SetOptions.deadline(call, options);
    if (SetOptions.has(options, NEEDS_OLD_VALUE)) {
      setWithOldValue(call, options, deadline);
    } else {
      call.store(1, call.argAddress(2), call.argLength(2), deadline);
      call.reply().ok();
    }
  }

  private static void setWithOldValue(Call call, long options, long deadline)
      throws CommandException {
    boolean replyOld = SetOptions.has(options, GET);
    long old = replyOld ? call.find(1) : call.findUncounted(1);
    if (old != 0 && SetOptions.has(options, GET | IFEQ | IFNE)) {
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
        SetOptions.has(options, KEEPTTL) && old != 0 ? Entry.expireAt(old) : deadline;
    StringReplies.storeAfterReply(call, 1, 2, newDeadline);
    if (!replyOld) {
      call.reply().ok();
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
    if (SetOptions.has(options, NX)) {
      return old == 0;
    }
    if (SetOptions.has(options, XX)) {
      return old != 0;
    }
    if (SetOptions.has(options, IFEQ)) {
      return old != 0 && equalsArgument(call, old, SetOptions.comparand(options));
    }
    return !SetOptions.has(options, IFNE)
        || old == 0
        || !equalsArgument(call, old, SetOptions.comparand(options));
  }

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
