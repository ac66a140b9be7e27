package dev.larder.storage;

import dev.larder.storage.memory.Arena;
import dev.larder.storage.table.BlockMove;
import org.jspecify.annotations.Nullable;

/**
 * What the engine asks of a type whose values may own blocks outside of their records: to free,
 * copy, count and check them.
 *
 * <p>A value part is the bytes of a record behind its key: elements themselves, while a collection
 * is packed, or a root that refers to blocks of the shard's arena. Nothing refers to a value part,
 * so it moves with its record. One object a shard and type, used by the owner of the shard.
 */
abstract class Structure {
  /** The most bytes of a root, so that it can be set aside while its blocks are freed. */
  static final int MAX_ROOT_BYTES = 256;

  /** Copies what is copied in one go. */
  private @Nullable ValueCopy atOnce;

  /** Whether a value with this encoding owns blocks; if not, its record is all there is. */
  abstract boolean ownsBlocks(int encoding);

  /**
   * Frees some blocks of a value, which nobody uses any more.
   *
   * @param root the value part, or a copy of it; this method keeps its progress in it
   * @param limit about how many blocks to free
   * @return whether none is left
   */
  abstract boolean freeSome(Arena arena, long root, int encoding, int limit);

  /**
   * Moves some of a value's blocks out of pages that are to be emptied. The value may change before
   * the next step, and be somewhere else.
   *
   * @param root the value part
   * @return whether that was all
   */
  abstract boolean moveSome(Arena arena, long root, int encoding, BlockMove move);

  /** Makes what copies values of this type that own blocks. */
  abstract ValueCopy newCopy();

  /**
   * Gives a copy blocks of its own, with the same content.
   *
   * @param root the value part to copy, whose blocks are in {@code from}
   * @param copied a byte-wise copy of it; on return it refers to blocks in {@code to}
   */
  final void copyBlocks(Arena from, long root, Arena to, long copied) {
    ValueCopy copy = atOnce;
    if (copy == null) {
      copy = newCopy();
      atOnce = copy;
    }
    copy.begin(from, root, to, copied);
    Progress progress = copy.step(Long.MAX_VALUE);
    ValueCopy.granted(progress == Progress.DONE);
  }

  /** The bytes of all blocks of a value. */
  abstract long blockBytes(Arena arena, long root, int encoding);

  /**
   * The deadline under which the value's entry has to stand in its database's order of field
   * deadlines, whatever else is being changed in the value; -1 for none.
   */
  long fieldDeadline(long value, int encoding) {
    return -1;
  }

  /** The name that OBJECT ENCODING gives, from the encoding and what the value part says. */
  abstract String encodingName(long value, int encoding);

  /** About how many elements a value has, for whoever weighs the cost of going through it. */
  abstract long pieces(Arena arena, long root, int encoding);

  /** Checks everything that must hold in a value; for tests. */
  abstract void validate(Arena arena, long value, int encoding);
}
