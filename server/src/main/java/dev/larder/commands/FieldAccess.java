package dev.larder.commands;

import static dev.larder.storage.HashValue.KEEP_DEADLINE;
import static dev.larder.storage.HashValue.NO_DEADLINE;

import dev.larder.command.Call;
import dev.larder.command.CommandException;
import dev.larder.storage.HashValue;
import dev.larder.storage.KeyEvent;

/** HGETDEL, HGETEX, HSETEX: fields of hashes read or set, and changed beside. */
final class FieldAccess {
  private static final long TIMES =
      FieldOptions.EX | FieldOptions.PX | FieldOptions.EXAT | FieldOptions.PXAT;
  private static final long GET_OPTIONS = TIMES | FieldOptions.PERSIST;
  private static final long SET_OPTIONS =
      TIMES | FieldOptions.KEEPTTL | FieldOptions.FNX | FieldOptions.FXX;

  private FieldAccess() {}

  static void hgetdel(Call call) throws CommandException {
    HashValue hash = HashWrites.write(call, 1);
    int count = FieldDeadlines.fieldCount(call);
    call.reply().array(count);
    boolean hasEffect = false;
    for (int i = 4; i < 4 + count; i++) {
      if (HashReads.find(call, hash, i)) {
        HashReads.reply(call.reply(), hash.fieldValue());
        hash.removeFound(call.argAddress(i), call.argLength(i));
        HashWrites.tellOfField(call, KeyEvent.HDEL, i);
        hasEffect = true;
      } else {
        call.reply().nil();
      }
    }
    if (hasEffect) {
      call.event(KeyEvent.HDEL, 1, hash);
    }
  }

  static void hgetex(Call call) throws CommandException {
    long options = FieldOptions.parse(call, GET_OPTIONS, 1);
    long deadline = FieldOptions.deadline(call, options);
    HashValue hash = HashWrites.write(call, 1);
    call.requireRoom(hash, call.argCount());
    int first = FieldOptions.firstField(options);
    int count = FieldOptions.fieldCount(call, options);
    boolean changes = FieldOptions.has(options, GET_OPTIONS);
    KeyEvent event =
        deadline < 0
            ? KeyEvent.HPERSIST
            : deadline <= call.nowMillis() ? KeyEvent.HDEL : KeyEvent.HEXPIRE;
    boolean hasEffect = false;
    call.reply().array(count);
    for (int i = first; i < first + count; i++) {
      if (HashReads.find(call, hash, i)) {
        HashReads.reply(call.reply(), hash.fieldValue());
        if (changes && expire(call, hash, i, deadline)) {
          HashWrites.tellOfField(call, event, i);
          hasEffect = true;
        }
      } else {
        call.reply().nil();
      }
    }
    if (hasEffect) {
      call.event(event, 1, hash);
    }
  }

  /**
   * Gives the current field, which is that of an argument, a deadline or -1 for none.
   *
   * @return whether that changed anything
   */
  private static boolean expire(Call call, HashValue hash, int fieldArg, long deadline)
      throws CommandException {
    if (deadline >= 0 && deadline <= call.nowMillis()) {
      hash.removeFound(call.argAddress(fieldArg), call.argLength(fieldArg));
      return true;
    }
    boolean hasEffect = deadline >= 0 || hash.deadline() != NO_DEADLINE;
    if (hasEffect) {
      FieldDeadlines.set(call, hash, fieldArg, deadline);
    }
    return hasEffect;
  }

  static void hsetex(Call call) throws CommandException {
    long options = FieldOptions.parse(call, SET_OPTIONS, 2);
    long deadline = FieldOptions.deadline(call, options);
    HashValue hash = HashWrites.write(call, 1);
    int first = FieldOptions.firstField(options);
    int end = first + 2 * FieldOptions.fieldCount(call, options);
    HashWrites.requireRoom(call, hash, first, end);
    if (!isMet(call, hash, first, end, options)) {
      call.reply().integer(0);
      return;
    }
    if (deadline >= 0 && deadline <= call.nowMillis()) {
      removeAll(call, hash, first, end);
    } else {
      boolean keeps = FieldOptions.has(options, FieldOptions.KEEPTTL);
      HashWrites.setAll(
          call, hash, first, end, keeps ? KEEP_DEADLINE : deadline < 0 ? NO_DEADLINE : deadline);
      HashWrites.tellOfFields(call, KeyEvent.HSET, first, end, 2);
      if (deadline >= 0) {
        HashWrites.tellOfFields(call, KeyEvent.HEXPIRE, first, end, 2);
      }
    }
    call.reply().integer(1);
  }

  /** HSETEX of fields whose deadline has passed: to others, they were set and then removed. */
  private static void removeAll(Call call, HashValue hash, int first, int end) {
    if (!hash.exists()) {
      call.event(KeyEvent.NEW, 1);
    }
    for (int i = first; i < end; i += 2) {
      hash.remove(call.argAddress(i), call.argLength(i));
    }
    HashWrites.tellOfFields(call, KeyEvent.HSET, first, end, 2);
    HashWrites.tellOfFields(call, KeyEvent.HDEL, first, end, 2);
    if (!hash.exists()) {
      call.event(KeyEvent.DEL, 1);
    }
  }

  /** Whether all fields are there, with FXX, or none, with FNX. */
  private static boolean isMet(Call call, HashValue hash, int first, int end, long options) {
    if (!FieldOptions.has(options, FieldOptions.FNX | FieldOptions.FXX)) {
      return true;
    }
    boolean wanted = FieldOptions.has(options, FieldOptions.FXX);
    for (int i = first; i < end; i += 2) {
      if (HashReads.find(call, hash, i) != wanted) {
        return false;
      }
    }
    return true;
  }
}
