package dev.larder.storage;

/** Content that nobody can reach any more, and that is freed in slices by the shard's owner. */
interface Garbage {
  /**
   * Frees a slice, in well under a millisecond.
   *
   * @return whether nothing is left
   */
  boolean freeSome();
}
