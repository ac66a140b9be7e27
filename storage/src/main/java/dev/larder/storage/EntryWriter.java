package dev.larder.storage;

import dev.larder.storage.rdb.ValueWriter;
import dev.larder.storage.table.Record;

/**
 * Writes entries as RDB files have them: deadline, use, type, key, value. One a unit, which owns
 * the shard of the entry.
 */
final class EntryWriter {
  private static final long MILLIS_PER_SECOND = 1000;

  private final Eviction eviction;
  private final ValueCodecs codecs;

  EntryWriter(Keyspace keyspace, Unit unit) {
    this.eviction = keyspace.eviction();
    this.codecs = unit.codecs();
  }

  /** Writes an entry whole; {@link ValueWriter#output} tells whether there was memory for it. */
  void write(Shard shard, long entry, ValueWriter out) {
    begin(entry, out);
    codecs.write(shard, entry, out);
  }

  /** Writes what comes before a value, which is to be written by calls of the writer then. */
  void begin(long entry, ValueWriter out) {
    out.beginEntry(Record.keyAddress(entry), Record.keyLength(entry), Record.deadline(entry));
    long told = eviction.toTell(entry);
    if (ToldUse.isFrequency(told)) {
      out.frequency(ToldUse.frequencyOf(told));
    } else if (told != ToldUse.NONE) {
      out.idle(told / MILLIS_PER_SECOND);
    }
  }
}
