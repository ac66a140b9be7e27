package dev.larder.command;

import java.util.Locale;

/** Properties of a command that gates and clients act on, in the order COMMAND INFO lists them. */
public enum Flag {
  /** May change data. */
  WRITE,
  /** Reads data and changes none. */
  READONLY,
  /** Refused when memory is exhausted. */
  DENYOOM,
  ADMIN,
  PUBSUB,
  /** Not callable from scripts. */
  NOSCRIPT,
  /** May park its client. */
  BLOCKING,
  /** Runs while data is being loaded. */
  LOADING,
  /** Runs on a replica whose data is stale. */
  STALE,
  /** Never shown to MONITOR. */
  SKIP_MONITOR,
  /** Never shown in the slow log. */
  SKIP_SLOWLOG,
  /** Served while its slot is being imported. */
  ASKING,
  /** Constant or logarithmic time. */
  FAST,
  /** Needs no authentication. */
  NO_AUTH,
  /** Replicated although not a write, so that it waits in a pause of writes. */
  MAY_REPLICATE,
  /** Runs inside EVAL without keys. */
  NO_MANDATORY_KEYS,
  /** Refused during an asynchronous load. */
  NO_ASYNC_LOADING,
  /** Refused inside MULTI. */
  NO_MULTI,
  /** Its key positions do not follow from first, last and step; derived, never declared. */
  MOVABLEKEYS,
  /** Runs while a script is busy. */
  ALLOW_BUSY,
  /** May touch keys that are no arguments. */
  TOUCHES_ARBITRARY_KEYS;

  private final String wireName = name().toLowerCase(Locale.ROOT);

  /** The name in COMMAND INFO. */
  public String wireName() {
    return wireName;
  }

  /** Whether COMMAND INFO does not tell about it. */
  public boolean isInternal() {
    return this == MAY_REPLICATE;
  }

  /** This flag's bit in {@link CommandSpec#flagBits()}. */
  public long bit() {
    return 1L << ordinal();
  }
}
