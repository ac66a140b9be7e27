package dev.larder.commands;

import static dev.larder.command.Ascii.keyword;

import dev.larder.command.Call;
import dev.larder.command.CommandException;
import dev.larder.command.ErrorReply;
import dev.larder.storage.KeyEvent;
import dev.larder.storage.ListValue;
import dev.larder.storage.ValueType;

/** Commands that change one list, except for those that may block. */
final class ListWrites {
  private static final byte[] BEFORE = keyword("before");
  private static final byte[] AFTER = keyword("after");

  private ListWrites() {}

  /** The list of a key, which may not exist; not counted as a look-up. */
  static ListValue view(Call call, int keyArg) throws CommandException {
    ListValue list = call.views().list();
    call.point(list, keyArg, call.findUncounted(keyArg, ValueType.LIST));
    return list;
  }

  static void push(Call call, boolean atHead, boolean creates) throws CommandException {
    ListValue list = view(call, 1);
    if (!list.exists() && !creates) {
      call.reply().integer(0);
      return;
    }
    call.requireRoom(list, 2);
    long bytes = 0;
    for (int i = 2; i < call.argCount(); i++) {
      bytes += call.argLength(i);
    }
    list.expect(bytes, call.argCount() - 2);
    for (int i = 2; i < call.argCount(); i++) {
      list.push(atHead, call.argAddress(i), call.argLength(i));
    }
    call.event(atHead ? KeyEvent.LPUSH : KeyEvent.RPUSH, 1);
    call.reply().integer(list.count());
  }

  static void pop(Call call, boolean atHead) throws CommandException {
    if (call.argCount() > 3) {
      throw new CommandException(call.spec().wrongArity());
    }
    if (call.argCount() == 2) {
      ListValue list = view(call, 1);
      if (list.exists()) {
        list.seekEnd(atHead);
        ListReads.reply(call, list);
        list.pop(atHead, 1);
        tellOfPop(call, 1, list, atHead);
      } else {
        call.reply().nil();
      }
      return;
    }
    long count = call.argLong(2, 0, Long.MAX_VALUE, ErrorReply.MUST_BE_POSITIVE);
    ListValue list = view(call, 1);
    if (list.exists()) {
      popMany(call, 1, list, atHead, count);
    } else {
      call.reply().nilArray();
    }
  }

  /** Pops up to so many elements of a list that exists, and replies with them in that order. */
  static void popMany(Call call, int keyArg, ListValue list, boolean atHead, long most) {
    long count = Math.min(most, list.count());
    call.reply().array(count);
    if (count == 0) {
      return;
    }
    list.seekEnd(atHead);
    for (long i = 0; i < count; i++) {
      ListReads.reply(call, list);
      if (atHead) {
        list.next();
      } else {
        list.previous();
      }
    }
    list.pop(atHead, count);
    tellOfPop(call, keyArg, list, atHead);
  }

  /** Elements of a key's list have been popped, perhaps all. */
  static void tellOfPop(Call call, int keyArg, ListValue list, boolean atHead) {
    call.event(atHead ? KeyEvent.LPOP : KeyEvent.RPOP, keyArg, list);
  }

  static void lset(Call call) throws CommandException {
    ListValue list = view(call, 1);
    if (!list.exists()) {
      throw new CommandException(ErrorReply.NO_SUCH_KEY);
    }
    long index = call.argLong(2);
    call.requireRoom(list, 3);
    list.expect(call.argLength(3), 1);
    index = index < 0 ? index + list.count() : index;
    if (index < 0 || index >= list.count()) {
      throw new CommandException(ErrorReply.OUT_OF_RANGE);
    }
    list.replace(index, call.argAddress(3), call.argLength(3));
    call.event(KeyEvent.LSET, 1);
    call.reply().ok();
  }

  static void linsert(Call call) throws CommandException {
    boolean isAfter = call.argIs(2, AFTER);
    if (!isAfter && !call.argIs(2, BEFORE)) {
      throw new CommandException(ErrorReply.SYNTAX);
    }
    ListValue list = view(call, 1);
    if (!list.exists()) {
      call.reply().integer(0);
      return;
    }
    call.requireRoom(list, 4);
    list.expect(call.argLength(4), 1);
    long index = list.findPivot(call.argAddress(3), call.argLength(3));
    if (index < 0) {
      call.reply().integer(-1);
      return;
    }
    if (isAfter && index + 1 == list.count()) {
      list.push(false, call.argAddress(4), call.argLength(4));
    } else {
      list.insert(isAfter ? index + 1 : index, call.argAddress(4), call.argLength(4));
    }
    call.event(KeyEvent.LINSERT, 1);
    call.reply().integer(list.count());
  }

  static void lrem(Call call) throws CommandException {
    long count = call.argLong(2);
    ListValue list = view(call, 1);
    long most = count == 0 ? Long.MAX_VALUE : count == Long.MIN_VALUE ? count : Math.abs(count);
    long removed =
        count < 0
            ? removeBackwards(call, list, most < 0 ? Long.MAX_VALUE : most)
            : removeForwards(call, list, most);
    if (removed > 0) {
      call.event(KeyEvent.LREM, 1, list);
    }
    call.reply().integer(removed);
  }

  private static long removeForwards(Call call, ListValue list, long most) {
    long removed = 0;
    long index = 0;
    while (removed < most && list.seek(index)) {
      long next = list.findFrom(index, call.argAddress(3), call.argLength(3));
      if (next < 0) {
        break;
      }
      list.remove(next, 1);
      removed++;
      index = next;
    }
    return removed;
  }

  private static long removeBackwards(Call call, ListValue list, long most) {
    long removed = 0;
    long index = list.count() - 1;
    while (removed < most && list.seek(index)) {
      boolean more = true;
      while (more && !ListReads.isArgument(call, list, 3)) {
        index--;
        more = list.previous();
      }
      if (!more) {
        break;
      }
      list.remove(index, 1);
      removed++;
      index--;
    }
    return removed;
  }

  static void ltrim(Call call) throws CommandException {
    long first = call.argLong(2);
    long last = call.argLong(3);
    ListValue list = view(call, 1);
    if (!list.exists()) {
      call.reply().ok();
      return;
    }
    long count = list.count();
    first = Math.max(0, first < 0 ? first + count : first);
    last = Math.min(count - 1, last < 0 ? last + count : last);
    if (first > last) {
      first = count;
      last = count - 1;
    }
    if (last + 1 < count) {
      list.pop(false, count - last - 1);
    }
    if (first > 0 && list.exists()) {
      list.pop(true, Math.min(first, list.count()));
    }
    call.event(KeyEvent.LTRIM, 1, list);
    call.reply().ok();
  }
}
