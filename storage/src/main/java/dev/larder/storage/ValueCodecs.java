package dev.larder.storage;

import dev.larder.storage.rdb.ValueReader;
import org.jspecify.annotations.Nullable;

/** A unit's codecs of collections, made once. Strings need none: {@link Dump}, {@link Restore}. */
final class ValueCodecs {
  private final @Nullable ValueCodec[] byType = new ValueCodec[ValueType.count()];

  /** Says how values of a type are dumped and restored. */
  void register(ValueType type, ValueCodec codec) {
    byType[type.ordinal()] = codec;
  }

  ValueCodec of(ValueType type) {
    ValueCodec codec = byType[type.ordinal()];
    if (codec == null) {
      throw new IllegalStateException("nothing was said about the format of a " + type);
    }
    return codec;
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
