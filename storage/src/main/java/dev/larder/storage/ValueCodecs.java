package dev.larder.storage;

import dev.larder.storage.rdb.RdbType;
import dev.larder.storage.rdb.ValueReader;
import dev.larder.storage.rdb.ValueWriter;
import org.jspecify.annotations.Nullable;

/** How a unit dumps and restores values: an object a type, and what they share, made when used. */
final class ValueCodecs {
  private final Keyspace keyspace;
  private final Unit unit;
  private final RestoreTarget target = new RestoreTarget();
  private final @Nullable ValueCodec[] byType = new ValueCodec[ValueType.count()];
  private @Nullable Dump dump;
  private @Nullable Restore restore;
  private @Nullable RecordWriter recordWriter;

  ValueCodecs(Keyspace keyspace, Unit unit) {
    this.keyspace = keyspace;
    this.unit = unit;
  }

  Dump dump() {
    Dump made = dump;
    if (made == null) {
      made = new Dump(keyspace, this);
      dump = made;
    }
    return made;
  }

  Restore restore() {
    Restore made = restore;
    if (made == null) {
      made = new Restore(keyspace);
      restore = made;
    }
    return made;
  }

  /** Writes an entry's type byte and value, of any type; the unit owns its shard. */
  void write(Shard shard, long entry, ValueWriter out) {
    if (Entry.isString(entry)) {
      writeString(shard, entry, out);
    } else {
      ValueCodec codec = of(Entry.type(entry));
      codec.beginWriting(shard, entry, out);
      boolean isWritten = codec.write(Long.MAX_VALUE);
      assert isWritten;
    }
  }

  private static void writeString(Shard shard, long entry, ValueWriter out) {
    long length = shard.stringLength(entry);
    out.type(RdbType.STRING);
    if (shard.runLength(entry, 0) == length) {
      out.string(shard.runAddress(entry, 0), length);
      return;
    }
    out.beginString(length);
    for (long at = 0; at < length; at += shard.runLength(entry, at)) {
      out.output().putBytes(shard.runAddress(entry, at), shard.runLength(entry, at));
    }
  }

  /** The unit's writer of what a snapshot has to see before it changes. */
  RecordWriter recordWriter() {
    RecordWriter made = recordWriter;
    if (made == null) {
      made = new RecordWriter(keyspace, unit);
      recordWriter = made;
    }
    return made;
  }

  /** The key that a value is restored for. */
  RestoreTarget target() {
    return target;
  }

  /** The codec of a type of collection; strings need none. */
  ValueCodec of(ValueType type) {
    ValueCodec codec = byType[type.ordinal()];
    if (codec == null) {
      codec = newCodec(type);
      byType[type.ordinal()] = codec;
    }
    return codec;
  }

  /** One for what is done in slices, between which others use the views of the unit. */
  ValueCodec newCodec(ValueType type) {
    return switch (type) {
      case LIST -> new ListCodec(unit.views().list());
      case SET -> new SetCodec(unit.views().set());
      case SORTED_SET -> new SortedSetCodec(unit.views().sortedSet());
      case HASH -> new HashCodec(unit.views().hash());
      case STREAM -> new StreamCodec(unit.views().stream());
      case STRING -> throw new IllegalArgumentException("a string has no codec");
    };
  }

  /** The type that a value of RDB becomes. */
  static ValueType typeOf(int rdbType) {
    return switch (ValueReader.kindOf(rdbType)) {
      case ValueReader.STRING -> ValueType.STRING;
      case ValueReader.LIST -> ValueType.LIST;
      case ValueReader.SET -> ValueType.SET;
      case ValueReader.SORTED_SET -> ValueType.SORTED_SET;
      case ValueReader.HASH -> ValueType.HASH;
      case ValueReader.STREAM -> ValueType.STREAM;
      default -> throw new IllegalArgumentException("no value is of type " + rdbType);
    };
  }
}
