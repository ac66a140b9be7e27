package dev.larder.storage;

/** How far a slice of work on one value has come. */
public enum Progress {
  /** There is more to do. */
  MORE,
  DONE,
  /** There is no memory to go on; what was made so far is only good for being given up. */
  MEMORY_EXHAUSTED
}
