package dev.larder.commands;

import static dev.larder.storage.HashValue.NO_DEADLINE;

import dev.larder.command.Call;
import dev.larder.command.CommandException;
import dev.larder.command.ErrorReply;
import dev.larder.session.Fieldsets;
import dev.larder.session.Fieldsets.Fieldset;
import dev.larder.storage.Bytes;
import dev.larder.storage.HashValue;
import dev.larder.storage.KeyEvent;
import dev.larder.storage.KeyEvents;
import dev.larder.storage.StagedString;

/** HIMPORT: hashes of the same fields, whose names the client sends once. */
final class HashImport {
  private static final int FIRST_FIELD = 3;
  private static final int FIRST_VALUE = 4;
  private static final ErrorReply DUPLICATE = ErrorReply.of("ERR duplicate field name in fieldset");
  private static final ErrorReply NO_FIELDSET = ErrorReply.of("ERR no such fieldset");
  private static final ErrorReply WRONG_COUNT =
      ErrorReply.of("ERR value count does not match fieldset field count");
  private static final ErrorReply TOO_MANY =
      ErrorReply.of("ERR a connection has at most " + Fieldsets.MAX_COUNT + " fieldsets");

  private HashImport() {}

  static void prepare(Call call) throws CommandException {
    if (hasDuplicates(call)) {
      throw new CommandException(DUPLICATE);
    }
    Fieldsets fieldsets = call.session().fieldsets();
    if (fieldsets.count() == Fieldsets.MAX_COUNT
        && fieldsets.find(call.argAddress(2), call.argLength(2)) == null) {
      throw new CommandException(TOO_MANY);
    }
    long bytes = call.argLength(2);
    for (int i = FIRST_FIELD; i < call.argCount(); i++) {
      bytes += Integer.BYTES + call.argLength(i);
    }
    StagedString memory = StagedString.allocate(call.keyspace(), 0, bytes);
    if (memory == null) {
      throw new CommandException(ErrorReply.OUT_OF_MEMORY);
    }
    long at = memory.address();
    Bytes.copy(call.argAddress(2), at, call.argLength(2));
    at += call.argLength(2);
    for (int i = FIRST_FIELD; i < call.argCount(); i++) {
      Bytes.putInt(at, call.argLength(i));
      Bytes.copy(call.argAddress(i), Fieldset.bytes(at), call.argLength(i));
      at = Fieldset.next(at);
    }
    fieldsets.put(new Fieldset(memory, call.argLength(2), call.argCount() - FIRST_FIELD));
    call.reply().ok();
  }

  /** Whether a field is named twice; in a table of the arguments by hash, at most half full. */
  private static boolean hasDuplicates(Call call) {
    int count = call.argCount() - FIRST_FIELD;
    int[] slots = new int[Integer.highestOneBit(count) * 4];
    for (int i = FIRST_FIELD; i < call.argCount(); i++) {
      int length = call.argLength(i);
      int slot = (int) call.keyspace().hash(call.argAddress(i), length) & slots.length - 1;
      while (slots[slot] != 0) {
        if (call.argLength(slots[slot]) == length
            && Bytes.equals(call.argAddress(slots[slot]), call.argAddress(i), length)) {
          return true;
        }
        slot = slot + 1 & slots.length - 1;
      }
      slots[slot] = i;
    }
    return false;
  }

  static void set(Call call) throws CommandException {
    Fieldset fieldset = call.session().fieldsets().find(call.argAddress(3), call.argLength(3));
    if (fieldset == null) {
      throw new CommandException(NO_FIELDSET);
    }
    if (call.argCount() - FIRST_VALUE != fieldset.count()) {
      throw new CommandException(WRONG_COUNT);
    }
    HashValue hash = HashWrites.write(call, 2);
    requireRoom(call, hash, fieldset);
    hash.clear();
    long field = fieldset.first();
    for (int i = FIRST_VALUE; i < call.argCount(); i++) {
      hash.announce(
          Fieldset.bytes(field), Fieldset.length(field), call.argAddress(i), call.argLength(i));
      field = Fieldset.next(field);
    }
    hash.reserve(NO_DEADLINE);
    field = fieldset.first();
    for (int i = FIRST_VALUE; i < call.argCount(); i++) {
      hash.set(
          Fieldset.bytes(field),
          Fieldset.length(field),
          call.argAddress(i),
          call.argLength(i),
          NO_DEADLINE);
      field = Fieldset.next(field);
    }
    hash.finish();
    tell(call, fieldset);
    call.reply().ok();
  }

  private static void tell(Call call, Fieldset fieldset) {
    KeyEvents events = call.unit().events();
    if (events.wants(KeyEvent.HSET)) {
      long field = fieldset.first();
      for (int i = 0; i < fieldset.count(); i++) {
        events.field(KeyEvent.HSET, Fieldset.bytes(field), Fieldset.length(field));
        field = Fieldset.next(field);
      }
      call.event(KeyEvent.HSET, 2);
    }
  }

  private static void requireRoom(Call call, HashValue hash, Fieldset fieldset)
      throws CommandException {
    long field = fieldset.first();
    for (int i = FIRST_VALUE; i < call.argCount(); i++) {
      HashWrites.requireSize(Fieldset.length(field), call.argLength(i));
      field = Fieldset.next(field);
    }
    call.requireRoom(hash, FIRST_VALUE, fieldset.memory().length());
  }

  static void discard(Call call) {
    boolean removed = call.session().fieldsets().remove(call.argAddress(2), call.argLength(2));
    call.reply().integer(removed ? 1 : 0);
  }

  static void discardAll(Call call) {
    call.reply().integer(call.session().fieldsets().clear());
  }
}
