package dev.larder.storage;

/** What a bound of a range of members is, see {@link SortedSetValue}. */
public enum MemberBound {
  /** Before every member. */
  LEAST,
  /** Behind every member. */
  GREATEST,
  /** Bytes that belong to the range. */
  INCLUDED,
  /** Bytes that the range ends before, or begins behind. */
  EXCLUDED
}
