package dev.larder.storage;

import dev.larder.storage.table.Record;

/** Tells of keys that were set whatever they held. Stateless; for the owner of the key's shard. */
public final class Overwriting {
  private Overwriting() {}

  /**
   * An entry has just been stored, by a command that replaces what there is: raises the events of
   * that, if there was something.
   */
  public static void tell(Unit unit, Shard shard, int database, long entry) {
    int replaced = shard.openDatabase(database).replacedType();
    if (replaced >= 0) {
      KeyEvents events = unit.events();
      long key = Record.keyAddress(entry);
      int keyLength = Record.keyLength(entry);
      events.raise(KeyEvent.OVERWRITTEN, database, key, keyLength);
      if (replaced != Record.type(entry)) {
        events.raise(KeyEvent.TYPE_CHANGED, database, key, keyLength);
      }
    }
  }

  /**
   * The same of a value that comes as a whole, which Redis deletes the key for first: then the key
   * is new, and the event of the command comes before the others.
   */
  public static void tell(Unit unit, Shard shard, int database, long entry, KeyEvent event) {
    KeyEvents events = unit.events();
    tellOfNew(unit, shard, database, entry);
    events.raise(event, database, Record.keyAddress(entry), Record.keyLength(entry));
    tell(unit, shard, database, entry);
  }

  /** The first of these events, where there are others before that of the command. */
  public static void tellOfNew(Unit unit, Shard shard, int database, long entry) {
    if (shard.openDatabase(database).replacedType() >= 0) {
      long key = Record.keyAddress(entry);
      unit.events().raise(KeyEvent.NEW, database, key, Record.keyLength(entry));
    }
  }
}
