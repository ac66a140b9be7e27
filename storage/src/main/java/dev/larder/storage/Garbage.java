package dev.larder.storage;

/** Content that nobody can reach any more, and that is freed in slices by the shard's owner. */
interface Garbage {
  /**
   * Frees a slice, in well under a millisecond.
   *
   * @return whether nothing is left
   */
  boolean freeSome();

  /** How many keys this was. */
  default long keys() {
    return 0;
  }

  /** The same, which was so many keys. */
  static Garbage ofKeys(Garbage content, long keys) {
    return new Garbage() {
      @Override
      public boolean freeSome() {
        return content.freeSome();
      }

      @Override
      public long keys() {
        return keys;
      }
    };
  }
}
