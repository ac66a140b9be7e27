package dev.larder.storage;

import dev.larder.storage.rdb.ValueWriter;
import dev.larder.storage.table.Record;

/**
 * Writes entries as RDB files have them: deadline, type, key, value. One a unit, which owns the
 * shard of the entry.
 */
final class EntryWriter {
  private final ValueCodecs codecs;

  EntryWriter(Unit unit) {
    this.codecs = unit.codecs();
  }

  /** Writes an entry whole; {@link ValueWriter#output} tells whether there was memory for it. */
  void write(Shard shard, long entry, ValueWriter out) {
    begin(entry, out);
    codecs.write(shard, entry, out);
  }

  /** Writes what comes before a value, which is to be written by calls of the writer then. */
  static void begin(long entry, ValueWriter out) {
    out.beginEntry(Record.keyAddress(entry), Record.keyLength(entry), Record.deadline(entry));
  }
}
