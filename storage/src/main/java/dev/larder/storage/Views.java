package dev.larder.storage;

/**
 * A unit's flyweights over collections, made once. Two of a type, for commands that work with two
 * keys at a time.
 */
public final class Views {
  Views(Keyspace keyspace, Unit unit) {}
}
