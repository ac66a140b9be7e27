package dev.larder.commands;

import static dev.larder.storage.ValueType.SET;

import dev.larder.command.Call;
import dev.larder.command.CommandException;
import dev.larder.command.ErrorReply;
import dev.larder.storage.KeyEvent;
import dev.larder.storage.SetValue;

/** Commands that change sets by naming members. */
final class SetWrites {
  /** What a member may take besides its bytes. */
  private static final long MEMBER_BYTES = 24;

  private SetWrites() {}

  /** The set of a key that is changed, which need not exist. */
  static SetValue changed(Call call) throws CommandException {
    SetValue set = call.views().set();
    call.point(set, 1, call.findUncounted(1, SET));
    return set;
  }

  static void requireRoom(SetValue set, long bytes, int members) throws CommandException {
    if (!set.hasRoom(bytes + MEMBER_BYTES * members)) {
      throw new CommandException(ErrorReply.OUT_OF_MEMORY);
    }
  }

  static void sadd(Call call) throws CommandException {
    SetValue set = changed(call);
    int count = call.argCount();
    long bytes = 0;
    for (int i = 2; i < count; i++) {
      bytes += call.argLength(i);
    }
    requireRoom(set, bytes, count - 2);
    set.expect(call.argAddress(2), call.argLength(2), count - 2);
    int added = 0;
    for (int i = 2; i < count; i++) {
      call.ahead().member(set, 2, i, 1);
      if (set.add(call.argAddress(i), call.argLength(i))) {
        added++;
      }
    }
    if (added > 0) {
      call.event(KeyEvent.SADD, 1);
    }
    call.reply().integer(added);
  }

  static void srem(Call call) throws CommandException {
    SetValue set = changed(call);
    int count = call.argCount();
    int removed = 0;
    for (int i = 2; i < count && set.exists(); i++) {
      call.ahead().member(set, 2, i, 1);
      if (set.remove(call.argAddress(i), call.argLength(i))) {
        removed++;
      }
    }
    if (removed > 0) {
      call.event(KeyEvent.SREM, 1, set);
    }
    call.reply().integer(removed);
  }

  static void smove(Call call) throws CommandException {
    long target = call.findUncounted(2);
    if (call.findUncounted(1) == 0) {
      call.reply().integer(0);
      return;
    }
    SetValue source = changed(call);
    SetValue destination = call.views().otherSet();
    call.point(destination, 2, target == 0 ? 0 : call.findUncounted(2, SET));
    long member = call.argAddress(3);
    int length = call.argLength(3);
    if (source.entry() == destination.entry()) {
      call.reply().integer(source.contains(member, length) ? 1 : 0);
      return;
    }
    requireRoom(destination, length, 1);
    if (!source.remove(member, length)) {
      call.reply().integer(0);
      return;
    }
    call.event(KeyEvent.SREM, 1, source);
    call.point(destination, 2, call.findUncounted(2, SET));
    destination.expect(member, length, 1);
    if (destination.add(member, length)) {
      call.event(KeyEvent.SADD, 2);
    }
    call.reply().integer(1);
  }
}
