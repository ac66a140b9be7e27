package dev.larder.storage;

import org.jspecify.annotations.Nullable;

/** A unit's codecs of collections, made once. */
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
}
