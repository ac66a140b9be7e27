package dev.larder.bench;

/** What a request of the load does. */
enum Operation {
  GET,
  SET,
  /** SET with a deadline of its own for every key. */
  SET_VOLATILE
}
