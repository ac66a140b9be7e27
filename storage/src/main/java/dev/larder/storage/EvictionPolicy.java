package dev.larder.storage;

import java.util.Locale;

/** What goes when there is no memory left. */
public enum EvictionPolicy {
  /** Nothing: commands that need memory are refused. */
  NOEVICTION,
  ALLKEYS_LRU,
  ALLKEYS_LFU,
  ALLKEYS_LRM,
  ALLKEYS_RANDOM,
  ALLKEYS_S3,
  VOLATILE_LRU,
  VOLATILE_LFU,
  VOLATILE_LRM,
  VOLATILE_RANDOM,
  VOLATILE_TTL,
  VOLATILE_S3;

  /** What a policy goes by. */
  enum Kind {
    NONE,
    /** The least recently used, by samples. */
    LRU,
    /** The least frequently used, by samples. */
    LFU,
    /** The least recently modified, by samples. */
    LRM,
    RANDOM,
    /** The earliest deadline. */
    TTL,
    /** New keys on probation, and a clock for those that were used. */
    S3
  }

  /** What is noted of a key when it is used. */
  public enum Notes {
    /** When that was. */
    TIME_OF_USE,
    /** When it was changed. */
    TIME_OF_CHANGE,
    /** That it was, and how often before. */
    FREQUENCY,
    /** Whether it is new, and that it was used since it was looked at. */
    QUEUES;

    /** Whether it is a time. */
    public boolean isTime() {
      return this == TIME_OF_USE || this == TIME_OF_CHANGE;
    }

    /** Whether what another kind has noted can be read as this one. */
    boolean isAs(Notes other) {
      return this == other || (isTime() && other.isTime());
    }
  }

  private final String text = name().toLowerCase(Locale.ROOT).replace('_', '-');

  /** Its name in the configuration. */
  public String text() {
    return text;
  }

  /** The policy of a name. */
  public static EvictionPolicy of(String text) {
    for (EvictionPolicy policy : values()) {
      if (policy.text.equals(text)) {
        return policy;
      }
    }
    throw new IllegalArgumentException("no policy: " + text);
  }

  /** Whether only keys with a deadline go. */
  public boolean isVolatile() {
    return switch (this) {
      case VOLATILE_LRU, VOLATILE_LFU, VOLATILE_LRM, VOLATILE_RANDOM, VOLATILE_TTL, VOLATILE_S3 ->
          true;
      case NOEVICTION, ALLKEYS_LRU, ALLKEYS_LFU, ALLKEYS_LRM, ALLKEYS_RANDOM, ALLKEYS_S3 -> false;
    };
  }

  Kind kind() {
    return switch (this) {
      case NOEVICTION -> Kind.NONE;
      case ALLKEYS_LRU, VOLATILE_LRU -> Kind.LRU;
      case ALLKEYS_LFU, VOLATILE_LFU -> Kind.LFU;
      case ALLKEYS_LRM, VOLATILE_LRM -> Kind.LRM;
      case ALLKEYS_RANDOM, VOLATILE_RANDOM -> Kind.RANDOM;
      case VOLATILE_TTL -> Kind.TTL;
      case ALLKEYS_S3, VOLATILE_S3 -> Kind.S3;
    };
  }

  /** What it goes by, or what is noted because OBJECT IDLETIME tells it. */
  Notes notes() {
    return switch (kind()) {
      case NONE, LRU, RANDOM, TTL -> Notes.TIME_OF_USE;
      case LRM -> Notes.TIME_OF_CHANGE;
      case LFU -> Notes.FREQUENCY;
      case S3 -> Notes.QUEUES;
    };
  }

  /** Whether the times of uses decide what goes, and not only OBJECT IDLETIME tells them. */
  boolean needsTimes() {
    return kind() == Kind.LRU || kind() == Kind.LRM;
  }
}
