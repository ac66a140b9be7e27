package dev.larder.storage.rdb;

/** What may stand in a file where an entry's type would. Names and numbers never change. */
final class RdbOpcode {
  /** Redis 8.6: what modules keep beside the key that follows. Valkey 9: {@link #SLOT_IMPORT}. */
  static final int KEY_META = 243;

  /** Valkey 9: slots on their way from another node. */
  static final int SLOT_IMPORT = 243;

  /** A slot of a cluster, and how many keys and keys with a deadline it has: a hint. */
  static final int SLOT_INFO = 244;

  /** The source of a library of functions. */
  static final int FUNCTION_2 = 245;

  /** A library of functions, as Redis 7.0's release candidates wrote it. */
  static final int FUNCTION_PRE_GA = 246;

  /** What a module keeps outside of keys. */
  static final int MODULE_AUX = 247;

  /** How long the key that follows was not used, in seconds. */
  static final int IDLE = 248;

  /** How often the key that follows is used: a logarithmic count of one byte. */
  static final int FREQUENCY = 249;

  /** A name and a value that tell of the file. */
  static final int AUX = 250;

  /** How many keys, and keys with a deadline, the database has: a hint. */
  static final int RESIZE_DATABASE = 251;

  /** The deadline of the key that follows, in milliseconds since the epoch. */
  static final int EXPIRE_MILLIS = 252;

  /** The deadline of the key that follows, in seconds since the epoch: four bytes. */
  static final int EXPIRE_SECONDS = 253;

  /** The number of the database that the entries up to the next of these are in. */
  static final int SELECT_DATABASE = 254;

  /** The end; from version 5 on the checksum follows. */
  static final int END = 255;

  private RdbOpcode() {}
}
