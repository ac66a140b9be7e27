package dev.larder.storage;

import dev.larder.storage.memory.Arena;
import dev.larder.storage.table.BlockMove;
import dev.larder.storage.type.StreamRoot;

/** How the values of streams are freed, copied, counted and checked; {@link StreamRoot}. */
final class StreamStructure extends Structure {
  private final StreamBlocks blocks = new StreamBlocks();

  @Override
  boolean ownsBlocks(int encoding) {
    return (encoding & StreamValue.BLOCKS) != 0;
  }

  @Override
  boolean freeSome(Arena arena, long root, int encoding, int limit) {
    return blocks.freeStream(arena, root, limit);
  }

  @Override
  ValueCopy newCopy() {
    return new StreamCopy();
  }

  @Override
  boolean moveSome(Arena arena, long root, int encoding, BlockMove move) {
    return blocks.moveSome(arena, root, move);
  }

  @Override
  long blockBytes(Arena arena, long root, int encoding) {
    return blocks.bytes(arena, root);
  }

  @Override
  String encodingName(long value, int encoding) {
    return "stream";
  }

  @Override
  long pieces(Arena arena, long root, int encoding) {
    return StreamRoot.length(root) + (ownsBlocks(encoding) ? blocks.pieces(arena, root) : 0);
  }

  @Override
  void validate(Arena arena, long value, int encoding) {
    new StreamValidator(arena, value).validate(ownsBlocks(encoding));
  }
}
