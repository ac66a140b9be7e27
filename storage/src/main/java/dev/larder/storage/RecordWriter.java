package dev.larder.storage;

import dev.larder.storage.rdb.RdbType;
import dev.larder.storage.rdb.ValueWriter;
import dev.larder.storage.table.CountedTree;
import dev.larder.storage.table.FieldTable;
import dev.larder.storage.table.MemberTable;
import dev.larder.storage.table.Record;
import dev.larder.storage.type.LargeString;
import dev.larder.storage.type.StreamRoot;

/**
 * Writes what a snapshot sees: entries as a whole, or in parts. One a unit, for shards that the
 * unit owns; touches nothing that views of the unit use.
 */
final class RecordWriter {
  /** A table with more members than this, or of more bytes, is written in slices. */
  private static final int MOST_MEMBERS = 1024;

  private static final int MOST_BYTES = 128 * 1024;

  /** The same for nodes of a list, and for entries of a stream. */
  private static final int MOST_NODES = 16;

  private static final int MOST_STREAM_ENTRIES = 512;

  private final EntryWriter entries;

  /** Where everything goes; whoever takes it clears it. */
  final ValueWriter out;

  RecordWriter(Keyspace keyspace, Unit unit) {
    this.entries = new EntryWriter(keyspace, unit);
    this.out = new ValueWriter(keyspace.large());
  }

  /** Whether a record is a table of so many members that it is to be written in slices. */
  static boolean isLargeTable(long record) {
    long value = Record.valueAddress(record);
    int encoding = Record.encoding(record);
    return switch (Entry.type(record)) {
      case HASH ->
          HashStructure.isTable(encoding)
              && (FieldTable.count(value) > MOST_MEMBERS
                  || FieldTable.memberBytes(value) > MOST_BYTES);
      case SET ->
          (encoding & SetStructure.TABLE) != 0
              && (MemberTable.count(value) > MOST_MEMBERS
                  || MemberTable.memberBytes(value) > MOST_BYTES);
      case SORTED_SET ->
          (encoding & SortedSetStructure.TABLE) != 0 && ScoreTable.count(value) > MOST_MEMBERS;
      case STRING, LIST, STREAM -> false;
    };
  }

  /** Whether a record is a list or a stream that takes long to write. */
  static boolean isLargeChain(long record) {
    long value = Record.valueAddress(record);
    int encoding = Record.encoding(record);
    return switch (Entry.type(record)) {
      case LIST ->
          (encoding & ListStructure.CHAIN) != 0 && CountedTree.rootCount(value) > MOST_NODES;
      case STREAM ->
          (encoding & StreamValue.BLOCKS) != 0
              && (StreamRoot.length(value) > MOST_STREAM_ENTRIES || StreamRoot.groups(value) != 0);
      case STRING, HASH, SET, SORTED_SET -> false;
    };
  }

  /** Writes a whole record, which is no large string. */
  void write(Shard shard, long record) {
    entries.write(shard, record, out);
  }

  /** Writes what comes before the bytes of a large string. */
  void writeLargeHead(long record) {
    entries.begin(record, out);
    out.type(RdbType.STRING);
    out.beginString(LargeString.length(Record.valueAddress(record)));
  }

  /** Writes what comes before the members of a table. */
  void writeTableHead(long record) {
    entries.begin(record, out);
    long value = Record.valueAddress(record);
    int encoding = Record.encoding(record);
    switch (Entry.type(record)) {
      case HASH -> HashCodec.writeHead(value, encoding, out);
      case SET -> SetCodec.writeHead(value, encoding, out);
      case SORTED_SET -> SortedSetCodec.writeHead(value, encoding, out);
      case STRING, LIST, STREAM -> throw new IllegalArgumentException("not a table");
    }
  }

  /**
   * Writes a member of a table.
   *
   * @param earliest the least deadline in a hash, -1 for none
   */
  void writeMember(ValueType type, long member, long earliest) {
    switch (type) {
      case HASH -> HashCodec.writeField(member, earliest, out);
      case SET -> SetCodec.writeMember(member, out);
      case SORTED_SET -> SortedSetCodec.writeMember(member, out);
      case STRING, LIST, STREAM -> throw new IllegalArgumentException("not a table");
    }
  }
}
