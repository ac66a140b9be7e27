package dev.larder.storage;

/** Chooses the keys that go, by one kind of policy, and has an {@link Evictor} remove them. */
interface Victims {
  /** {@link #evictSome}: no key could go, whatever one did. */
  int NONE = -1;

  /** Of a policy by which no key goes. */
  Victims NOBODY = nowMillis -> NONE;

  /**
   * Has one key go, or a few; the unit owns no shard. It may well find none this time.
   *
   * @return how many have gone, {@link #NONE} if there is none
   */
  int evictSome(long nowMillis);
}
