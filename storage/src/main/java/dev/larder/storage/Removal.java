package dev.larder.storage;

/** Why a key went. */
public enum Removal {
  /** A command deleted it. */
  DELETED,
  /** Its last element went. */
  EMPTIED,
  /** Its deadline passed. */
  EXPIRED,
  /** It made room for others. */
  EVICTED,
  /** Another key or database took its record over: RENAME, MOVE. */
  MOVED
}
