package dev.larder.command;

import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;

/**
 * What a command does to the keys of one {@link KeySpec}, in the order COMMAND INFO lists them. The
 * first four say how the entry as a whole is treated (exactly one applies to a real key), the next
 * four what happens to the user's data in it.
 */
public enum KeyAccess {
  /** Reads the value, changes nothing. */
  RO("RO"),
  /** Modifies data that is there. */
  RW("RW"),
  /** Overwrites the value, whatever it was. */
  OW("OW"),
  /** Deletes the key. */
  RM("RM"),
  /** Returns, copies or uses the data of the key. */
  ACCESS,
  /** Changes data, in a way that may depend on it. */
  UPDATE,
  /** Adds data, changing and deleting none. */
  INSERT,
  /** Explicitly deletes data. */
  DELETE,
  /** The argument is routed like a key, but is none. */
  NOT_KEY,
  /** There may be keys that the specification cannot find. */
  INCOMPLETE,
  /** The other flags depend on the arguments of the call. */
  VARIABLE_FLAGS;

  private final String wireName;

  KeyAccess() {
    wireName = name().toLowerCase(Locale.ROOT);
  }

  KeyAccess(String wireName) {
    this.wireName = wireName;
  }

  /** The flags whose bits are set. */
  public static Set<KeyAccess> of(int bits) {
    EnumSet<KeyAccess> set = EnumSet.noneOf(KeyAccess.class);
    for (KeyAccess flag : values()) {
      if ((bits & flag.bit()) != 0) {
        set.add(flag);
      }
    }
    return set;
  }

  public String wireName() {
    return wireName;
  }

  /** This access's bit in {@link KeyPositions#flags}. */
  public int bit() {
    return 1 << ordinal();
  }
}
