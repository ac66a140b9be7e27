package dev.larder.storage;

/** Kinds of {@link KeyEvent}s, as they can be asked for; each has Redis's letter. */
public enum EventClass {
  GENERIC('g'),
  STRING('$'),
  LIST('l'),
  SET('s'),
  HASH('h'),
  SORTED_SET('z'),
  EXPIRED('x'),
  EVICTED('e'),
  STREAM('t'),
  /** Of types that modules bring; there are none. */
  MODULE('d'),
  /** Of Redis 8.8's arrays; there are none. */
  ARRAY('a'),
  NEW('n'),
  OVERWRITTEN('o'),
  TYPE_CHANGED('c'),
  KEY_MISS('m');

  private final char letter;

  EventClass(char letter) {
    this.letter = letter;
  }

  public char letter() {
    return letter;
  }

  /** A set of one; sets of classes are ints. */
  public int bit() {
    return 1 << ordinal();
  }

  /** Whether the letter {@code A} stands for this class, among others. */
  public boolean isCommon() {
    return ordinal() <= ARRAY.ordinal();
  }
}
