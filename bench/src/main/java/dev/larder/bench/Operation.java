package dev.larder.bench;

/** The two commands that every server under test has. */
enum Operation {
  GET,
  SET
}
