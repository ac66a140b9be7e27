package dev.larder.storage;

/** The fields and values of an entry that is being added, in memory that outlives the call. */
public interface StreamFields {
  /** The number of pairs, at least 1. */
  int fieldCount();

  long fieldAddress(int index);

  int fieldLength(int index);

  long valueAddress(int index);

  int valueLength(int index);
}
